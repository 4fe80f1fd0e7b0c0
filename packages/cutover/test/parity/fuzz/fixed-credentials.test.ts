import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { ParityReport } from '../../../src/parity/finding.ts'
import { fuzz } from '../../../src/parity/fuzz/fuzz.ts'
import { readApi } from '../../../src/parity/fuzz/openapi/read.ts'
import type { Side, SideName, Sides } from '../../../src/parity/trial/side.ts'

const api = readApi(JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Locked', version: '1' },
  paths: { '/locked': { get: { security: [{ key: [] }], responses: { 200: { description: 'in' }, 401: { description: 'out' } } } } },
  components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } }
}), 'locked')

async function fuzzed (headers: Readonly<Record<string, string>>): Promise<ParityReport> {
  const servers = await Promise.all((['legacy', 'twin', 'candidate'] as const).map(openSide))
  const [legacy, twin, candidate] = servers
  const sides: Sides = { legacy: legacy!, twin: twin!, candidate: candidate!, close: async () => { await Promise.all(servers.map(side => side.close())) } }
  try {
    return await fuzz({ context: { sides, rules: {}, noise: {}, timeoutMs: 2_000, bodyLimit: 1_000 }, api, headers, seed: 1, durationMs: 20_000, requests: 60 })
  } finally {
    await sides.close()
  }
}

async function openSide (name: SideName): Promise<Side & { close (): Promise<void> }> {
  const server = createServer((request, response) => {
    response.statusCode = request.headers.authorization === 'Bearer fixed' ? 200 : 401
    response.end()
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  return {
    name,
    origin: () => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    revive: async () => {},
    state: undefined,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

test('a key that is written down needs no scenario that signs in', async () => {
  const { coverage, notes } = await fuzzed({ authorization: 'Bearer fixed' })
  assert.ok((coverage.find(({ endpoint }) => endpoint === 'GET /locked')?.statuses['200'] ?? 0) > 0)
  assert.doesNotMatch(notes.join(), /without credentials/)
})

test('one that a scenario should have captured, and none does, is told', async () => {
  const { coverage, notes } = await fuzzed({ authorization: 'Bearer ${token}' }) // eslint-disable-line no-template-curly-in-string
  assert.equal(coverage.find(({ endpoint }) => endpoint === 'GET /locked')?.statuses['200'], undefined)
  assert.match(notes.join(), /without credentials/)
})
