import type { Scenario, Step } from '../scenario/scenario.ts'
import { stepOf } from './requests/draft.ts'
import type { Probe } from './requests/probe.ts'
import type { World } from './world.ts'

/** Probes that go in one trial, after what they need. */
export interface Batch {
  readonly probes: readonly Probe[]
  readonly scenario: Scenario
  /** Steps before the first probe: each probe is one step. */
  readonly before: number
}

/** Makes one trial of probes. */
export function batchOf (world: World, probes: readonly Probe[], name: string): Batch {
  const preamble = world.preamble(probes.map(probe => probe.draft))
  const steps: readonly Step[] = [...preamble, ...probes.map(probe => stepOf(probe.draft, probe.label))]
  return { probes, before: preamble.length, scenario: { name, ...(world.values !== undefined && { let: world.values }), steps } }
}

/**
 * Parts probes so that those of one trial do not stand in each other's way: what is made may be made only so often, and
 * nothing comes after a removal.
 * @param size probes of a trial at most
 * @param makings how many requests that make something may be taken in one trial, by endpoint
 */
export function * batches (probes: readonly Probe[], size: number, makings: (endpoint: string) => number): Iterable<readonly Probe[]> {
  let waiting: readonly Probe[] = probes
  while (waiting.length > 0) {
    const chosen: Probe[] = []
    const later: Probe[] = []
    const made = new Map<string, number>()
    let last: Probe | undefined
    for (const probe of waiting) {
      const method = probe.draft.method ?? probe.draft.operation.method
      const { endpoint } = probe.draft.operation
      if (chosen.length >= size) later.push(probe)
      else if (method === 'DELETE' && probe.draft.operation.parameters.length > 0 && probe.fits) {
        if (last === undefined) last = probe
        else later.push(probe)
      } else if (method === 'POST' && probe.fits && (made.get(endpoint) ?? 0) >= makings(endpoint)) later.push(probe)
      else {
        if (method === 'POST' && probe.fits) made.set(endpoint, (made.get(endpoint) ?? 0) + 1)
        chosen.push(probe)
      }
    }
    yield last === undefined ? chosen : [...chosen, last]
    waiting = later
  }
}
