/* eslint-disable no-template-curly-in-string -- scenarios are written with them */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { runTrial, type LiveAnswer } from '../../../src/parity/trial/run-trial.ts'
import { fakeContext } from './fake-sides.ts'

test('steps are taken in view of what legacy answered, and captured on each side; a capture that legacy lacks ends nothing', async context => {
  const ids = { legacy: randomUUID(), twin: randomUUID(), candidate: randomUUID() }
  const trial = await fakeContext(context, name => (request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(request.url === '/' ? { id: ids[name] } : { asked: request.url === `/${ids[name]}` }))
  })
  const seen: Array<LiveAnswer | undefined> = []
  const steps = [{ request: 'GET /', capture: { id: '/id', none: '/none' } }, { request: 'GET /${id}' }]
  const result = await runTrial({ name: 'x', steps: [] }, trial, {
    next: last => {
      seen.push(last)
      return steps[seen.length - 1]
    }
  })
  assert.equal(result.broken, undefined)
  assert.deepEqual(result.steps.map(step => step.differences), [[], []])
  assert.deepEqual(seen.map(each => each?.exchange?.response.body.toString()), [undefined, JSON.stringify({ id: ids.legacy }), '{"asked":true}'])
  assert.deepEqual(seen[1]!.lacking, ['none'])
  assert.equal(seen[1]!.twin?.response.body.toString(), JSON.stringify({ id: ids.twin }))
})
