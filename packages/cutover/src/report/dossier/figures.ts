import type { Interval } from '../../bench/result.ts'

// How a report writes figures; a missing one is never a nought.

export const nothing = '–'

/** A ratio as people say it: `2.31×`. */
export function ratioText (ratio: number): string {
  if (ratio >= 1000) return '>1000×'
  if (ratio > 0 && ratio < 0.01) return '<0.01×'
  return `${ratio >= 100 ? Math.round(ratio) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2)}×`
}

/** `2.31× (2.20–2.43)`. */
export function intervalText (interval: Interval | null | undefined): string {
  if (interval === null || interval === undefined) return nothing
  const plain = (value: number): string => ratioText(value).slice(0, -1)
  return `${ratioText(interval.value)} (${plain(interval.low)}–${plain(interval.high)})`
}

/** Milliseconds: `0.42 ms`, `12 ms`, `1.25 s`. */
export function millisecondsText (value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return nothing
  if (value >= 1000) return `${Number((value / 1000).toFixed(2))} s`
  return `${value >= 10 ? Math.round(value) : value >= 1 ? value.toFixed(1) : value.toFixed(2)} ms`
}

/** `12,345`; a dash where there is none. */
export function numberText (value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return nothing
  return value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)))
}

/** `1 request`, `12,345 requests`. */
export function manyText (count: number, one: string): string {
  return `${numberText(count)} ${count === 1 ? one : `${one}s`}`
}

export function bytesText (value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return nothing
  if (value < 1000) return `${value} B`
  const [scaled, unit] = value < 1e6 ? [value / 1e3, 'kB'] : value < 1e9 ? [value / 1e6, 'MB'] : [value / 1e9, 'GB']
  return `${scaled >= 100 ? Math.round(scaled) : Number(scaled.toFixed(1))} ${unit}`
}

/** An e-value, which may be of any size: `0.83`, `142`, `3.1e+12`. */
export function evidenceText (value: number | null | undefined): string {
  if (value === null || value === undefined) return nothing
  if (!Number.isFinite(value)) return '∞'
  return value >= 1e6 || (value > 0 && value < 0.001) ? value.toExponential(1) : numberText(value)
}

/** A part of 1: `0.05%`. */
export function partText (value: number): string {
  return `${Number((value * 100).toPrecision(3))}%`
}

/** A value of a gate in its unit. */
export function gateValueText (value: number | null | undefined, unit: string | undefined): string {
  if (value === null || value === undefined) return nothing
  switch (unit) {
    case 'part': return partText(value)
    case 'ms': return millisecondsText(value)
    case 'bytes': return bytesText(value)
    case 'cores': return `${partText(value)} of a core`
    default: return numberText(value)
  }
}

/** A moment in UTC, to the second: `2026-03-04 05:06:07`. */
export function timeText (at: string | undefined): string {
  if (at === undefined || !Number.isFinite(Date.parse(at))) return nothing
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}

/** How long something took: `850 ms`, `42 s`, `3 min 12 s`, `5 h 2 min`, `4 d 6 h`. */
export function lastingText (milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = Math.floor(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86_400)]
  if (days > 0) return `${days} d${hours % 24 > 0 ? ` ${hours % 24} h` : ''}`
  if (hours > 0) return `${hours} h${minutes % 60 > 0 ? ` ${minutes % 60} min` : ''}`
  return `${minutes} min${seconds % 60 > 0 ? ` ${seconds % 60} s` : ''}`
}
