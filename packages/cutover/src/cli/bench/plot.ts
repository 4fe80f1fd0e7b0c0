import type { Interval } from '../../bench/result.ts'

/**
 * Draws intervals over one another on a logarithmic axis: `├──●──┤`, and a line where 1 is.
 * @param shown the ends of the axis
 * @param width columns, 12 at least
 */
export function intervalPlot ({ value, low, high }: Interval, shown: readonly [low: number, high: number], width: number): string {
  const place = (ratio: number): number => {
    const part = Math.log(ratio / shown[0]) / Math.log(shown[1] / shown[0])
    return Math.round(Math.min(1, Math.max(0, part)) * (width - 1))
  }
  const [from, at, to, one] = [place(low), place(value), place(high), place(1)]
  return Array.from({ length: width }, (_, column) => {
    if (column === at) return '●'
    if (column === from) return low < shown[0] ? '◂' : '├'
    if (column === to) return high > shown[1] ? '▸' : '┤'
    if (column > from && column < to) return '─'
    return column === one ? '│' : ' '
  }).join('')
}

/** An axis that holds 1 and the better part of all intervals, with some room. */
export function axisOf (intervals: readonly Interval[]): readonly [low: number, high: number] {
  const low = Math.min(1, ...intervals.map(({ low, value }) => Math.max(low, value / 2)))
  const high = Math.max(1, ...intervals.map(({ high, value }) => Math.min(high, value * 2)))
  return [Math.min(low / 1.03, 0.9), Math.max(high * 1.03, 1.1)]
}
