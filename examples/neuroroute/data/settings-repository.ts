import { asc, sql } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { SettingsStore } from '../domain/settings.ts'
import type { Settings } from '../types/settings.ts'
import { cacheGenerations, settings } from './schema.ts'
import { isoTime } from './times.ts'

const columns = {
  strategy: settings.strategy,
  cacheTtlSeconds: settings.cacheTtlSeconds,
  maxAttempts: settings.maxAttempts,
  disabledModels: settings.disabledModels,
  generation: settings.generation,
  updatedAt: settings.updatedAt
}

export function createSettingsRepository (db: NodePgDatabase): SettingsStore {
  // Of a table, so that a database without ours does not count.
  const ping = db.select({ one: sql`1` }).from(settings).prepare('ping')
  return {
    async read () {
      return theRow(await db.select(columns).from(settings))
    },
    async change ({ disabledModels, ...changes }) {
      return theRow(await db.update(settings).set({
        ...changes,
        ...disabledModels !== undefined && { disabledModels: [...disabledModels] },
        generation: sql`${settings.generation} + 1`,
        updatedAt: sql`clock_timestamp()`
      }).returning(columns))
    },
    async readAll () {
      // In one statement, so that they belong together.
      const rows = await db.select({ settings: columns, forgotten: cacheGenerations }).from(settings).leftJoin(cacheGenerations, sql`true`).orderBy(asc(cacheGenerations.model))
      return {
        settings: theRow(rows.map(row => row.settings)),
        generations: new Map(rows.flatMap(({ forgotten }) => forgotten === null ? [] : [[forgotten.model, forgotten.generation]]))
      }
    },
    async ping () {
      await ping.execute()
    },
    async forget (model) {
      await db.insert(cacheGenerations).values({ model: model ?? '*', generation: 1 })
        .onConflictDoUpdate({ target: cacheGenerations.model, set: { generation: sql`${cacheGenerations.generation} + 1` } })
    }
  }
}

function theRow ([row]: readonly Settings[]): Settings {
  if (row === undefined) throw new Error('the table settings is empty: its one row is made by the migrations')
  return Object.freeze({ ...row, updatedAt: isoTime(row.updatedAt) })
}
