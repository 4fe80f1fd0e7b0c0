import { Client } from 'pg'
import type { Logger } from 'pino'

/** Hears of changes to settings, cache generations and keys, by whatever process. */
export interface SettingsFeed {
  close (): Promise<void>
}

export interface SettingsFeedOptions {
  /** Of the database. */
  readonly url: string
  readonly log: Logger
  /** A table was changed. When it rejects, the feed begins anew. */
  readonly heard: (table: string) => Promise<void>
  /** The feed begins, or begins again. When it rejects, the feed begins anew. */
  readonly found: () => Promise<void>
  /** The connection is lost: changes are not heard. */
  readonly lost: () => void
  /** How often an idle connection is tried, and how long it may take to answer, milliseconds. */
  readonly heartbeatMs?: number
}

const firstPauseMs = 50
const longestPauseMs = 2_000

/**
 * Listens on a connection of its own, and opens it again whenever it is lost.
 * Resolves when the first try has ended, well or not.
 */
export async function openSettingsFeed ({ url, log, heard, found, lost, heartbeatMs = 5_000 }: SettingsFeedOptions): Promise<SettingsFeed> {
  let client: Client | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let failures = 0

  async function open (): Promise<void> {
    const mine = client = new Client({ connectionString: url, application_name: 'neuroroute feed', connectionTimeoutMillis: 3_000, query_timeout: heartbeatMs, keepAlive: true })
    const broke = (error: unknown): void => {
      if (client !== mine) return
      client = undefined
      clearInterval(timer)
      if (!closed) lost()
      mine.end().catch(() => {})
      if (closed) return
      log.warn({ err: error }, 'changes of settings are not heard; trying again')
      timer = setTimeout(reopen, Math.min(longestPauseMs, firstPauseMs * 2 ** failures++))
    }
    mine.on('error', broke)
    mine.on('notification', ({ payload }) => {
      heard(payload ?? '').catch(broke)
    })
    try {
      await mine.connect()
      await mine.query('listen neuroroute')
      // It may have broken with the answer.
      if (client !== mine) return
      await found()
    } catch (error) {
      broke(error)
      return
    }
    if (client !== mine) return
    failures = 0
    // A connection that is cut in silence looks idle for ever.
    timer = setInterval(() => { mine.query('select 1').catch(broke) }, heartbeatMs)
  }

  function reopen (): void {
    open().catch(error => log.error({ err: error }, 'changes of settings are not heard'))
  }

  await open()
  return {
    async close () {
      closed = true
      clearTimeout(timer)
      const last = client
      client = undefined
      await last?.end().catch(() => {})
    }
  }
}
