import { mean } from '../statistics/samples.ts'

/** How many slices in a row must agree. */
const slices = 4
/** How far the fastest of them may be from the slowest, as a part of it. */
const apart = 0.1
/** By how much they may be faster than those before them, where other programs make them vary. */
const rise = 1.02

/**
 * Whether rates have stopped to rise, as they do while compilers work: the last slices lie close together, or do no
 * longer rise at all though other programs make them vary.
 * @param rates requests a second, slice by slice
 */
export function isSteady (rates: readonly number[]): boolean {
  const last = rates.slice(-slices)
  if (last.length < slices || Math.min(...last) <= 0) return false
  if (Math.max(...last) / Math.min(...last) - 1 <= apart) return true
  const before = rates.slice(-2 * slices, -slices)
  return before.length === slices && mean(last) <= rise * mean(before)
}
