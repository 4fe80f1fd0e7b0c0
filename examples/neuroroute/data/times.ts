/** A time as PostgreSQL writes it in UTC (`2026-11-22 01:23:45.12+00`), as Python's isoformat does: six digits, or none. */
export function isoTime (text: string): string {
  const zone = text.lastIndexOf('+')
  const dot = text.indexOf('.')
  const seconds = text.slice(0, dot < 0 ? zone : dot).replace(' ', 'T')
  return dot < 0 ? `${seconds}+00:00` : `${seconds}.${text.slice(dot + 1, zone).padEnd(6, '0')}+00:00`
}
