/** A time as Python's isoformat writes it in UTC. @param milliseconds since 1970, with a fraction */
export function isoTimeOf (milliseconds: number): string {
  const micros = Math.round(milliseconds * 1000)
  const fraction = micros % 1_000_000
  const seconds = new Date((micros - fraction) / 1000).toISOString().slice(0, 19)
  return fraction === 0 ? `${seconds}+00:00` : `${seconds}.${String(fraction).padStart(6, '0')}+00:00`
}

/** A time as PostgreSQL writes it in UTC (`2026-11-22 01:23:45.12+00`), as Python's isoformat does: six digits, or none. */
export function isoTime (text: string): string {
  const zone = text.lastIndexOf('+')
  const dot = text.indexOf('.')
  const seconds = text.slice(0, dot < 0 ? zone : dot).replace(' ', 'T')
  return dot < 0 ? `${seconds}+00:00` : `${seconds}.${text.slice(dot + 1, zone).padEnd(6, '0')}+00:00`
}

/** A text of Python's isoformat, with any offset or none, as PostgreSQL takes it: in UTC, of the years 1 to 9999. */
export function utcTime (text: string): string {
  const [, day, time, fraction = '', sign, hours, minutes] = /^(.{10})T(.{8})(\.\d+)?(?:([+-])(\d\d):(\d\d))?$/.exec(text)!
  const offset = sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000
  const utc = new Date(Date.parse(`${day}T${time}Z`) - offset)
  if (utc.getUTCFullYear() < 1) return '0001-01-01T00:00:00Z'
  if (utc.getUTCFullYear() > 9999) return '9999-12-31T23:59:59.999999Z'
  return `${utc.toISOString().slice(0, 19)}${fraction}Z`
}
