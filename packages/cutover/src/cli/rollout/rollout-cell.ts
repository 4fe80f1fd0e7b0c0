import type { FeatureRollout, RolloutPhase } from '../../config/admin-api.ts'
import type { Colors } from '../surroundings.ts'
import { shortened } from '../text-table.ts'

export const phaseMarks: Readonly<Record<RolloutPhase, string>> = { waiting: '◌', running: '▶', paused: '‖', failed: '✖', aborted: '■', completed: '✔' }

export function tintOf (phase: RolloutPhase, colors: Colors): (text: string) => string {
  return { waiting: colors.dim, running: colors.cyan, paused: colors.yellow, failed: colors.red, aborted: colors.yellow, completed: colors.green }[phase]
}

/** A rollout in a few words, for a column: `▶ running 2/5`, `✖ failed 3/5 errorRate`. */
export function rolloutCell (rollout: FeatureRollout | undefined, colors: Colors): string {
  if (rollout === undefined) return ''
  const { phase, stage, stages, gates } = rollout
  const failed = phase === 'failed' ? gates.find(({ verdict }) => verdict === 'fail')?.gate : undefined
  const place = phase === 'waiting' || phase === 'completed' ? '' : ` ${stage + 1}/${stages.length}`
  return tintOf(phase, colors)(`${phaseMarks[phase]} ${phase}${place}${failed === undefined ? '' : ` ${shortened(failed, 12)}`}`)
}
