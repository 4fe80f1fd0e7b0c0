import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { demoUsers } from '../data/seed.ts'
import type { OpenServices } from '../services.ts'
import { verificationSecrets } from '../verification.ts'
import { openWorld, type World } from './world.ts'

const folder = join(import.meta.dirname, '..')
const started: ChildProcess[] = []

function start (file: string, env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=cutover-source', join(folder, file)], {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'test', PORT: '0', ...verificationSecrets, ...env }
  })
  started.push(child)
  return child
}

async function listening (child: ChildProcess): Promise<{ readonly url: string, output (): string }> {
  let output = ''
  child.stdout?.on('data', chunk => { output += chunk })
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', chunk => {
      output += chunk
      const found = /listening on (\S+)/.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('exit', code => reject(new Error(`it ended with status ${code}: ${output}`)))
  })
  return { url, output: () => output }
}

describe('a server of its own', { timeout: 120_000 }, () => {
  let world: World
  let services: OpenServices
  let env: NodeJS.ProcessEnv
  before(async () => {
    world = await openWorld()
    services = await world.services()
    env = { MONGODB_URI: services.databaseUrl, SEED_DEMO_DATA: 'false' }
  })
  after(async () => {
    for (const child of started) child.kill('SIGKILL')
    await services?.close()
    await world?.close()
  })

  for (const file of ['legacy/server.ts', 'candidate/server.ts']) {
    test(`${file} serves, logs, and on SIGTERM finishes the upload under way and ends with 0`, async () => {
      const child = start(file, env)
      const { url, output } = await listening(child)
      const exited = once(child, 'exit')
      const { email, authHash } = demoUsers[0]!
      const signIn = await fetch(`${url}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json', connection: 'close' }, body: JSON.stringify({ email, authHash }) })
      const { token } = await signIn.json() as { token: string }
      const headers = { authorization: `Bearer ${token}`, connection: 'close' }
      const added = await fetch(`${url}/api/notes`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{"encryptedTitle":"AAAA"}' })
      const path = added.headers.get('location')!

      let finish = (): void => {}
      const began = new Promise<void>(resolve => { finish = resolve })
      let asked = (): void => {}
      const reading = new Promise<void>(resolve => { asked = resolve })
      const body = new ReadableStream<Uint8Array>({
        async pull (controller) {
          controller.enqueue(new Uint8Array(1000))
          asked()
          await began
          controller.enqueue(new Uint8Array(1000))
          controller.close()
        }
      })
      const upload = fetch(`${url}${path}/content`, { method: 'PUT', body, duplex: 'half', headers: { ...headers, 'content-type': 'application/octet-stream', 'x-encapsulated-key': 'AAAA', 'x-encrypted-symmetric-key': 'AAAA' } } as RequestInit)
      await reading
      // Until the server has the upload, which it shows by answering one that came after it.
      await fetch(`${url}/health`, { headers: { connection: 'close' } })
      child.kill('SIGTERM')
      finish()
      assert.equal((await upload).status, 201)
      assert.deepEqual(await exited, [0, null], output())
      assert.match(output(), /"method":"POST","url":"\/api\/auth\/login","status":200,"duration":/)
    })
  }

  test('candidate/server.ts ends with 2 and one line when a variable is wrong', async () => {
    const child = start('candidate/server.ts', { ...env, PORT: 'three thousand' })
    let output = ''
    child.stderr?.on('data', chunk => { output += chunk })
    const [code] = await once(child, 'close')
    assert.deepEqual([code, output], [2, 'environment: PORT is "three thousand", should be a port from 0 to 65535\n'])
  })

  test('server.ts serves both faces on one port, each variable its feature', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'aegis-state-'))
    const child = start('server.ts', { ...env, BACKEND_FRAMEWORK: 'fastify', TASKS_BACKEND: 'express', STATE_DIR: stateDir })
    const { url, output } = await listening(child)
    const exited = once(child, 'exit')
    const sides: Record<string, string | null> = {}
    for (const path of ['/health', '/api/tasks', '/api/notes', '/docs/json', '/nowhere']) {
      const answer = await fetch(`${url}${path}`, { headers: { connection: 'close' } })
      await answer.text()
      sides[path] = answer.headers.get('x-routed-to')
    }
    assert.deepEqual(sides, { '/health': 'candidate', '/api/tasks': 'legacy', '/api/notes': 'candidate', '/docs/json': 'candidate', '/nowhere': 'candidate' })
    child.kill('SIGTERM')
    assert.deepEqual(await exited, [0, null], output())
    await rm(stateDir, { recursive: true })
  })
})
