import type { Batch } from '../evidence/batch.ts'
import { fromLog } from '../evidence/log-space.ts'

// What gates say is read by people, in one line.

/** A part, in per cent: 0.73 %. @param digits how many count */
export function perCent (part: number, digits = 2): string {
  const value = part * 100
  return `${value === 0 || value === 100 ? value : Number(value.toPrecision(digits))} %`
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

export function whole (count: number): string {
  return grouped.format(count)
}

/** "3 of 412 failed (0.73 %)" */
export function parts (events: number, trials: number, did: string): string {
  return `${whole(events)} of ${whole(trials)} ${did}${events === 0 ? '' : ` (${perCent(events / trials)})`}`
}

/** The part of a stretch that were events; of all, where there is no stretch. */
export function partOf (stretch: Batch, all: Batch): number {
  return stretch.trials === 0 ? all.events / all.trials : stretch.events / stretch.trials
}

/** ", 25 of the last 31": the stretch that an alarm is about, where that is not all there was. */
export function lately (stretch: Batch, all: Batch): string {
  return stretch.trials === 0 || stretch.trials >= all.trials ? '' : `, ${whole(stretch.events)} of the last ${whole(stretch.trials)}`
}

/** "e = 1.2e4, alarm at 400" */
export function alarm (logE: number, alarmAt: number): string {
  return `e = ${short(fromLog(logE))}, alarm at ${short(alarmAt)}`
}

/** At most three digits, and a power of ten beyond ten thousand. */
export function short (value: number): string {
  return value >= 10_000 ? value.toExponential(1).replace('e+', 'e') : String(Number(value.toPrecision(3)))
}

export function milliseconds (value: number): string {
  return value >= 10_000 ? `${short(value / 1000)} s` : `${Number(value.toPrecision(3))} ms`
}

export function bytes (value: number): string {
  return `${Number((value / 1e6).toPrecision(3))} MB`
}
