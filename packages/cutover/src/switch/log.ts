/** Something that an operator should know of, told once. */
export interface LogEvent {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly code?: string
  readonly feature?: string | undefined
  readonly requestId?: string | undefined
}

export type Log = (event: LogEvent) => void

/**
 * Tells of the same fault of the same feature at most once a second, with the number of those left out, so that an
 * outage does not flood the log.
 * @param clock milliseconds
 */
export function throttled (log: Log, clock: () => number = () => performance.now()): Log {
  const seen = new Map<string, { at: number, more: number }>()
  return event => {
    if (event.level === 'info') {
      log(event)
      return
    }
    const key = `${event.code ?? ''} ${event.feature ?? ''} ${event.message.split(':')[0]}`
    const now = clock()
    const last = seen.get(key)
    if (last !== undefined && now - last.at < 1_000) {
      last.more++
      return
    }
    if (seen.size >= 1_000) seen.clear()
    seen.set(key, { at: now, more: 0 })
    log(last === undefined || last.more === 0 ? event : { ...event, message: `${event.message} (and ${last.more} like it)` })
  }
}
