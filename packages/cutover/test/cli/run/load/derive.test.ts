import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { startClients } from '../../../../src/cli/run/load/clients.ts'
import type { Scenario } from '../../../../src/parity/scenario/scenario.ts'

/* eslint-disable no-template-curly-in-string */

const module = join(import.meta.dirname, '../../../fixtures/parity/derivations.ts')
const scenario: Scenario = {
  name: 'challenge',
  steps: [
    { request: 'GET /challenge', capture: { challenge: '/challenge' } },
    { request: 'GET /answer/${answer}', derive: { answer: { by: 'reverse', with: '${challenge}' } }, expect: { status: 200 } }
  ]
}

test('clients derive by what the module of the surroundings exports, which is not started', async t => {
  let challenge = 'abc'
  const answers: string[] = []
  const stop = new AbortController()
  const server = createServer((request, response) => {
    if (request.url === '/challenge') {
      challenge = challenge === 'abc' ? 'xyz' : 'abc'
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ challenge }))
    } else {
      answers.push(request.url!.slice('/answer/'.length))
      response.statusCode = answers.at(-1) === [...challenge].reverse().join('') ? 200 : 403
      response.end()
      if (answers.length === 4) stop.abort()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => { server.closeAllConnections(); server.close() })
  const task = { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, work: { kind: 'scenarios', scenarios: [{ scenario, features: {} }] }, clients: 1, pauseMs: 1, timeoutMs: 2000, derive: module } as const
  const clients = await startClients(task, stop.signal)
  await clients.stopped
  assert.deepEqual(answers.slice(0, 4), ['zyx', 'cba', 'zyx', 'cba'])
  assert.equal(clients.tally.counts.unexpected, 0)
  await assert.rejects(startClients({ ...task, derive: undefined }, stop.signal), { code: 'CUT_DERIVE_UNKNOWN' })
})
