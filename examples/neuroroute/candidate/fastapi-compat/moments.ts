import { UnserializableError } from './json-writer.ts'

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?(?:[+-]\d\d:\d\d)?$/
const ANY = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d(?::?\d\d)?)?$/

/**
 * `datetime.isoformat()` of a Date, an ISO 8601 text, or a text of PostgreSQL (`2026-11-22 01:23:45.12+00`, which becomes
 * UTC as asyncpg's values are). Microseconds are kept; no fraction when it is 0.
 * @throws UnserializableError
 */
export function momentText (value: unknown): string {
  if (typeof value === 'string') {
    if (ISO.test(value) && !value.endsWith('.000000', 26)) return value
    const match = ANY.exec(value)
    if (match) return rebuilt(match[1]!, match[2]!, match[3] ?? '', match[4], value[10] === ' ')
  } else if (value instanceof Date && !Number.isNaN(value.getTime())) {
    const text = value.toISOString()
    return `${text.slice(0, 19)}${text.endsWith('.000Z') ? '' : `${text.slice(19, 23)}000`}+00:00`
  }
  throw new UnserializableError('a response has no moment where its schema says date-time')
}

/** `date.isoformat()` of a text or of a Date in UTC. */
export function dayText (value: unknown): string {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) return value
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString().slice(0, 10)
  throw new UnserializableError('a response has no day where its schema says date')
}

function rebuilt (day: string, time: string, fraction: string, zone: string | undefined, inUtc: boolean): string {
  const micros = fraction.padEnd(6, '0')
  const offset = zone === undefined ? '' : zone === 'Z' ? '+00:00' : `${zone.slice(0, 3)}:${zone.length > 3 ? zone.slice(-2) : '00'}`
  if (inUtc && offset !== '' && offset !== '+00:00') {
    const utc = new Date(`${day}T${time}${offset}`).toISOString().slice(0, 19)
    return `${utc}${micros === '000000' ? '' : `.${micros}`}+00:00`
  }
  return `${day}T${time}${micros === '000000' ? '' : `.${micros}`}${offset}`
}
