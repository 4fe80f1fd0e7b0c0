import type { GateResult, RolloutEvent } from '../../config/control.ts'
import { formatShare } from '../../config/units.ts'

/** An event in one line, as a person would say it. */
export function headline ({ event, feature, share, stage, stages, gate }: RolloutEvent): string {
  const at = formatShare(share)
  const plan = stages === undefined ? '' : `, by way of ${stages.map(formatShare).join(', ')}`
  switch (event) {
    case 'queued': return `${feature}: rollout planned${plan}`
    case 'started': return `${feature}: rollout started at ${at}${plan}`
    case 'stage': return `${feature}: raised to ${at}`
    case 'paused': return `${feature}: rollout paused at ${at}`
    case 'resumed': return `${feature}: rollout resumed at ${at}`
    case 'skipped': return `${feature}: stage ${stage + 1} skipped, now at ${at}`
    case 'failed': return `${feature}: taken back to legacy${gate === undefined ? '' : ` by ${gate}`}`
    case 'aborted': return `${feature}: rollout aborted, back on legacy`
    case 'completed': return `${feature}: rollout completed at ${at}`
  }
}

/** What a gate said, in one line. */
export function gateLine ({ gate, verdict, reason, samples }: GateResult): string {
  return `${gate}: ${verdict}, ${reason} (${samples})`
}

/** Text of at most so many characters. */
export function cut (text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
