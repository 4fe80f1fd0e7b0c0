/** How the time of a bench is spent. */
export interface Schedule {
  readonly starts: number
  /** Rounds after each start; each backend has one block in each, for each route and number of connections. */
  readonly rounds: number
  readonly blockMs: number
}

export interface ScheduleNeeds {
  readonly timeMs: number
  /** What opening, comparing and warming up took at the first start. */
  readonly overheadMs: number
  /** Blocks in a round, those of latencies included. */
  readonly blocks: number
  /** How often the backends may be started at most. */
  readonly starts: number
}

/** What a block costs beside its own time: connecting, ramp, ending. Milliseconds. */
export const rampMs = 30
const besideMs = rampMs + 20
const shortestMs = 100
/** Blocks of this length are better made more than longer, up to `fewRounds` of them. */
const shortMs = 150
const wantedMs = 250
const longestMs = 1000
const fewStarts = 4
const fewRounds = 4
const mostRounds = 40

/**
 * Divides the time. Processes of one program differ for as long as they live, so starts come first: four with a round of
 * short blocks each, then more with two rounds each, where there is room; two at least, and a single one only when it is all that
 * may be. What is left goes to rounds, of which one or the other may be disturbed, and then to longer blocks.
 */
export function scheduleOf ({ timeMs, overheadMs, blocks, starts: most }: ScheduleNeeds): Schedule {
  const roundMs = (blockMs: number): number => blocks * (blockMs + besideMs)
  const startsWith = (rounds: number): number => Math.floor(timeMs / (overheadMs + rounds * roundMs(shortMs)))
  const starts = Math.min(most, Math.max(2, Math.min(fewStarts, startsWith(1)), startsWith(2)))
  const left = Math.max(0, timeMs / starts - overheadMs)
  const rounds = Math.max(starts < 3 ? 2 : 1, Math.min(fewRounds, Math.floor(left / roundMs(shortMs))), Math.min(mostRounds, Math.floor(left / roundMs(wantedMs))))
  const blockMs = Math.min(longestMs, Math.max(shortestMs, Math.floor(left / rounds / blocks - besideMs)))
  return { starts, rounds, blockMs }
}

/** How long a warm-up lasts, milliseconds. */
export interface WarmUp {
  readonly sliceMs: number
  readonly leastMs: number
  readonly mostMs: number
}

/**
 * Warm-up as the time allows it: compilers need seconds, and a bench of seconds has none to spare.
 * @param longestMs another limit than that which follows from the time
 */
export function warmUpOf (timeMs: number, longestMs?: number): WarmUp {
  const within = (low: number, value: number, high: number): number => Math.round(Math.min(high, Math.max(low, value)))
  const mostMs = longestMs ?? within(300, timeMs / 20, 5000)
  const sliceMs = Math.min(within(80, timeMs / 250, 250), Math.max(10, mostMs / 8))
  return { sliceMs, leastMs: Math.min(5 * sliceMs, mostMs), mostMs }
}
