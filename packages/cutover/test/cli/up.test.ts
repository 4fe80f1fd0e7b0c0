import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import type { OpenGateway } from '../../src/cli/gateway.ts'
import type { Control } from '../../src/config/control.ts'
import type { Settings } from '../../src/config/settings.ts'
import { cutover, featureStatus, folderWith } from './harness.ts'

const config = '{"legacy":{"origin":"http://127.0.0.1:1"},"candidate":{"command":"node x.js","origin":"http://127.0.0.1:2"},"features":{"vehicles":{"routes":["/a"]}}}'

/** A gateway that records what happens to it, and signals to stop it with. */
function gateway ({ close = async () => {} }: { close?: () => Promise<void> } = {}) {
  const seen: { settings?: Settings, closed: number } = { closed: 0 }
  const signals = new EventEmitter()
  const openGateway: OpenGateway = async (settings, { log }) => {
    seen.settings = settings
    log('[candidate] listening')
    return {
      url: 'http://127.0.0.1:3000',
      adminUrl: 'http://127.0.0.1:4000',
      control: { features: () => [featureStatus('vehicles', { share: 2500 })] } as unknown as Control,
      close: async () => { seen.closed++; await close() }
    }
  }
  return { seen, signals, openGateway }
}

test('up starts, says where, and closes on the first signal', async t => {
  const { seen, signals, openGateway } = gateway()
  const ran = cutover(folderWith(t, { 'cutover.config.json': config }), ['up', '--port', '0', '--host', '::1'], {
    signals,
    openGateway,
    onOutput: text => { if (text.includes('cutover status')) signals.emit('SIGTERM') }
  })
  const { code, out, err } = await ran
  assert.equal(code, 0)
  assert.equal(seen.closed, 1)
  assert.deepEqual(seen.settings?.listen, { host: '::1', port: 0 })
  for (const part of [/^\[candidate\] listening$/m, /switch +http:\/\/127\.0\.0\.1:3000/, /admin +http:\/\/127\.0\.0\.1:4000/, /candidate +node x\.js {2}at http:\/\/127\.0\.0\.1:2\//, /vehicles +low +█████░{15} +25%/]) assert.match(out, part)
  assert.match(err, /^Closing/)
  assert.equal(signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM'), 0)
})

test('a second signal ends at once', async t => {
  const { signals, openGateway } = gateway({ close: async () => { signals.emit('SIGINT'); await new Promise(() => {}) } })
  const exits: number[] = []
  const { code } = await cutover(folderWith(t, { 'cutover.config.json': config }), ['up'], {
    signals, openGateway, onExit: code => exits.push(code), onOutput: text => { if (text.includes('cutover status')) signals.emit('SIGINT') }
  })
  assert.deepEqual([code, exits], [3, [3]])
})

test('a signal during the start closes what was started', async t => {
  const { seen, signals, openGateway } = gateway()
  const { code, out } = await cutover(folderWith(t, { 'cutover.config.json': config }), ['up'], {
    signals, openGateway: async (settings, options) => { signals.emit('SIGINT'); return await openGateway(settings, options) }
  })
  assert.deepEqual([code, seen.closed], [0, 1])
  assert.doesNotMatch(out, /cutover status/)
})

test('with --json, one object when it is up and one for each log line', async t => {
  const { signals, openGateway } = gateway()
  const { out } = await cutover(folderWith(t, { 'cutover.config.json': config }), ['up', '--json'], {
    signals, openGateway, onOutput: text => { if (text.includes('adminUrl')) signals.emit('SIGINT') }
  })
  const [log, up] = out.trim().split('\n').map(line => JSON.parse(line))
  assert.deepEqual(log, { log: '[candidate] listening' })
  assert.equal(up.url, 'http://127.0.0.1:3000')
  assert.equal(up.features[0].feature, 'vehicles')
})

test('a start that fails ends with 3 and the reason', async t => {
  const { code, err } = await cutover(folderWith(t, { 'cutover.config.json': config }), ['up'], { openGateway: () => Promise.reject(new Error('port 3000 is taken')) })
  assert.deepEqual([code, err], [3, 'port 3000 is taken\n'])
})
