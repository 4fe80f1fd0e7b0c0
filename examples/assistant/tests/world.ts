import { randomBytes } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from 'pg'
import { pino } from 'pino'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { buildApp as buildCandidate } from '../candidate/app.ts'
import { readEnvironment, type Environment } from '../environment.ts'
import { startStandIn, type StandIn } from '../external/chat-completions/stand-in.ts'
import { buildApp as buildLegacy } from '../legacy/app.ts'
import { openServices, type OpenServices, type Services } from '../services.ts'
import { verificationSecret } from '../verification.ts'

export type FaceName = 'legacy' | 'candidate'
export const faceNames: readonly FaceName[] = ['legacy', 'candidate']

/** One PostgreSQL server with a seeded database, of which whoever asks gets a copy of its own, and the AI service's stand-in. */
export interface World {
  readonly standIn: StandIn
  cloneDatabase (): Promise<string>
  /** Services on a database; a fresh copy where none is named. */
  services (settings?: Partial<Environment>): Promise<OpenServices>
  close (): Promise<void>
}

export const silent = pino({ level: 'silent' })

export function testEnvironment (settings: Partial<Environment> = {}): Environment {
  return {
    ...readEnvironment({ NODE_ENV: 'test', SEED_DEMO_DATA: 'false', DATABASE_POOL: '5', AI_TIMEOUT_MS: '3000', JWT_SECRET: verificationSecret, OPENAI_API_KEY: 'for-the-stand-in', REQUESTS_PER_MINUTE: '1000000000' }),
    ...settings
  }
}

export async function openWorld (): Promise<World> {
  const database = await startDatabase('assistant')
  const standIn = await startStandIn()
  const template = database.url
  await (await openServices(testEnvironment({ DATABASE_URL: template, OPENAI_BASE_URL: standIn.url, SEED_DEMO_DATA: true }), silent)).close()
  const admin = new Client({ connectionString: template.replace(/\/assistant$/, '/postgres') })
  await admin.connect()

  // One after the other: the copies have one connection.
  let copying: Promise<unknown> = Promise.resolve()
  async function cloneDatabase (): Promise<string> {
    const copied = copying.then(copyDatabase)
    copying = copied.catch(() => {})
    return await copied
  }

  async function copyDatabase (): Promise<string> {
    const name = `clone_${randomBytes(6).toString('hex')}`
    // Sessions of the template that are ending would block the copy.
    await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'assistant'")
    await admin.query(`create database ${name} template assistant strategy wal_log`)
    return template.replace(/\/assistant$/, `/${name}`)
  }

  return {
    standIn,
    cloneDatabase,
    services: async (settings = {}) => await openServices(testEnvironment({ OPENAI_BASE_URL: standIn.url, ...settings, DATABASE_URL: settings.DATABASE_URL ?? await cloneDatabase() }), silent),
    async close () {
      await admin.end()
      await standIn.close()
      await database.stop()
    }
  }
}

/** A face that listens on a free loopback port. */
export interface OpenFace {
  readonly url: string
  /** Lets open requests finish. */
  close (): Promise<void>
  /** Ends open requests: for after a test, however it went. */
  stop (): Promise<void>
}

export async function openFace (name: FaceName, services: Services): Promise<OpenFace> {
  if (name === 'legacy') return await serve(buildLegacy(services))
  const app = await buildCandidate(services)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    close: async () => { await app.close() },
    async stop () {
      app.server.closeAllConnections()
      await app.close()
    }
  }
}

export async function serve (listener: RequestListener): Promise<OpenFace> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = async (): Promise<void> => {
    const closed = new Promise(resolve => server.close(resolve))
    server.closeIdleConnections()
    await closed
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close,
    async stop () {
      server.closeAllConnections()
      await close()
    }
  }
}

/** Asks a face; the connection is not kept, so that it can close at once. */
export async function ask (url: string, path: string, { token, json, headers, ...init }: RequestInit & { token?: string, json?: unknown } = {}): Promise<Response> {
  return await fetch(url + path, {
    ...init,
    ...json !== undefined && { method: init.method ?? 'POST', body: JSON.stringify(json) },
    headers: { connection: 'close', ...token !== undefined && { authorization: `Bearer ${token}` }, ...json !== undefined && { 'content-type': 'application/json' }, ...headers as Record<string, string> }
  })
}

/** Waits until something holds; fails after thirty seconds. */
export async function until (what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 30_000; performance.now() < end;) {
    if (await holds()) return
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  throw new Error(`${what}: it did not come to that within 30 s`)
}
