import type { PythonValue } from './python-json.ts'
import { parseFloatText, PythonFloat, toAsciiDigits } from './python-numbers.ts'
import { Refusal } from './scalars.ts'

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})\n?$/
const DATETIME = /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6})\d{0,6})?)?(Z|[+-]\d{2}(?::?\d{2})?)?\n?$/
const notDate = new Refusal('value_error.date', 'invalid date format')
const notDatetime = new Refusal('value_error.datetime', 'invalid datetime format')
const notFinite = new Refusal('value_error', 'cannot convert float NaN to integer')
/** Numbers above are milliseconds, or still smaller units. */
const WATERSHED = 2e10
const LARGEST = 3e20

/** `parse_date`: `2024-07-18` of a text or of seconds since 1970. */
export function toDate (value: PythonValue): string | Refusal {
  const number = numeric(value, 'date')
  if (number instanceof Refusal) return number
  if (number !== undefined) {
    const moment = fromUnixSeconds(number)
    return moment instanceof Refusal ? moment : moment.slice(0, 10)
  }
  const match = DATE.exec(toAsciiDigits(value as string))
  if (!match) return notDate
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  return isDay(year, month, day) ? dateText(year, month, day) : notDate
}

/** `parse_datetime`: the `isoformat()` of a text or of seconds since 1970. */
export function toDatetime (value: PythonValue): string | Refusal {
  const number = numeric(value, 'datetime')
  if (number instanceof Refusal) return number
  if (number !== undefined) return fromUnixSeconds(number)
  const match = DATETIME.exec(toAsciiDigits(value as string))
  if (!match) return notDatetime
  const offset = offsetText(match[8])
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(group => Number(match[group] ?? 0)) as [number, number, number, number, number, number]
  if (offset === undefined || !isDay(year, month, day) || hour > 23 || minute > 59 || second > 59) return notDatetime
  const micros = Number((match[7] ?? '').padEnd(6, '0'))
  return `${dateText(year, month, day)}T${two(hour)}:${two(minute)}:${two(second)}${fractionText(micros)}${offset}`
}

function numeric (value: PythonValue, expected: string): number | bigint | undefined | Refusal {
  switch (typeof value) {
    case 'number': case 'bigint': return value
    case 'boolean': return value ? 1 : 0
    case 'string': return parseFloatText(value)
    default: return value instanceof PythonFloat ? value.value : new Refusal('type_error', `invalid type; expected ${expected}, string, bytes, int or float`)
  }
}

/** `from_unix_seconds`. */
function fromUnixSeconds (given: number | bigint): string | Refusal {
  if (given > LARGEST) return '9999-12-31T23:59:59.999999'
  if (given < -LARGEST) return '0001-01-01T00:00:00'
  // Python divides an int of any size exactly, and rounds once.
  let seconds = typeof given === 'bigint' ? Number(`${given}e-3`) : given
  while (Math.abs(seconds) > WATERSHED) seconds /= 1000
  if (Number.isNaN(seconds)) return notFinite
  const whole = Math.trunc(seconds)
  const micros = wholeMicroseconds(whole, (seconds - whole) * 1e6)
  const total = whole + Math.floor(micros / 1e6)
  const rest = micros - Math.floor(micros / 1e6) * 1e6
  return `${new Date(total * 1000).toISOString().slice(0, 19)}${fractionText(rest)}+00:00`
}

/** Rounds as `timedelta` does: half to the even microsecond, counted from 1970. */
function wholeMicroseconds (seconds: number, exact: number): number {
  const whole = Math.trunc(exact)
  const left = exact - whole
  if (Math.abs(left) !== 0.5) return whole + Math.round(Math.abs(left)) * Math.sign(left)
  const isOdd = (BigInt(seconds) * 1_000_000n + BigInt(whole)) % 2n !== 0n
  return isOdd ? whole + Math.sign(left) : whole
}

/** `+00:00`; empty without an offset; undefined when it is a day or more. */
function offsetText (zone: string | undefined): string | undefined {
  if (zone === undefined) return ''
  if (zone === 'Z') return '+00:00'
  const minutes = 60 * Number(zone.slice(1, 3)) + (zone.length > 3 ? Number(zone.slice(-2)) : 0)
  if (minutes >= 24 * 60) return undefined
  const sign = zone.startsWith('-') && minutes !== 0 ? '-' : '+'
  return `${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

function isDay (year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return day <= days
}

function dateText (year: number, month: number, day: number): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

function fractionText (micros: number): string {
  return micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`
}

function two (number: number): string {
  return number < 10 ? `0${number}` : String(number)
}
