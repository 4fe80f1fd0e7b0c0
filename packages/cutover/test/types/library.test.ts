import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSwitch, defineConfig, errorTable, loadConfig, openGateway, resolveConfig } from 'cutover'
import plugin, { cutover } from 'cutover/fastify'
import { backendProvider, cutoverProvider, requestContext } from 'cutover/openfeature'
import { noRollouts, plan, step, type RolloutState } from 'cutover/rollout'
import { config, type Closing } from '../packed/consumer.ts'

test('the package exports what its users are told of, and its types suit a strict consumer', () => {
  for (const made of [createSwitch, defineConfig, loadConfig, openGateway, resolveConfig, cutover, backendProvider, cutoverProvider, requestContext]) assert.equal(typeof made, 'function')
  assert.equal(plugin, cutover)
  const settings = resolveConfig(config, { folder: '/' })
  const state: RolloutState = noRollouts
  assert.deepEqual(plan(settings).map(({ feature }) => feature), settings.rollout.order)
  assert.deepEqual(step(state, { now: 0, date: new Date(0), shares: new Map(), requests: undefined, results: [], byHand: new Map(), needs: settings.rollout, order: [] }), { state, actions: [] })
  assert.equal(typeof errorTable.CUT_CONFIG_INVALID[0], 'string')
  assert.equal(resolveConfig(config, { folder: '/' }).features[0]!.name, 'vehicles')
  const close: Closing = async () => {}
  assert.equal(typeof close, 'function')
})
