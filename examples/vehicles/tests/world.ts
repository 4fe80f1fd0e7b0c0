import { randomBytes } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from 'pg'
import { pino } from 'pino'
import { buildApp as buildCandidate } from '../candidate/app.ts'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { startStandIn, type StandIn } from '../external/vpic/stand-in.ts'
import { readEnvironment, type Environment } from '../environment.ts'
import { buildApp as buildLegacy } from '../legacy/app.ts'
import { openServices, type OpenServices, type Services } from '../services.ts'
import { verificationSecret } from '../verification.ts'

export type FaceName = 'legacy' | 'candidate'

/** One PostgreSQL server with a seeded database, of which every face gets a copy of its own. */
export interface World {
  readonly standIn: StandIn
  cloneDatabase (): Promise<string>
  /** Services on a fresh copy of the database. */
  services (settings?: Partial<Environment>): Promise<OpenServices>
  close (): Promise<void>
}

const silent = pino({ level: 'silent' })

function testEnvironment (settings: Partial<Environment>): Environment {
  return { ...readEnvironment({ NODE_ENV: 'test', SEED_DEMO_DATA: 'false', DATABASE_POOL: '3', VPIC_TIMEOUT_MS: '300', JWT_SECRET: verificationSecret }), ...settings }
}

export async function openWorld (): Promise<World> {
  const database = await startDatabase('vehicles')
  const standIn = await startStandIn()
  const template = database.url
  await (await openServices(testEnvironment({ DATABASE_URL: template, VPIC_URL: standIn.url, SEED_DEMO_DATA: true }), silent)).close()
  const admin = new Client({ connectionString: template.replace(/\/vehicles$/, '/postgres') })
  await admin.connect()

  async function cloneDatabase (): Promise<string> {
    const name = `clone_${randomBytes(6).toString('hex')}`
    // Sessions of the template that are ending would block the copy.
    await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'vehicles'")
    await admin.query(`create database ${name} template vehicles strategy wal_log`)
    return template.replace(/\/vehicles$/, `/${name}`)
  }

  return {
    standIn,
    cloneDatabase,
    services: async (settings = {}) => await openServices(testEnvironment({ DATABASE_URL: await cloneDatabase(), VPIC_URL: standIn.url, ...settings }), silent),
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
  close (): Promise<void>
}

export async function openFace (name: FaceName, services: Services): Promise<OpenFace> {
  if (name === 'legacy') return await serve(buildLegacy(services))
  const app = await buildCandidate(services)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, close: () => app.close() }
}

export async function serve (listener: RequestListener): Promise<OpenFace> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close () {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeIdleConnections()
      await closed
    }
  }
}
