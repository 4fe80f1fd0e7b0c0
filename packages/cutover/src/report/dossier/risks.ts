import { formatShare } from '../../config/units.ts'
import type { Feature } from '../../config/settings.ts'
import { counted } from '../visible.ts'
import type { FeatureView, Risk, RollbackStep } from './dossier.ts'
import { intervalText } from './figures.ts'
import type { DossierInputs } from './inputs.ts'

/** What may still go wrong, as far as the evidence and the configuration show it. */
export function risksOf (features: readonly FeatureView[], { settings, bench }: Pick<DossierInputs, 'settings' | 'bench'>): readonly Risk[] {
  const ofAll: Risk[] = []
  if (!settings.breaker) ofAll.push({ text: 'The breaker is off: an outage of the candidate reaches clients until a gate or a person acts.' })
  if (settings.gates.length === 0) ofAll.push({ text: 'No gate is configured: nothing would take a feature back by itself.' })
  const memory = bench[0]?.value?.overall.find(({ backend }) => backend === 'candidate')?.peakMemory
  if (memory !== null && memory !== undefined && memory.low > 1) ofAll.push({ text: `The candidate holds more memory at its peak than legacy: ${intervalText(memory)}.`, anchor: 'memory' })
  return [...ofAll, ...features.flatMap(feature => featureRisks(feature, settings.features.find(({ name }) => name === feature.feature)!))]
}

function featureRisks ({ feature, id, risk, parity, speed, rollouts, sticky, fallback }: FeatureView, { pin }: Feature): readonly Risk[] {
  const texts: Array<readonly [text: string, anchor: string]> = []
  const [, fuzz, replay] = parity.runs
  if (risk === 'high' && !sticky) texts.push(['its risk is high, and users may change sides between two requests: it is not sticky.', id])
  if (!fallback) texts.push(['it does not fall back: what the candidate fails, its clients see.', id])
  if (pin.legacy.length > 0) texts.push([`${counted(pin.legacy.length, 'user')} pinned to legacy would lose it when legacy goes.`, id])
  if (fuzz?.state === 'missing' || fuzz?.state === 'nothing') texts.push(['no made-up requests were compared (cutover fuzz).', `${id}-parity`])
  if (replay?.state === 'missing' || replay?.state === 'nothing') texts.push(['no recorded traffic was replayed (cutover replay): what real clients send may differ.', `${id}-parity`])
  for (const { command, state, note } of parity.runs) if (command !== 'verify' && (state === 'stale' || state === 'incomplete')) texts.push([`the last ${command} does not count: ${note}.`, `${id}-parity`])
  const unconfirmed = parity.runs.reduce((sum, { figures }) => sum + (figures?.unconfirmed ?? 0), 0)
  if (unconfirmed > 0) texts.push([`${counted(unconfirmed, 'difference')} did not show again when tried again: a race, perhaps.`, `${id}-parity`])
  const rules = parity.leftOut.filter(({ because }) => because === 'rule').length
  if (rules > 0) texts.push([`clients see ${counted(rules, 'difference')} made on purpose.`, `${id}-left-out`])
  for (const { id: anchor, result, candidate } of speed?.routes ?? []) {
    const where = `${result.route} at ${counted(result.connections, 'connection')}`
    if (candidate !== undefined && candidate.rate.high < 1) texts.push([`${where} is slower: ${intervalText(candidate.rate)} the requests a second.`, anchor])
    if (candidate?.p99 && candidate.p99.low > 1) texts.push([`${where} has a longer tail: p99 ${intervalText(candidate.p99)}.`, anchor])
    for (const note of result.notes) texts.push([`${where}: ${note}`, anchor])
  }
  for (const { event, share, who, why } of rollouts[0]?.events ?? []) if (event === 'skipped') texts.push([`the stage before ${formatShare(share)} was skipped by ${who}: ${why}.`, `${id}-rollout`])
  return texts.map(([text, anchor]) => ({ feature, text, anchor }))
}

/** How to go back, from the gentlest to the last resort, as exact commands. */
export function rollbackOf ({ features, envFile, backends }: DossierInputs['settings']): readonly RollbackStep[] {
  const withEnv = features.filter(({ env }) => env !== undefined)
  return [
    { text: 'Everything back to legacy, on the next request, sticky users too, with no restart', command: 'npx cutover rollback' },
    ...features.map(({ name }) => ({ text: `Only ${name}`, command: `npx cutover rollback ${name}` })),
    { text: 'See that it happened: every share is 0%', command: 'npx cutover status --once' },
    { text: 'From another machine: with the token of the switch', command: 'CUTOVER_ADMIN_TOKEN=… npx cutover rollback --admin URL' },
    ...(withEnv.length === 0
      ? []
      : [{
          text: envFile === undefined ? 'At the next start, by the environment' : `By ${envFile}, which is watched: a feature moves as soon as its variable is edited there`,
          command: withEnv.map(({ env }) => `${env}=legacy`).join('\n')
        }]),
    { text: `When the switch itself is in the way: send clients to legacy directly (${backends.legacy})` }
  ]
}
