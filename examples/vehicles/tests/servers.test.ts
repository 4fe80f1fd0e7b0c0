import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openWorld, type World } from './world.ts'

const folder = join(import.meta.dirname, '..')

interface Running {
  readonly child: ChildProcess
  readonly url: string
  output (): string
}

const started: ChildProcess[] = []

function start (file: string, env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=cutover-source', join(folder, file)], {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'test', PORT: '0', ...env }
  })
  started.push(child)
  return child
}

async function listening (child: ChildProcess): Promise<Running> {
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
  return { child, url, output: () => output }
}

describe('a server of its own', () => {
  let world: World
  let env: NodeJS.ProcessEnv
  before(async () => {
    world = await openWorld()
    env = { DATABASE_URL: await world.cloneDatabase(), VPIC_URL: world.standIn.url, SEED_DEMO_DATA: 'false' }
  })
  after(async () => {
    for (const child of started) child.kill('SIGKILL')
    await world.close()
  })

  for (const file of ['legacy/server.ts', 'candidate/server.ts']) {
    test(`${file} serves, logs, and on SIGTERM finishes the open request and ends with 0`, { timeout: 30_000 }, async () => {
      const { child, url, output } = await listening(start(file, env))
      const exited = once(child, 'exit')
      const login = async (password: string) => await fetch(`${url}/api/auth/login`, {
        method: 'POST', headers: { 'content-type': 'application/json', connection: 'close' }, body: JSON.stringify({ email: 'ada@example.com', password })
      })
      const { token } = await (await login('analytical engine')).json() as { token: string }
      // vPIC does not answer this one until the timeout: the request is open while the server is told to stop.
      const before = world.standIn.asked
      const open = fetch(`${url}/api/vehicles/decode/1J4FA49S54P700123`, { headers: { authorization: `Bearer ${token}`, connection: 'close' } })
      while (world.standIn.asked === before) await new Promise(resolve => setImmediate(resolve))
      child.kill('SIGTERM')
      assert.equal((await open).status, 503)
      assert.deepEqual(await exited, [0, null], output())
      assert.match(output(), /"method":"POST","url":"\/api\/auth\/login","status":200,"duration":/)
    })

    test(`${file} ends with 2 and one line when a variable is wrong`, { timeout: 30_000 }, async () => {
      const child = start(file, { ...env, PORT: 'three thousand' })
      let output = ''
      child.stderr?.on('data', chunk => { output += chunk })
      const [code] = await once(child, 'close')
      assert.equal(code, 2)
      assert.equal(output, 'environment: PORT is "three thousand", should be a port from 0 to 65535\n')
    })
  }

  test('server.ts serves both faces on one port, each variable its feature', { timeout: 30_000 }, async () => {
    const { child, url, output } = await listening(start('server.ts', { ...env, BACKEND_FRAMEWORK: 'fastify', VEHICLES_BACKEND: 'express', STATE_DIR: await mkdtemp(join(tmpdir(), 'vehicles-state-')) }))
    const exited = once(child, 'exit')
    const sides: Record<string, string | null> = {}
    for (const path of ['/health', '/api/vehicles', '/docs/json', '/nowhere']) {
      const answer = await fetch(`${url}${path}`, { headers: { connection: 'close' } })
      await answer.text()
      sides[path] = answer.headers.get('x-routed-to')
    }
    assert.deepEqual(sides, { '/health': 'candidate', '/api/vehicles': 'legacy', '/docs/json': 'candidate', '/nowhere': 'candidate' })
    child.kill('SIGTERM')
    assert.deepEqual(await exited, [0, null], output())
  })
})
