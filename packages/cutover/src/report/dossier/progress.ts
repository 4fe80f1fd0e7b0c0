import { formatShare } from '../../config/units.ts'
import { counted } from '../visible.ts'
import type { Traffic } from '../traffic.ts'
import type { FeatureView, Progress } from './dossier.ts'
import { intervalText, lastingText, manyText } from './figures.ts'
import type { DossierInputs, KeptSource } from './inputs.ts'

type Evidence = Pick<FeatureView, 'feature' | 'routes' | 'parity' | 'speed' | 'share' | 'rolledBack'>

/** How far a feature is. What no evidence shows is unknown. */
export function progressOf (evidence: Evidence, { parity, traffic, settings }: Pick<DossierInputs, 'parity' | 'traffic' | 'settings'>): Progress {
  return {
    implemented: implemented(evidence, parity),
    parity: compared(evidence),
    bench: measured(evidence),
    share: { share: evidence.share, text: evidence.share === null ? 'unknown' : `${formatShare(evidence.share)}${evidence.rolledBack ? ', rolled back' : ''}` },
    retired: retired(evidence, traffic, settings.plan.retireAfterMs)
  }
}

/** Statuses with which a server says that it does not have what legacy has. */
const absent = new Set(['404', '405', '501'])

function implemented ({ parity: { runs, untested }, routes }: Evidence, kept: DossierInputs['parity']): Progress['implemented'] {
  const asking = runs.filter(({ figures, state }) => figures !== undefined && figures.requests > 0 && state !== 'stale')
  if (asking.length === 0) return { state: 'unknown', text: 'unknown' }
  const lacking = new Set(asking.flatMap(run => run.findings.filter(({ cause, confirmed }) => {
    const { difference } = kept[run.command]!.value!.findings.find(each => each.cause === cause) ?? {}
    return confirmed && difference?.kind === 'status' && absent.has(difference.candidate?.text ?? '')
  }).map(({ endpoint }) => endpoint)))
  if (lacking.size > 0) return { state: 'no', text: `lacks ${counted(lacking.size, 'endpoint')}` }
  const configured = untested.filter(route => routes.includes(route)).length
  return configured === 0 ? { state: 'yes', text: 'yes' } : { state: 'partly', text: `${routes.length - configured} of ${routes.length} routes seen` }
}

function compared ({ parity: { runs, untested } }: Evidence): Progress['parity'] {
  const different = runs.filter(({ state }) => state === 'different')
  if (different.length > 0) return { state: 'different', text: `${different.map(({ command, figures }) => `${command}: ${figures!.differences} different`).join(', ')}` }
  const verify = runs[0]!
  if (verify.state !== 'same') return { state: 'unknown', text: verify.state === 'missing' && verify.source === undefined ? 'not verified' : `not verified: ${verify.note}` }
  const { cases, requests } = verify.figures!
  const what = cases === null ? manyText(requests, 'request') : manyText(cases, 'case')
  return untested.length === 0 ? { state: 'same', text: `same, ${what}` } : { state: 'partly', text: `same, ${what}; ${counted(untested.length, 'route')} untested` }
}

function measured ({ speed }: Evidence): Progress['bench'] {
  if (speed === undefined) return { state: 'unknown', text: 'not measured' }
  const different = speed.routes.filter(({ result }) => result.answers === 'different').length
  if (different > 0) return { state: 'different', text: `${counted(different, 'route')} not measured: answers differ` }
  const rates = speed.routes.flatMap(({ candidate }) => candidate?.rate ?? []).toSorted((a, b) => a.value - b.value)
  if (rates.length < speed.routes.length) return { state: 'unknown', text: 'candidate not measured' }
  const worst = rates[0]!
  return { state: worst.high < 1 ? 'slower' : worst.low > 1 ? 'faster' : 'like legacy', text: `${rates.length > 1 ? 'at least ' : ''}${intervalText(worst)}` }
}

function retired ({ feature, share }: Evidence, traffic: KeptSource<Traffic> | undefined, retireAfterMs: number): Progress['retired'] {
  const known = traffic?.value?.features[feature]
  if (known === undefined) return { state: 'unknown', text: 'not known' }
  if (share !== 10_000) return { state: 'not yet', text: 'legacy serves it' }
  // The record is up to a minute behind.
  const quiet = known.quietMs < 120_000 ? '<2 min' : lastingText(known.quietMs)
  if (known.quietMs >= retireAfterMs) return { state: 'may go', text: `may go: quiet for ${quiet}` }
  return { state: 'not yet', text: `quiet for ${quiet} of ${lastingText(retireAfterMs)}` }
}
