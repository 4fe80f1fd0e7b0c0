import type { AnswerCache } from '../types/cache.ts'
import type { Model, ModelStatus, Provider } from '../types/models.ts'
import type { ModelHealth } from '../types/providers.ts'

export const version = '1.0.0'

/** What an operator is told of a process. */
export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'down'
  readonly version: string
  readonly uptimeSeconds: number
  readonly database: 'ok' | 'down'
  readonly cache: { readonly kind: AnswerCache['kind'], readonly status: 'ok' | 'down', readonly entries: number | null }
  readonly models: readonly { readonly id: string, readonly provider: Provider, readonly status: ModelStatus, readonly latencyMs: number | null, readonly errorRate: number }[]
  readonly system: SystemFigures
}

export interface SystemFigures {
  /** Resident memory, millions of bytes. */
  readonly memoryMb: number
  /** Of the machine: the mean of the last minute. */
  readonly load: number
  readonly cpus: number
}

/**
 * @param options.pingDatabase rejects when the database does not answer
 * @param options.now milliseconds of the steady clock of `health`
 * @param options.patience how long the database may take to answer, milliseconds
 */
export function createHealthReports ({ catalogue, health, cache, pingDatabase, readSystem, now, patience = 2_000 }: {
  readonly catalogue: readonly Model[]
  readonly health: ModelHealth
  readonly cache: AnswerCache
  readonly pingDatabase: () => Promise<unknown>
  readonly readSystem: () => SystemFigures
  readonly now: () => number
  readonly patience?: number
}): () => Promise<HealthReport> {
  const started = now()
  // Those who ask while somebody's question is under way wait for the same answer.
  const databaseUp = shared(() => inTime(patience, pingDatabase().then(() => true, () => false)))
  const cacheUp = shared(() => cache.isUp())
  return async () => {
    const [database, cached] = await Promise.all([databaseUp(), cacheUp()])
    const at = now()
    const models = catalogue.map(({ id, provider }) => ({ id, provider, status: health.status(id, at), latencyMs: health.latency(id), errorRate: health.errorRate(id) }))
    return {
      status: !database ? 'down' : models.every(({ status }) => status === 'available') ? 'ok' : 'degraded',
      version,
      uptimeSeconds: Math.round(at - started) / 1000,
      database: database ? 'ok' : 'down',
      cache: { kind: cache.kind, status: cached ? 'ok' : 'down', entries: cache.entries() },
      models,
      system: readSystem()
    }
  }
}

/** False when it takes longer. */
function inTime (milliseconds: number, answer: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), milliseconds)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function shared<Value> (ask: () => Promise<Value>): () => Promise<Value> {
  let asking: Promise<Value> | undefined
  return () => {
    asking ??= ask().finally(() => { asking = undefined })
    return asking
  }
}
