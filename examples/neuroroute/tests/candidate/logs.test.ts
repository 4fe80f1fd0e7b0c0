import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { Logger } from 'pino'
import { buildApp } from '../../candidate/app.ts'
import { readEnvironment } from '../../environment.ts'
import { createLog } from '../../services.ts'
import { keys, openWorld, type World } from '../data/world.ts'

const prompt = 'my prompt is a secret: swordfish'
const secrets = [...Object.values(keys), 'nr_', 'swordfish', 'for-the-stand-in', 'Bearer', 'a-secret-of-the-query']

/** The secrets that some text has. */
function told (text: string): string[] {
  return secrets.filter(secret => text.includes(secret))
}

describe('the log', () => {
  let world: World
  before(async () => { world = await openWorld() })
  after(async () => { await world?.close() })

  function collect (): { log: Logger, lines: string[] } {
    const lines: string[] = []
    const log = createLog(readEnvironment({ LOG_LEVEL: 'trace' }), new Writable({
      write (chunk, _encoding, done) {
        lines.push(...String(chunk).trim().split('\n'))
        done()
      }
    }))
    return { log, lines }
  }

  /** Asks for everything that can go well or wrong. */
  async function askEverything (t: TestContext, log: Logger): Promise<number> {
    const services = await world.services(t, {}, log)
    const app = await buildApp(services)
    const ask = async (key: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object | string) => await app.inject({ method, url, headers: { authorization: `Bearer ${key}`, 'x-request-id': 'mine', ...typeof payload === 'string' && { 'content-type': 'application/json' } }, ...payload !== undefined && { payload } })
    let asked = 0
    for (const key of Object.values(keys)) {
      for (const directive of ['ok', 'fail', 'reject', 'limit-long', 'garbage', 'cut', 'down']) {
        for (const stream of [false, true]) {
          await ask(key, 'POST', '/prompt?q=a-secret-of-the-query', { prompt: `[stand-in all=${directive}] ${prompt}`, model: 'gpt-4o', stream })
          asked++
        }
      }
      await ask(key, 'POST', '/prompt', `{"prompt": "${prompt}`)
      await ask(key, 'POST', '/keys', { name: 'swordfish', scopes: ['prompt'] })
      await ask(key, 'GET', '/keys')
      await ask(key, 'GET', `/models/x?token=${key}`)
      asked += 4
    }
    // Bugs and outages are logged with what they say.
    await services.pool.end()
    await ask('nr_unknown', 'POST', '/prompt', { prompt })
    await ask('nr_unknown', 'POST', '/keys', { name: 'swordfish', scopes: ['prompt'] })
    return asked + 2
  }

  test('has one line of each request: id, method, path without its query, status, duration', async t => {
    const { log, lines } = collect()
    const asked = await askEverything(t, log)
    const requests = lines.map(line => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'request')
    assert.equal(requests.length, asked)
    const { id, method, path, status, duration_ms: duration } = requests[0]!
    assert.deepEqual({ id, method, path, status }, { id: 'mine', method: 'POST', path: '/prompt', status: 200 })
    assert.equal(typeof duration, 'number')
    assert.ok(lines.some(line => line.includes('unhandled error')), 'errors are logged')
  })

  test('has no key, no prompt and no header of a client, whatever goes wrong', async t => {
    const { log, lines } = collect()
    await askEverything(t, log)
    assert.ok(lines.length > 20)
    assert.deepEqual(told(lines.join('\n')), [])
  })

  test('would be found to have one: this test sees what is planted', async t => {
    const { log, lines } = collect()
    const app = await buildApp(await world.services(t, {}, log))
    app.addHook('onRequest', async request => { request.log.info({ headers: request.headers }, 'careless') })
    await app.inject({ url: '/health', headers: { authorization: `Bearer ${keys.all}` } })
    assert.ok(told(lines.join('\n')).includes(keys.all))
  })
})
