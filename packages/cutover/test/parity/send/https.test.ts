import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { send } from '../../../src/parity/send/send.ts'
import { selfSigned } from './certificate.ts'

const identity = selfSigned()

async function serve (context: TestContext, body: string): Promise<{ port: number, connections: () => number }> {
  let connections = 0
  const server = createServer(identity, (request, response) => {
    request.resume().on('end', () => response.end(`${request.method} ${body}`))
  }).on('secureConnection', () => { connections++ })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}

test('sides that speak https are compared where their certificate is trusted, by name and by address', async context => {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-https-'))
  context.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'ca.pem'), identity.cert)
  const [legacy, candidate] = [await serve(context, 'one'), await serve(context, 'two')]
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--conditions=cutover-source', fileURLToPath(new URL('./https-trial.ts', import.meta.url)), `https://localhost:${legacy.port}`, `https://127.0.0.1:${candidate.port}`], { env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') }, timeout: 20_000 })
  const step = { differences: ['/body'], failures: {}, status: 200 }
  assert.deepEqual(JSON.parse(stdout), [step, step])
  assert.deepEqual([legacy.connections(), candidate.connections()], [1, 1])
})

test('a certificate that nobody vouches for is no connection, and is told', async context => {
  const { port } = await serve(context, 'x')
  const result = await send(new URL(`https://localhost:${port}`), { method: 'GET', target: '/', headers: [], body: Buffer.alloc(0) }, { timeoutMs: 5000, bodyLimit: 1000 })
  assert.ok('failure' in result)
  assert.equal(result.failure.kind, 'refused')
  assert.match(result.failure.message, /self.signed certificate/i)
})
