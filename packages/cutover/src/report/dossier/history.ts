import type { Change, JournalEntry, RolloutEvent } from '../../config/control.ts'
import type { RolloutSample } from '../../rollout/sample.ts'
import type { Incident, Outcome, RolloutView, SharePoint } from './dossier.ts'
import type { KeptSource } from './inputs.ts'

/** Samples of one rollout that a report holds; its file has all. */
const mostSamples = 600
/** A rollout writes its verdict and the rollback one after the other. */
const sameActMs = 10_000

/** How a feature's share moved, oldest first. */
export function shareHistory (entries: readonly JournalEntry[], feature: string): readonly SharePoint[] {
  return entries.flatMap(entry => entry.kind !== 'rollout' && entry.feature === feature
    ? [{ at: entry.at, share: entry.to, rollback: entry.kind === 'rollback', who: entry.who, why: entry.why }]
    : [])
}

/** The rollouts of a feature, newest first. */
export function rolloutHistory (entries: readonly JournalEntry[], feature: string, samples: Readonly<Record<string, KeptSource<readonly RolloutSample[]>>>, sourceOf: (rollout: string) => string | undefined): readonly RolloutView[] {
  const byId = new Map<string, RolloutEvent[]>()
  for (const entry of entries) {
    if (entry.kind !== 'rollout' || entry.feature !== feature) continue
    const events = byId.get(entry.rollout) ?? []
    events.push(entry)
    byId.set(entry.rollout, events)
  }
  return [...byId].reverse().map(([rollout, events], place): RolloutView => {
    const all = samples[rollout]?.value ?? []
    const first = events[0]!
    const last = events.at(-1)!
    const version = events.findLast(event => event.version !== undefined)?.version
    const outcome = outcomeOf(last)
    const source = sourceOf(rollout)
    return {
      id: `${feature}-rollout-${byId.size - place}`,
      rollout,
      ...(version !== undefined && { version }),
      outcome,
      startedAt: first.at,
      ...(['completed', 'failed', 'aborted'].includes(outcome) && { endedAt: last.at }),
      stages: events.findLast(event => event.stages !== undefined)?.stages ?? [],
      events,
      requests: all.length === 0 ? null : requestsOver(all),
      gates: last.results ?? all.at(-1)?.gates ?? events.findLast(event => event.results !== undefined)?.results ?? [],
      samples: thinned(all, mostSamples),
      sampleCount: all.length,
      ...(source !== undefined && { source })
    }
  })
}

function outcomeOf ({ event }: RolloutEvent): Outcome {
  switch (event) {
    case 'completed': case 'failed': case 'aborted': case 'paused': return event
    default: return 'under way'
  }
}

/** Requests are counted anew in each stage. */
function requestsOver (samples: readonly RolloutSample[]): number {
  let sum = 0
  samples.forEach(({ stage, requests }, place) => {
    const next = samples[place + 1]
    if (next === undefined || next.stage !== stage || next.requests < requests) sum += requests
  })
  return sum
}

/** Evenly, with the first and the last. */
export function thinned<T> (all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, place) => all[Math.round(place * (all.length - 1) / (most - 1))]!)
}

/** Every rollback, newest first; what a rollout decided and the share change that it made are one. */
export function incidentsOf (entries: readonly JournalEntry[], samples: Readonly<Record<string, KeptSource<readonly RolloutSample[]>>>): readonly Incident[] {
  const failures = entries.filter((entry): entry is RolloutEvent => entry.kind === 'rollout' && entry.event === 'failed')
  const rollbacks = entries.filter((entry): entry is Change => entry.kind === 'rollback' && entry.from > 0)
  const taken = new Set<Change>()
  const byGate = failures.map((event): Omit<Incident, 'id'> => {
    const change = rollbacks.find(each => !taken.has(each) && each.feature === event.feature && Math.abs(Date.parse(each.at) - Date.parse(event.at)) <= sameActMs)
    if (change !== undefined) taken.add(change)
    const result = event.results?.find(({ gate }) => gate === event.gate)
    const seen = samples[event.rollout]?.value ?? []
    const requests = result?.samples ?? (seen.length === 0 ? null : requestsOver(seen))
    return {
      at: event.at,
      feature: event.feature,
      kind: 'gate',
      ...(event.gate !== undefined && { gate: event.gate }),
      from: change?.from ?? (event.share > 0 ? event.share : seen.findLast(({ share }) => share > 0)?.share ?? null),
      who: event.who,
      why: event.why,
      requests,
      ...(result !== undefined && { result }),
      rollout: event.rollout
    }
  })
  const byHand = rollbacks.filter(change => !taken.has(change)).map((change): Omit<Incident, 'id'> => ({
    at: change.at, feature: change.feature, kind: 'hand', from: change.from, who: change.who, why: change.why, requests: null
  }))
  const all = [...byGate, ...byHand].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
  return all.map((incident, place) => ({ id: `incident-${all.length - place}`, ...incident }))
}
