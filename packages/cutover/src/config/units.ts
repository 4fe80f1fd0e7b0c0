import type { BasisPoints } from './target.ts'

const durationUnits = new Map([['ms', 1], ['s', 1000], ['m', 60_000], ['h', 3_600_000]])
const sizeUnits = new Map([['B', 1], ['kB', 1000], ['MB', 1_000_000], ['GB', 1_000_000_000]])

/**
 * Reads a duration: `50ms`, `1.5s`, `5m`, `1h`.
 * @returns whole milliseconds, or undefined when the text is not a duration
 */
export function parseDuration (text: string): number | undefined {
  return quantity(text, durationUnits)
}

/**
 * Reads a size: `512B`, `64kB`, `1.5MB`, `2GB`; a kB is 1 000 bytes.
 * @returns whole bytes, or undefined when the text is not a size
 */
export function parseSize (text: string): number | undefined {
  return quantity(text, sizeUnits)
}

/**
 * Reads a share: `25%`, `12.5%`, `0.05%`; the sign may be left out.
 * @returns basis points from 0 to 10 000, or undefined when the text is not a share
 */
export function parseShare (text: string): BasisPoints | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?%?$/.exec(text.trim())
  if (match === null) return undefined
  const points = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return points <= 10_000 ? points : undefined
}

/** Writes basis points for a person: 1250 is `12.5%`. */
export function formatShare (share: BasisPoints): string {
  return `${share / 100}%`
}

/** Writes milliseconds with the largest unit that divides them: 300 000 is `5m`. */
export function formatDuration (milliseconds: number): string {
  return inUnits(milliseconds, durationUnits)
}

/** Writes bytes with the largest unit that divides them: 64 000 is `64kB`. */
export function formatSize (bytes: number): string {
  return inUnits(bytes, sizeUnits)
}

function quantity (text: string, units: ReadonlyMap<string, number>): number | undefined {
  const match = /^(\d{1,9}(?:\.\d+)?)([A-Za-z]+)$/.exec(text)
  const unit = units.get(match?.[2] ?? '')
  return match === null || unit === undefined ? undefined : Math.round(Number(match[1]) * unit)
}

function inUnits (value: number, units: ReadonlyMap<string, number>): string {
  const [name, factor] = [...units].reverse().find(([, factor]) => value >= factor && value % factor === 0) ?? [...units][0]!
  return `${value / factor}${name}`
}
