import { setTimeout as wait } from 'node:timers/promises'
import type { FeatureRollout, RolloutResponse } from '../../config/admin-api.ts'
import { interruptible } from '../interruptible.ts'
import { openScreen } from '../live-screen.ts'
import type { Surroundings, Voice } from '../surroundings.ts'
import { shortened } from '../text-table.ts'
import { eventLine, rolloutLines } from './rollout-view.ts'

const everyMs = 500
/** How long a switch may be away, as when it is started again, where nobody watches. */
const patienceMs = 60_000

export interface Following {
  read (): Promise<RolloutResponse>
  /** Which rollouts it is about. */
  concerns (rollout: Pick<FeatureRollout, 'rollout' | 'feature'>): boolean
  /** Whether it ends when they have. */
  readonly untilOver: boolean
}

export function isOver ({ phase }: FeatureRollout): boolean {
  return phase === 'failed' || phase === 'aborted' || phase === 'completed'
}

/**
 * Shows rollouts until they are over or the user leaves, which changes nothing about them: drawn anew on a terminal,
 * a line an event elsewhere.
 * @returns what was seen last
 * @throws what reading throws, where that goes on
 */
export async function follow (first: RolloutResponse, following: Following, surroundings: Surroundings, voice: Voice): Promise<RolloutResponse> {
  const { stdin, stdout } = surroundings
  return stdout.isTTY === true && stdin.isTTY === true && !voice.json ? await drawn(first, following, surroundings, voice) : await told(first, following, surroundings, voice)
}

function over ({ rollouts }: RolloutResponse, { concerns, untilOver }: Following): boolean {
  return untilOver && rollouts.filter(concerns).every(isOver)
}

async function drawn (first: RolloutResponse, following: Following, surroundings: Surroundings, voice: Voice): Promise<RolloutResponse> {
  const { stdout } = surroundings
  const { colors } = voice
  let latest = first
  let trouble: string | undefined
  const draw = (): void => {
    const columns = stdout.columns ?? 80
    const events = latest.events.filter(following.concerns).slice(-5).map(event => eventLine(event, { columns, colors }))
    const foot = trouble === undefined ? colors.dim('q to leave: the rollout goes on') : colors.red(shortened(`${trouble} Trying again.`, columns))
    screen.draw([...rolloutLines(latest.rollouts.filter(following.concerns), { columns, colors, now: new Date() }), '', ...events, '', foot])
  }
  const screen = openScreen(surroundings, draw)
  try {
    for (;;) {
      draw()
      if (over(latest, following) || await screen.left(everyMs)) return latest
      try {
        latest = await following.read()
        trouble = undefined
      } catch (error) {
        trouble = (error as Error).message
      }
    }
  } finally {
    screen.close()
  }
}

async function told (first: RolloutResponse, following: Following, surroundings: Surroundings, voice: Voice): Promise<RolloutResponse> {
  const columns = surroundings.stdout.columns ?? 120
  const seen = new Set<string>()
  const leaving = interruptible(surroundings)
  let latest = first
  let awaySince: number | undefined
  try {
    for (;;) {
      for (const event of latest.events.filter(following.concerns)) {
        const key = JSON.stringify(event)
        if (seen.has(key)) continue
        seen.add(key)
        if (!voice.json) voice.line(eventLine(event, { columns, colors: voice.colors }))
      }
      if (over(latest, following)) return latest
      await wait(everyMs, undefined, { signal: leaving.signal }).catch(() => {})
      if (leaving.signal.aborted) return latest
      try {
        latest = await following.read()
        awaySince = undefined
      } catch (error) {
        awaySince ??= performance.now()
        if (performance.now() - awaySince > patienceMs) throw error
      }
    }
  } finally {
    leaving.close()
  }
}
