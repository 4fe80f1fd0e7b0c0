import type { Change, GateResult, JournalEntry, RolloutEvent, RolloutEventName } from '../config/control.ts'
import { BUCKETS } from './bucket.ts'

const eventNames: Readonly<Record<RolloutEventName, true>> = {
  queued: true, started: true, stage: true, paused: true, resumed: true, skipped: true, failed: true, aborted: true, completed: true
}
const mostResults = 64
const longestText = 500

/**
 * Reads one line of a journal.
 * @returns undefined when it is neither a change nor an event of a rollout
 */
export function parseEntry (line: string): JournalEntry | undefined {
  try {
    const value = JSON.parse(line) as Partial<Omit<Change, 'kind'>> & Partial<Omit<RolloutEvent, 'kind'>> & { readonly kind?: unknown } | null
    if (typeof value?.feature !== 'string') return undefined
    if (value.kind === 'rollout') return isEvent(value) ? value as unknown as RolloutEvent : undefined
    return isShare(value.to) && (value.kind === 'share' || value.kind === 'rollback') ? value as unknown as Change : undefined
  } catch {
    return undefined
  }
}

function isEvent ({ event, rollout, stage, share, stages }: Partial<Omit<RolloutEvent, 'kind'>>): boolean {
  return Object.hasOwn(eventNames, event ?? '') && typeof rollout === 'string' && rollout !== '' && isShare(share) &&
    Number.isInteger(stage) && stage! >= 0 && (stages === undefined ? event !== 'queued' : isPlan(stages) && stage! < stages.length)
}

function isPlan (stages: unknown): boolean {
  return Array.isArray(stages) && stages.length > 0 && stages.every((stage, place) => isShare(stage) && stage > (place === 0 ? 0 : stages[place - 1]))
}

function isShare (value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= BUCKETS
}

/** An entry whose line has a bounded length, whatever a gate or a person had to say. */
export function shortened (entry: JournalEntry): JournalEntry {
  if (entry.kind !== 'rollout') return entry
  const { results } = entry
  return {
    ...entry,
    why: cut(entry.why),
    ...(results === undefined ? {} : { results: results.slice(0, mostResults).map((result): GateResult => ({ ...result, reason: cut(result.reason) })) })
  }
}

function cut (text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`
}
