import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { pino, type Logger } from 'pino'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { findRedis, startRedis as startLocalRedis, type LocalRedis } from '@cutover-examples/runtime/redis'
import { readEnvironment, type Environment } from '../../environment.ts'
import { startStandIn, type StandIn } from '../../external/stand-in/stand-in.ts'
import { openServices, type OpenServices } from '../../services.ts'

/** Keys of catalog/seed.json. */
export const keys = {
  all: 'nr_demo_admin_00000000000000000000000000000001',
  prompt: 'nr_demo_prompt_0000000000000000000000000000002',
  slow: 'nr_demo_slow_000000000000000000000000000000003',
  revoked: 'nr_demo_revoked_00000000000000000000000000004'
} as const

export const silent = pino({ level: 'silent' })

/** One PostgreSQL server with a seeded database, of which whoever asks gets a copy of its own, and the providers' stand-in. */
export interface World {
  readonly standIn: StandIn
  cloneDatabase (): Promise<string>
  /** Services on a database, a fresh copy where none is named, that end with the test. */
  services (t: TestContext, settings?: Partial<Environment>, log?: Logger): Promise<OpenServices>
  close (): Promise<void>
}

function testEnvironment (settings: Partial<Environment>): Environment {
  return { ...readEnvironment({ NODE_ENV: 'test', SEED_DEMO_DATA: 'false', DATABASE_POOL: '5', HEALTH_FAILURES: '1000000000' }), ...settings }
}

export async function openWorld (): Promise<World> {
  const database = await startDatabase('neuroroute')
  const standIn = await startStandIn()
  const providers = { OPENAI_BASE_URL: standIn.url, ANTHROPIC_BASE_URL: standIn.url }
  await (await openServices(testEnvironment({ ...providers, DATABASE_URL: database.url, SEED_DEMO_DATA: true }), silent)).close()
  const admin = new Client({ connectionString: database.url.replace(/\/neuroroute$/, '/postgres') })
  await admin.connect()

  // One after the other: the copies have one connection.
  let copying: Promise<unknown> = Promise.resolve()
  function cloneDatabase (): Promise<string> {
    const copied = copying.then(copyDatabase)
    copying = copied.catch(() => {})
    return copied
  }

  async function copyDatabase (): Promise<string> {
    const name = `clone_${randomBytes(6).toString('hex')}`
    // Sessions of the template that are ending would block the copy.
    await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'neuroroute'")
    await admin.query(`create database ${name} template neuroroute strategy wal_log`)
    return database.url.replace(/\/neuroroute$/, `/${name}`)
  }

  return {
    standIn,
    cloneDatabase,
    async services (t, settings = {}, log = silent) {
      const services = await openServices(testEnvironment({ ...providers, ...settings, DATABASE_URL: settings.DATABASE_URL ?? await cloneDatabase() }), log)
      t.after(() => services.close())
      return services
    },
    async close () {
      await admin.end()
      await standIn.close()
      await database.stop()
    }
  }
}

const redisProgram = findRedis()

/** Why tests of Redis are skipped; false where they run. */
export const redisMissing = redisProgram !== undefined || process.env.CUTOVER_CI === '1' ? false : 'the Debian package redis-server is not installed'

/** A Redis that ends with the test. */
export async function startRedis (t: TestContext): Promise<LocalRedis> {
  assert.ok(redisProgram !== undefined, 'redis-server is not installed: apt-get install redis-server')
  const redis = await startLocalRedis(redisProgram)
  t.after(() => redis.stop())
  return redis
}

/** Waits until something holds; fails after thirty seconds. */
export async function until (what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 30_000; performance.now() < end; await wait(5)) {
    if (await holds()) return
  }
  throw new Error(`${what}: it did not come to that within 30 s`)
}
