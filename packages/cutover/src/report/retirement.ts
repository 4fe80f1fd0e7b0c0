import type { DossierInputs } from './dossier/inputs.ts'
import { lastingText, timeText } from './dossier/figures.ts'

/** Whether legacy's code of a feature can go, and why or why not. */
export interface Retirement {
  readonly feature: string
  readonly mayGo: boolean
  /** Each fact, with whether it speaks for it. */
  readonly facts: ReadonlyArray<{ readonly text: string, readonly good: boolean }>
  /** When legacy had its last request, ISO 8601, UTC; null when there was none since it is watched, undefined when that is not known. */
  readonly legacyAt: string | null | undefined
  /** How long legacy has been watched without a request, milliseconds. */
  readonly quietMs: number | undefined
  readonly retireAfterMs: number
}

/** Judges by the journal and the record of traffic; what is missing is a not yet. */
export function judgeRetirement (feature: string, { settings, journal, traffic }: Pick<DossierInputs, 'settings' | 'journal' | 'traffic'>): Retirement {
  const { retireAfterMs } = settings.plan
  const known = traffic?.value?.features[feature]
  const last = journal?.value?.findLast(entry => entry.kind !== 'rollout' && entry.feature === feature)
  const share = last !== undefined && last.kind !== 'rollout' ? last.to : undefined
  const pinned = settings.features.find(({ name }) => name === feature)?.pin.legacy ?? []
  const facts = [
    share === undefined
      ? { text: journal?.problem ?? 'the journal says nothing of its share', good: false }
      : { text: share === 10_000 ? 'its share is 100%' : `its share is ${share / 100}%: legacy serves the rest`, good: share === 10_000 },
    ...(journal?.problem !== undefined && share !== undefined ? [{ text: `the journal is damaged: ${journal.problem}`, good: false }] : []),
    ...(pinned.length > 0 ? [{ text: `${pinned.length === 1 ? 'a user is' : `${pinned.length} users are`} pinned to legacy`, good: false }] : []),
    known === undefined
      ? { text: traffic?.problem === undefined ? 'nothing is known of legacy\'s traffic: a running switch keeps it' : `the record of traffic cannot be read: ${traffic.problem}`, good: false }
      : {
          text: `${known.legacyAt === null ? `legacy had no request of it since ${timeText(known.since)} UTC, when it was first watched` : `legacy had its last request of it at ${timeText(known.legacyAt)} UTC`}; watched without one for ${lastingText(known.quietMs)}, and ${lastingText(retireAfterMs)} are wanted (plan.retireAfter)`,
          good: known.quietMs >= retireAfterMs
        }
  ]
  return { feature, mayGo: facts.every(({ good }) => good), facts, legacyAt: known?.legacyAt, quietMs: known?.quietMs, retireAfterMs }
}
