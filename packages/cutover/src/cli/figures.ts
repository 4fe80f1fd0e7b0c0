const nothing = '–'

/** 1204 as `1,204`; from a million on `1.20M`. */
export function countText (value: number): string {
  return value >= 1_000_000 ? `${(value / 1_000_000).toFixed(2)}M` : value.toLocaleString('en-US')
}

/** Requests a second: `12.3`, `1,204`. */
export function rateText (perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString('en-US')
}

/** The part of the requests that were errors: `0%`, `0.25%`, `<0.01%`; a dash without requests. */
export function errorRateText (errors: number, requests: number): string {
  if (requests === 0) return nothing
  if (errors === 0) return '0%'
  const percent = Math.min(100, errors / requests * 100)
  return percent < 0.01 ? '<0.01%' : `${Number(percent.toFixed(2))}%`
}

/** A latency: `0.42ms`, `4.2ms`, `123ms`, `1.25s`; a dash when nothing has been timed. */
export function latencyText (milliseconds: number | null): string {
  if (milliseconds === null) return nothing
  if (milliseconds < 1) return `${milliseconds.toFixed(2)}ms`
  if (milliseconds < 10) return `${milliseconds.toFixed(1)}ms`
  return milliseconds < 1000 ? `${Math.round(milliseconds)}ms` : `${(milliseconds / 1000).toFixed(2)}s`
}

/** How long something has lasted: `12s`, `3m 12s`, `5h 2m`, `4d 6h`. */
export function lastingText (milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86_400)]
  if (days > 0) return `${days}d ${hours % 24}h`
  if (hours > 0) return `${hours}h ${minutes % 60}m`
  return minutes > 0 ? `${minutes}m ${seconds % 60}s` : `${seconds}s`
}

/** A share as a bar of a width: any share above 0 % shows something, any below 100 % leaves something. */
export function shareBar (basisPoints: number, width: number): { readonly filled: string, readonly rest: string } {
  const exact = basisPoints / 10_000 * width
  const cells = basisPoints === 0 ? 0 : basisPoints >= 10_000 ? width : Math.min(width - 1, Math.max(1, Math.round(exact)))
  return { filled: '█'.repeat(cells), rest: '░'.repeat(width - cells) }
}
