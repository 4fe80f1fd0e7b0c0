import { setTimeout as wait } from 'node:timers/promises'
import type { FeatureRollout, RolloutRequest, RolloutResponse } from '../../config/admin-api.ts'
import type { RolloutEvent } from '../../config/control.ts'
import type { AdminClient } from '../admin-client.ts'
import { whoHere } from '../cause.ts'
import { isOver } from '../rollout/follow.ts'
import type { Load } from './load/load.ts'

const everyMs = 200
/** How long the admin listener may not answer, as where the switch is started again. */
const patienceMs = 30_000
/** How long a journal that cannot be written is waited for. */
const untoldMs = 3_000
const endings = new Set<RolloutEvent['event']>(['failed', 'aborted', 'completed'])

/** What is rolled out, and how. */
export interface RollWishes {
  /** All that have not arrived when empty. */
  readonly features: readonly string[]
  readonly why: string
  readonly version: string | undefined
  readonly override: boolean
  /** Whether features are taken back to legacy first. */
  readonly again: boolean
}

/** What is shown while it goes on. */
export interface RollView {
  /** At every look. */
  look (rollouts: readonly FeatureRollout[]): void
  /** Once for each event, with its rollout as it was seen last before it. */
  event (event: RolloutEvent, before: FeatureRollout | undefined): void
}

/**
 * Takes features back, and ends what is under way for them, so that they can begin at their first stage.
 * @returns the features that are meant: all when none are named
 */
export async function beginAgain (admin: AdminClient, { features, why }: Pick<RollWishes, 'features' | 'why'>): Promise<void> {
  const cause = { who: whoHere(), why: why === '' ? 'begins again' : why }
  const { rollouts } = await admin.rollouts()
  const meant = (feature: string): boolean => features.length === 0 || features.includes(feature)
  const open = rollouts.filter(each => !isOver(each) && meant(each.feature)).map(({ feature }) => feature)
  if (open.length > 0) await admin.rollout('abort', { features: open, ...cause })
  const { features: known } = await admin.status()
  for (const { feature, share } of known) if (meant(feature) && share > 0) await admin.rollback({ feature, ...cause })
}

/**
 * Starts the rollouts.
 * @returns those that were begun; none where every feature has arrived
 * @throws what the switch has against it
 */
export async function startRollouts (admin: AdminClient, { features, why, version, override, again }: RollWishes): Promise<readonly FeatureRollout[]> {
  const before = new Set((await admin.rollouts()).rollouts.map(({ rollout }) => rollout))
  const request: RolloutRequest = {
    ...(features.length === 0 ? {} : { features }),
    ...(version === undefined ? {} : { version }),
    ...(override || again ? { override: true } : {}),
    who: whoHere(),
    why: why === '' && again ? 'begins again' : why
  }
  try {
    return (await admin.rollout('start', request)).rollouts.filter(({ rollout }) => !before.has(rollout))
  } catch (error) {
    if ((error as { code?: string }).code === 'CUT_ROLLOUT_NOTHING') return []
    throw error
  }
}

/** How following ended. */
export interface Followed {
  readonly rollouts: readonly FeatureRollout[]
  readonly events: readonly RolloutEvent[]
  /** `over`: each arrived, failed or was aborted. */
  readonly end: 'over' | 'interrupted' | 'late'
}

/**
 * Looks at rollouts until they are over, the signal is aborted, or a time is up. The clients ask most of the feature that moves.
 * @throws what keeps the clients from sending, or the switch from answering
 */
export async function followRollouts (admin: AdminClient, begun: readonly FeatureRollout[], { load, signal, until, view }: {
  readonly load: Load | undefined
  readonly signal: AbortSignal
  /** Of the monotonic clock, milliseconds. */
  readonly until: number
  readonly view: RollView
}): Promise<Followed> {
  const ids = new Set(begun.map(({ rollout }) => rollout))
  const seen = new Set<string>()
  const events: RolloutEvent[] = []
  let latest = new Map<string, FeatureRollout>(begun.map(each => [each.rollout, each]))
  let focus: string | undefined
  let overSince: number | undefined
  for (;;) {
    const answer = await patiently(() => admin.rollouts(), signal)
    if (answer !== undefined) {
      for (const event of answer.events) {
        const key = JSON.stringify(event)
        if (!ids.has(event.rollout) || seen.has(key)) continue
        seen.add(key)
        events.push(event)
        view.event(event, latest.get(event.rollout))
      }
      latest = new Map(answer.rollouts.filter(({ rollout }) => ids.has(rollout)).map(each => [each.rollout, each]))
    }
    const rollouts = [...latest.values()]
    const moves = rollouts.find(({ phase }) => phase === 'running' || phase === 'paused')?.feature
    if (moves !== undefined && moves !== focus) load?.focus(focus = moves)
    view.look(rollouts)
    // How it ended is in the journal a moment later.
    const told = rollouts.every(({ rollout }) => events.some(event => event.rollout === rollout && endings.has(event.event)))
    if (rollouts.every(isOver) && (told || performance.now() > (overSince ??= performance.now()) + untoldMs)) return { rollouts, events, end: 'over' }
    if (signal.aborted) return { rollouts, events, end: 'interrupted' }
    if (performance.now() > until) return { rollouts, events, end: 'late' }
    if (load?.broken !== undefined) throw load.broken
    await wait(everyMs, undefined, { signal }).catch(() => {})
  }
}

/** A switch that is started again answers anew. */
async function patiently (read: () => Promise<RolloutResponse>, signal: AbortSignal): Promise<RolloutResponse | undefined> {
  const began = performance.now()
  for (;;) {
    try {
      return await read()
    } catch (error) {
      if (signal.aborted) return undefined
      if (performance.now() - began > patienceMs) throw error
      await wait(everyMs, undefined, { signal }).catch(() => {})
    }
  }
}

/** Keeps shares where they are. */
export async function pauseRollouts (admin: AdminClient, rollouts: readonly FeatureRollout[], why: string): Promise<readonly FeatureRollout[]> {
  const running = rollouts.filter(({ phase }) => phase === 'running').map(({ feature }) => feature)
  if (running.length === 0) return rollouts
  const { rollouts: after } = await admin.rollout('pause', { features: running, who: whoHere(), why })
  const ids = new Set(rollouts.map(({ rollout }) => rollout))
  return after.filter(({ rollout }) => ids.has(rollout))
}
