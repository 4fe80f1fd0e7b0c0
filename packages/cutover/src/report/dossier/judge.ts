import { formatShare } from '../../config/units.ts'
import { counted } from '../visible.ts'
import type { Decision, FeatureView, ParityRun, Reason } from './dossier.ts'
import { intervalText, manyText } from './figures.ts'
import type { DossierSettings } from './inputs.ts'

type Evidence = Pick<FeatureView, 'feature' | 'id' | 'parity' | 'speed' | 'rollouts' | 'share' | 'rolledBack' | 'shares'>

const whole = 10_000
/** An interval whose upper end is this many times its lower says nothing. */
const widest = 4

/**
 * What speaks for and against a feature, and what of it decides: one `no` is a no; without one, whatever is missing is
 * a `not yet`. Nothing that is missing counts as good.
 */
export function judge (evidence: Evidence, settings: Pick<DossierSettings, 'gates' | 'version'>): { readonly decision: Decision, readonly reasons: readonly Reason[] } {
  const reasons = [...parityReasons(evidence), ...speedReasons(evidence, settings), ...rolloutReasons(evidence, settings)]
  return { decision: strictest(reasons.map(({ decision }) => decision)), reasons: reasons.toSorted((a, b) => rank(a.decision) - rank(b.decision)) }
}

/** `go` only where all of at least one say so. */
export function strictest (decisions: readonly Decision[]): Decision {
  return decisions.includes('no') ? 'no' : decisions.length === 0 || decisions.includes('not yet') ? 'not yet' : 'go'
}

function rank (decision: Decision): number {
  return ['no', 'not yet', 'go'].indexOf(decision)
}

function parityReasons ({ id, parity: { runs, untested } }: Evidence): readonly Reason[] {
  const anchor = `${id}-parity`
  const [verify, ...others] = runs
  const reasons: Reason[] = [
    verifyReason(verify!, anchor),
    ...others.flatMap((run): Reason[] => {
      const link = { ...(run.source !== undefined && { source: run.source }), anchor, next: `cutover ${run.command === 'replay' ? 'replay RECORDING' : run.command}` }
      if (run.state === 'different') return [{ decision: 'no', text: `${differences(run)} found by ${run.command}`, ...link }]
      if (run.state === 'missing' && run.source !== undefined) return [{ decision: 'not yet', text: `The last ${run.command} ${run.note}`, ...link }]
      if (run.state === 'same') return [{ decision: 'go', text: `${run.command}: ${asked(run)}, no difference`, ...(run.source !== undefined && { source: run.source }), anchor }]
      return []
    })
  ]
  if (untested.length > 0) reasons.push({ decision: 'not yet', text: `${counted(untested.length, 'route')} that nothing asked: ${untested.slice(0, 3).join(', ')}${untested.length > 3 ? ', …' : ''}`, anchor: `${id}-untested`, next: 'cutover verify', nextWhen: 'with scenarios that ask them' })
  return reasons
}

function verifyReason (run: ParityRun, anchor: string): Reason {
  const link = { ...(run.source !== undefined && { source: run.source }), anchor }
  const next = 'cutover verify'
  switch (run.state) {
    case 'same': return { decision: 'go', text: `verify: ${asked(run)}, no difference`, ...link }
    case 'different': return { decision: 'no', text: `${differences(run)} found by verify`, ...link, next }
    case 'missing': return { decision: 'not yet', text: run.source === undefined ? 'Parity was not verified' : `The last verify ${run.note}`, ...link, next }
    default: return { decision: 'not yet', text: `The last verify does not count: ${run.note}`, ...link, next }
  }
}

function differences ({ figures }: ParityRun): string {
  return `${manyText(figures?.differences ?? 0, 'difference')} that nothing explains`
}

function asked ({ figures }: ParityRun): string {
  const requests = manyText(figures?.requests ?? 0, 'request')
  return figures?.cases === null || figures === undefined ? requests : `${manyText(figures.cases, 'case')}, ${requests}`
}

function speedReasons ({ id, speed, feature }: Evidence, { gates }: Pick<DossierSettings, 'gates'>): readonly Reason[] {
  const anchor = `${id}-speed`
  const next = 'cutover bench'
  if (speed === undefined) return [{ decision: 'not yet', text: 'Speed was not measured', anchor, next }]
  const { source } = speed
  return speed.routes.flatMap(({ id: anchor, result, candidate }): Reason[] => {
    const where = `${result.route} at ${counted(result.connections, 'connection')}`
    if (result.answers === 'different') return [{ decision: 'no', text: `${where}: the answers differ, so that it was not measured${result.difference === undefined ? '' : ` (${result.difference})`}`, source, anchor, next }]
    if (candidate === undefined) return [{ decision: 'not yet', text: `${where}: the candidate was not measured`, source, anchor, next }]
    if (candidate.rate.high > candidate.rate.low * widest) return [{ decision: 'not yet', text: `${where}: measured too roughly to say anything, ${intervalText(candidate.rate)} the requests a second`, source, anchor, next: `cutover bench --time ${longerMinutes(speed.bench.seconds)}m`, nextWhen: 'on a quieter machine' }]
    const late = gates.flatMap(gate => {
      if (gate.kind !== 'latency' || gate.bound.relativeToLegacy === undefined) return []
      const ratio = gate.name === 'p50' ? candidate.p50 : gate.name === 'p95' ? candidate.p95 : gate.name === 'p99' ? candidate.p99 : null
      return ratio !== null && ratio.low > gate.bound.relativeToLegacy ? [`${gate.name} ${intervalText(ratio)} of legacy's, at most ${gate.bound.relativeToLegacy}× is allowed`] : []
    })
    if (late.length > 0) return [{ decision: 'no', text: `${where}: ${late.join('; ')}`, source, anchor, next, nextWhen: `once ${feature} is faster` }]
    return [{ decision: 'go', text: `${where}: ${intervalText(candidate.rate)} the requests a second${candidate.p95 === null ? '; latency was not measured' : `, ${intervalText(candidate.p95)} the p95`}`, source, anchor }]
  })
}

/** Twice the time is the least that narrows an interval so that it shows. */
function longerMinutes (seconds: number): number {
  return Math.max(5, Math.ceil(seconds * 2 / 60))
}

function rolloutReasons ({ feature, id, rollouts, share, rolledBack, shares }: Evidence, { version }: Pick<DossierSettings, 'version'>): readonly Reason[] {
  const anchor = `${id}-rollout`
  const next = `cutover rollout start ${feature}`
  const [last] = rollouts
  const journal = { source: 'journal', anchor }
  const rolled = shares.at(-1)
  if (last === undefined) {
    if (rolledBack) return [{ decision: 'no', text: `It was rolled back by ${rolled!.who}${rolled!.why === '' ? '' : `: ${rolled!.why}`}`, ...journal, next }]
    if (share === null || share === 0) return [{ decision: 'not yet', text: 'The candidate has had none of its traffic', anchor, next }]
    return [{ decision: 'not yet', text: `${formatShare(share)} was set by hand, not on evidence`, ...journal, next }]
  }
  const failed = last.events.at(-1)!
  const old = version !== undefined && last.version !== version
  if (last.outcome === 'failed') {
    const text = `Its rollout was taken back${failed.gate === undefined ? '' : ` by the gate ${failed.gate}`}: ${failed.gate !== undefined && failed.why.startsWith(`${failed.gate}: `) ? failed.why.slice(failed.gate.length + 2) : failed.why}`
    if (old) return [{ decision: 'not yet', text: `${text} (version ${last.version ?? 'unknown'}; the candidate is ${version} now)`, ...journal, next }]
    return [{ decision: 'no', text, ...journal, next, nextWhen: 'with a new version of the candidate' }]
  }
  if (rolledBack) return [{ decision: 'no', text: `It was rolled back by ${rolled!.who}${rolled!.why === '' ? '' : `: ${rolled!.why}`}`, ...journal, next }]
  if (last.outcome !== 'completed') return [{ decision: 'not yet', text: `Its rollout is ${last.outcome === 'aborted' ? 'aborted' : last.outcome === 'paused' ? 'paused' : 'under way'} at ${formatShare(share ?? failed.share)}`, ...journal, next: last.outcome === 'paused' ? `cutover rollout resume ${feature}` : last.outcome === 'aborted' ? next : 'cutover rollout status' }]
  if (old) return [{ decision: 'not yet', text: `Its rollout completed with version ${last.version ?? 'unknown'}, and the candidate is ${version} now`, ...journal, next }]
  if (share !== whole) return [{ decision: 'not yet', text: `Its rollout completed, but the share is ${share === null ? 'unknown' : formatShare(share)} now`, ...journal, next: `cutover share ${feature} 100%` }]
  return [{ decision: 'go', text: `Rolled out to 100% on evidence${last.requests === null ? '; how many requests that took was not kept' : `, over ${manyText(last.requests, 'request')} of the candidate`}`, ...(last.source === undefined ? journal : { source: last.source, anchor }) }]
}
