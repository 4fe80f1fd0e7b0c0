import { setTimeout as wait } from 'node:timers/promises'
import type { FeatureRollout } from '../../config/admin-api.ts'
import type { RolloutEvent } from '../../config/control.ts'
import type { Settings } from '../../config/settings.ts'
import { formatDuration, formatShare } from '../../config/units.ts'
import { openProgress } from '../parity/progress.ts'
import { eventLine } from '../rollout/rollout-view.ts'
import type { RunOptions } from './options.ts'
import type { Surroundings, Voice } from '../surroundings.ts'
import { startLoad, type Load } from './load/load.ts'
import type { LoadTally } from './load/protocol.ts'
import type { RolloutOutcome, StageOutcome } from './outcome.ts'
import { beginAgain, followRollouts, pauseRollouts, startRollouts, type Followed } from './roll.ts'
import { clientsLine, gateLines, heldLine, rolloutTick, type RunView } from './run-view.ts'
import type { RunSwitch } from './switch.ts'
import type { Traffic } from './traffic.ts'

/** What the rollout of a run works with. */
export interface Rolling {
  readonly traffic: Traffic
  readonly signal: AbortSignal
  readonly opened: RunSwitch
  readonly features: readonly string[]
  readonly options: RunOptions
  readonly settings: Settings
  readonly surroundings: Surroundings
  readonly voice: Voice
  readonly view: RunView
}

interface Rolled {
  readonly ended: Omit<StageOutcome, 'stage' | 'seconds'>
  readonly outcome: RolloutOutcome
}

/** Legacy has to have answered for a while before anything is held against it, and copies of that warm the candidate up. */
const warmRequests = 800
const warmMs = 3_000

/** Rolls out under the traffic of a run, and shows how that goes. */
export async function rolloutStage (rolling: Rolling): Promise<Rolled> {
  const { traffic, signal, opened: { admin, url }, features, options, settings, surroundings, voice } = rolling
  const { why, version, override = false, again = false } = options
  if (again) await beginAgain(admin, { features, why })
  const progress = openProgress(surroundings.stderr)
  let load: Load | undefined
  let last: LoadTally | undefined
  try {
    if (traffic.work !== undefined) {
      progress.phase('Traffic begins, all of it to legacy.')
      load = await startLoad({ origin: url, work: traffic.work, clients: options.clients, pauseMs: options.pause, timeoutMs: settings.parity.timeoutMs, ...(derives(traffic.work) && { derive: settings.parity.surroundings }) })
      const until = performance.now() + warmMs
      while (load.tally.requests < warmRequests && performance.now() < until && !signal.aborted) await wait(50, undefined, { signal }).catch(() => {})
    }
    const begun = await startRollouts(admin, { features, why, version, override, again })
    if (begun.length === 0) return { ended: { state: 'yes', why: 'every feature is at its last stage already' }, outcome: { rollouts: [], events: [], clients: load?.tally } }
    progress.phase('Rolling out.')
    const followed = await followRollouts(admin, begun, {
      load,
      signal,
      until: options.limit === undefined ? Infinity : performance.now() + options.limit,
      view: {
        look: rollouts => progress.tick(rolloutTick(rollouts, load?.tally, new Date())),
        event: (event, before) => {
          const lines = eventLines(event, before, rolling)
          if (voice.json || lines.length === 0) return
          // The line that is drawn over itself gives way.
          if (surroundings.stderr.isTTY === true) surroundings.stderr.write('\r\x1b[K')
          for (const line of lines) voice.line(line)
        }
      }
    })
    last = await load?.stop()
    const rollouts = followed.end === 'over' ? followed.rollouts : await pauseRollouts(admin, followed.rollouts, followed.end === 'interrupted' ? 'cutover run was interrupted' : 'cutover run ran out of time')
    progress.close()
    if (last !== undefined && !voice.json) voice.line(`   ${clientsLine(last, rolling.view)}`)
    return { ended: endOf(rollouts, followed.end, options), outcome: { rollouts, events: followed.events, clients: last } }
  } finally {
    await load?.stop()
    progress.close()
  }
}

function eventLines (event: RolloutEvent, before: FeatureRollout | undefined, { settings, features, view }: Rolling): readonly string[] {
  if (event.event === 'queued' || event.event === 'started') return []
  if (before === undefined || !['stage', 'completed', 'failed'].includes(event.event)) return [`   ${eventLine(event, { ...view, columns: view.columns - 3 })}`]
  const width = Math.min(22, Math.max(...settings.features.flatMap(({ name }) => features.length === 0 || features.includes(name) ? [name.length] : [])))
  const stage = event.event === 'stage' ? event.stage - 1 : event.stage
  const held = heldLine({
    feature: event.feature,
    share: before.stages[stage] ?? event.share,
    seconds: Math.max(0, Date.parse(event.at) - Date.parse(before.stageStartedAt)) / 1000,
    requests: before.requests,
    results: event.results ?? [],
    failed: event.event === 'failed'
  }, width, view)
  return event.event === 'stage' ? [held] : [held, ...gateLines(event, view)]
}

function endOf (rollouts: readonly FeatureRollout[], end: Followed['end'], { limit }: RunOptions): Rolled['ended'] {
  const open = rollouts.filter(({ phase }) => phase === 'paused' || phase === 'running' || phase === 'waiting').map(({ feature }) => feature)
  if (end === 'interrupted' && open.length > 0) return { state: 'interrupted', why: `the rollout of ${open[0]} was interrupted and is paused; every share stays where it is\n\`cutover rollout resume\` goes on on a running switch, \`cutover rollback\` takes it back` }
  const bad = rollouts.find(({ phase }) => phase === 'failed' || phase === 'aborted')
  if (bad !== undefined) {
    const gate = bad.phase === 'failed' ? bad.gates.find(({ verdict }) => verdict === 'fail')?.gate : undefined
    const brief = `${bad.feature} was ${bad.phase === 'failed' ? 'taken back to legacy' : 'aborted'} at ${formatShare(bad.stages[bad.stage]!)}${gate === undefined ? '' : ` by ${gate}`}`
    return { state: 'no', brief, why: `${brief}: ${gate !== undefined && bad.detail.startsWith(`${gate}: `) ? bad.detail.slice(gate.length + 2) : bad.detail}` }
  }
  if (end === 'late') return { state: 'no', why: `${open.join(', ')} had not arrived after ${formatDuration(limit!)}: paused, and every share stays where it is` }
  return { state: 'yes', why: `${rollouts.map(({ feature }) => feature).join(', ')}: every request of ${rollouts.length === 1 ? 'it' : 'them'} is the candidate's` }
}

function derives (work: NonNullable<Rolling['traffic']['work']>): boolean {
  return work.kind === 'scenarios' && work.scenarios.some(({ scenario }) => scenario.steps.some(({ derive }) => derive !== undefined))
}
