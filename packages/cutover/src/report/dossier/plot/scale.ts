/** Where a value lies on an axis. */
export interface Scale {
  (value: number): number
  /** Values at which the axis has marks, rising. */
  readonly ticks: readonly number[]
}

/** 10 ** -5 is 0.000009999999999999999. */
function round (value: number): number {
  return Number(value.toPrecision(12))
}

/** Evenly: from 0, or the smallest value, to a round number at or over the largest. */
export function linearScale ([from, to]: readonly [number, number], [start, end]: readonly [number, number], wanted = 5): Scale {
  const span = to > from ? to - from : Math.abs(to) || 1
  const step = roundStep(span / wanted)
  const low = Math.floor(from / step + 1e-9) * step
  const high = Math.max(Math.ceil(to / step - 1e-9) * step, low + step)
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, place) => round(low + place * step))
  return Object.assign((value: number) => start + (value - low) / (high - low) * (end - start), { ticks })
}

/** By powers of ten, with marks at 1, 2 and 5 where there is room. Values at or below 0 lie at its start. */
export function logScale ([from, to]: readonly [number, number], [start, end]: readonly [number, number], most = 8): Scale {
  const [low, high] = [Math.log10(Math.max(from, 1e-12)), Math.log10(Math.max(to, from * 1.0001, 1e-12))]
  const decades = Array.from({ length: Math.floor(high) - Math.floor(low) + 1 }, (_, place) => Math.floor(low) + place)
  const within = (value: number): boolean => Math.log10(value) >= low - 1e-9 && Math.log10(value) <= high + 1e-9
  const fine = decades.flatMap(power => [1, 2, 5].map(digit => round(digit * 10 ** power))).filter(within)
  const coarse = decades.map(power => round(10 ** power)).filter(within)
  const every = Math.ceil(coarse.length / most)
  const ticks = fine.length <= most || coarse.length < 2 ? fine : coarse.filter((_, place) => place % every === 0)
  return Object.assign((value: number) => start + (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low) * (end - start), { ticks })
}

const timeSteps = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000, 31_536_000].map(seconds => seconds * 1000)

/** Moments in milliseconds since 1970, with marks at round times in UTC. */
export function timeScale ([from, to]: readonly [number, number], [start, end]: readonly [number, number], wanted = 5): Scale {
  const high = Math.max(to, from + 1000)
  const step = timeSteps.find(each => (high - from) / each <= wanted) ?? timeSteps.at(-1)!
  const first = Math.ceil(from / step) * step
  const ticks = Array.from({ length: Math.max(0, Math.floor((high - first) / step) + 1) }, (_, place) => first + place * step)
  return Object.assign((value: number) => start + (value - from) / (high - from) * (end - start), { ticks })
}

/** Moments as their axis shows them: only what is needed of date and time. */
export function timeLabel (moment: number, ticks: readonly number[]): string {
  const text = new Date(moment).toISOString()
  const step = (ticks[1] ?? moment + 60_000) - (ticks[0] ?? moment)
  if (step >= 86_400_000) return text.slice(5, 10)
  return step < 60_000 ? text.slice(11, 19) : text.slice(11, 16)
}

/** 1, 2 or 5 times a power of ten, at or over the value. */
function roundStep (value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].find(digit => digit * power >= value * 0.999)! * power
}
