import { Client } from 'pg'
import type { Logger } from 'pino'

/** Announcements of whose vehicles changed, from whichever process. */
export interface ChangeFeed {
  /** Whether announcements arrive now. */
  heard (): boolean
  onChange (listener: (ownerId: string) => void): void
  onLost (listener: () => void): void
  close (): Promise<void>
}

/**
 * Listens on one connection of its own (LISTEN needs a session) and connects again when that breaks.
 * Answers as soon as it hears, or has found that it cannot; then it keeps trying.
 * @param options.retryDelay milliseconds between two attempts
 */
export async function openChangeFeed ({ url, log, retryDelay = 1_000 }: { url: string, log: Logger, retryDelay?: number }): Promise<ChangeFeed> {
  const changed: ((ownerId: string) => void)[] = []
  const lost: (() => void)[] = []
  let client: Client | undefined
  let timer: NodeJS.Timeout | undefined
  let hearing = false
  let closed = false

  async function connect (): Promise<void> {
    const attempt = client = new Client({ connectionString: url, application_name: 'vehicles changes', keepAlive: true, connectionTimeoutMillis: 3_000 })
    attempt.on('error', error => fail(attempt, error))
    attempt.on('end', () => fail(attempt, undefined))
    attempt.on('notification', ({ payload }) => {
      if (payload !== undefined) for (const listener of changed) listener(payload)
    })
    try {
      await attempt.connect()
      await attempt.query('listen vehicle_changes')
      if (client === attempt) hearing = true
    } catch (error) {
      fail(attempt, error)
    }
  }

  function fail (attempt: Client, error: unknown): void {
    if (client !== attempt) return
    client = undefined
    hearing = false
    for (const listener of lost) listener()
    attempt.end().catch(() => {})
    if (closed) return
    log.warn({ err: error }, 'the feed of vehicle changes broke: lists are not cached until it is back')
    timer = setTimeout(connect, retryDelay)
    timer.unref()
  }

  await connect()
  return {
    heard: () => hearing,
    onChange (listener) { changed.push(listener) },
    onLost (listener) { lost.push(listener) },
    async close () {
      closed = true
      clearTimeout(timer)
      const last = client
      client = undefined
      hearing = false
      await last?.end()
    }
  }
}
