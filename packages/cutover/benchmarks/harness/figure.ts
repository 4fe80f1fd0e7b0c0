import type { Interval } from './statistics.ts'

/** One promise and what was measured for it. */
export interface Bound {
  readonly name: string
  /** The measured value, or null when it could not be measured here; the figure's notes say why. */
  readonly value: number | null
  /** Ends of the 95 % interval, where there is one. */
  readonly low: number | null
  readonly high: number | null
  /** `>= 0.97`, `<= 1.5`, `== 0`, `> 1`, or empty for a value that is only reported. */
  readonly want: string
}

/** What a program prints as its last line. Everything beside `figure` and `bounds` is detail. */
export interface Figure {
  readonly figure: string
  readonly bounds: readonly Bound[]
  readonly [detail: string]: unknown
}

export interface Options {
  /** Prints a line of progress. */
  log (line: string): void
  /** A smoke run: it shows that the program works, its values mean little. */
  readonly quick: boolean
  /** About how long to measure, in seconds, instead of the program's own time. */
  readonly seconds?: number | undefined
  /** How often to repeat what is counted, instead of the program's own number. */
  readonly runs?: number | undefined
}

/** What every file in the table of main.ts exports. */
export interface Program {
  run (options: Options): Promise<Figure>
}

/** A figure cannot be made here; the message says what is missing. */
export class CannotRun extends Error {}

/** Makes a bound of an estimate. */
export function bound (name: string, want: string, estimate: Interval | number | null): Bound {
  if (estimate === null) return { name, value: null, low: null, high: null, want }
  if (typeof estimate === 'number') return { name, value: round(estimate), low: null, high: null, want }
  return { name, value: round(estimate.value), low: round(estimate.low), high: round(estimate.high), want }
}

/**
 * Whether a bound's value is as wanted. A value that is only reported always is; one that was
 * wanted and not measured is not.
 */
export function isMet (bound: Bound): boolean {
  if (bound.want === '') return true
  const match = /^(>=|<=|==|>) (-?\d+(?:\.\d+)?)$/.exec(bound.want)
  if (!match) throw new Error(`"${bound.want}" is not a want: use ">= N", "<= N", "== N", "> N" or nothing`)
  if (bound.value === null) return false
  const limit = Number(match[2])
  if (match[1] === '>=') return bound.value >= limit
  if (match[1] === '<=') return bound.value <= limit
  if (match[1] === '>') return bound.value > limit
  return bound.value === limit
}

/** One line of a bound for a person. */
export function describe (bound: Bound): string {
  const verdict = bound.want === '' ? '' : isMet(bound) ? 'met' : bound.value === null ? 'NOT MEASURED' : 'MISSED'
  const interval = bound.low === null ? '' : `[${bound.low}, ${bound.high}]`
  return `  ${bound.name.padEnd(30)} ${String(bound.value).padStart(10)} ${interval.padEnd(20)} ${bound.want.padEnd(9)} ${verdict}`.trimEnd()
}

function round (value: number): number | null {
  if (!Number.isFinite(value)) return null
  return Number(value.toPrecision(5))
}
