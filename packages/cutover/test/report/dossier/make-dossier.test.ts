import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteResult } from '../../../src/bench/result.ts'
import type { RolloutEvent } from '../../../src/config/control.ts'
import type { Decision, Dossier } from '../../../src/report/dossier/dossier.ts'
import type { DossierInputs } from '../../../src/report/dossier/inputs.ts'
import { makeDossier } from '../../../src/report/dossier/make-dossier.ts'
import type { KeptParity } from '../../../src/report/kept-parity.ts'
import { inputsOf } from './fixtures.ts'

const good = await inputsOf('good')
const bad = await inputsOf('rolled-back')

const decisions = (dossier: Dossier): Record<string, Decision> => Object.fromEntries(dossier.features.map(({ feature, decision }) => [feature, decision]))
const of = (dossier: Dossier, feature: string) => dossier.features.find(each => each.feature === feature)!
const texts = (dossier: Dossier, feature: string, decision: Decision): string => of(dossier, feature).reasons.filter(reason => reason.decision === decision).map(({ text }) => text).join('\n')
/** The inputs with another verify report. */
const withVerify = (inputs: DossierInputs, change: (value: KeptParity) => KeptParity): DossierInputs => ({ ...inputs, parity: { ...inputs.parity, verify: { ...inputs.parity.verify!, value: change(inputs.parity.verify!.value!) } } })
const onlyOf = (value: KeptParity, feature: string, change: object): KeptParity => ({ ...value, features: value.features.map(each => each.feature === feature ? { ...each, ...change } : each) })

test('go where everything was compared, measured and rolled out on evidence', () => {
  const dossier = makeDossier(good)
  assert.deepEqual([dossier.decision, decisions(dossier)], ['go', { health: 'go', auth: 'go', vehicles: 'go' }])
  assert.equal(of(dossier, 'vehicles').share, 10_000)
})

test('no where a gate took it back, with the gate, the requests and the evidence', () => {
  const dossier = makeDossier(bad)
  assert.deepEqual([dossier.decision, decisions(dossier)], ['no', { health: 'go', auth: 'not yet', vehicles: 'no' }])
  assert.match(texts(dossier, 'vehicles', 'no'), /taken back by the gate p95: 95 in 100 answers took 61 ms/)
  const [incident, ...more] = dossier.incidents
  assert.equal(more.length, 0)
  assert.deepEqual([incident!.gate, incident!.from, incident!.requests], ['p95', 5000, incident!.result!.samples])
  assert.ok(incident!.result!.evidence! >= incident!.result!.alarmAt!)
})

test('with nothing kept, everything is not yet, and said to be missing', () => {
  const dossier = makeDossier({ ...good, parity: {}, bench: [], journal: undefined, samples: {}, traffic: undefined })
  assert.deepEqual(decisions(dossier), { health: 'not yet', auth: 'not yet', vehicles: 'not yet' })
  for (const { reasons, share, speed, rollouts, progress, parity } of dossier.features) {
    assert.deepEqual(reasons.map(({ decision }) => decision).filter(decision => decision === 'go'), [])
    assert.deepEqual([share, speed, rollouts.length], [null, undefined, 0])
    assert.deepEqual([progress.parity.state, progress.bench.text, progress.retired.state, progress.implemented.state], ['unknown', 'not measured', 'unknown', 'unknown'])
    assert.notEqual(parity.untested.length, 0)
  }
  assert.equal(dossier.missing.length, 6)
})

test('a configuration without features is no go', () => {
  assert.equal(makeDossier({ ...good, settings: { ...good.settings, features: [], order: [] } }).decision, 'not yet')
})

for (const missing of ['bench', 'verify', 'journal'] as const) {
  test(`without ${missing} nothing is go`, () => {
    const less = missing === 'bench' ? { ...good, bench: [] } : missing === 'verify' ? { ...good, parity: { fuzz: good.parity.fuzz!, replay: good.parity.replay! } } : { ...good, journal: undefined }
    const dossier = makeDossier(less as DossierInputs)
    assert.deepEqual(Object.values(decisions(dossier)), ['not yet', 'not yet', 'not yet'])
  })
}

test('a route that no run asked holds, and is listed; one that another run asked does not', () => {
  const untested = { untested: ['DELETE /api/vehicles/:id'] }
  const partly = withVerify(good, value => onlyOf(value, 'vehicles', untested))
  assert.equal(of(makeDossier(partly), 'vehicles').decision, 'go')
  const all = (['verify', 'fuzz', 'replay'] as const).reduce((inputs, command) => ({ ...inputs, parity: { ...inputs.parity, [command]: { ...inputs.parity[command]!, value: onlyOf(inputs.parity[command]!.value!, 'vehicles', untested) } } }), good)
  const dossier = makeDossier(all)
  assert.deepEqual([of(dossier, 'vehicles').decision, of(dossier, 'vehicles').parity.untested], ['not yet', ['DELETE /api/vehicles/:id']])
  assert.match(texts(dossier, 'vehicles', 'not yet'), /1 route that nothing asked: DELETE/)
})

test('a route that was added since the runs is untested, whatever they said', async () => {
  const dossier = makeDossier(await inputsOf('good', config => {
    const features = config.features as Record<string, { routes: string[] }>
    return { ...config, features: { ...features, health: { ...features.health, routes: ['GET /health', 'GET /ready'] } } }
  }))
  assert.deepEqual(of(dossier, 'health').parity.untested, ['GET /ready'])
  assert.equal(of(dossier, 'health').decision, 'not yet')
})

test('a difference is a no, whichever run found it', () => {
  for (const command of ['verify', 'fuzz', 'replay'] as const) {
    const kept = good.parity[command]!
    const dossier = makeDossier({ ...good, parity: { ...good.parity, [command]: { ...kept, value: onlyOf(kept.value!, 'auth', { differences: 2 }) } } })
    assert.deepEqual(decisions(dossier), { health: 'go', auth: 'no', vehicles: 'go' }, command)
    assert.match(texts(dossier, 'auth', 'no'), new RegExp(`2 differences that nothing explains found by ${command}`))
  }
})

test('a verify that was cut short, asked nothing, could not run a case, or saw another version does not count', () => {
  const cases: ReadonlyArray<readonly [(value: KeptParity) => KeptParity, RegExp]> = [
    [value => ({ ...value, complete: false }), /cut short/],
    [value => onlyOf(value, 'auth', { requests: 0, cases: 0 }), /asked this feature nothing/],
    [value => onlyOf(value, 'auth', { failed: 1 }), /could not be run/],
    [value => ({ ...value, candidate: '2.2.0' }), /of version 2\.2\.0, and the candidate is 2\.3\.0/],
    [value => ({ ...value, features: value.features.filter(({ feature }) => feature !== 'auth') }), /not in the configuration/]
  ]
  for (const [change, why] of cases) {
    const dossier = makeDossier(withVerify(good, change))
    assert.equal(of(dossier, 'auth').decision, 'not yet', String(why))
    assert.match(texts(dossier, 'auth', 'not yet'), why)
  }
})

test('an old report of another version finds nothing against the candidate of now', () => {
  const dossier = makeDossier(withVerify(good, value => onlyOf({ ...value, candidate: '1.0.0' }, 'auth', { differences: 3 })))
  assert.equal(of(dossier, 'auth').decision, 'not yet')
})

test('answers that differ under the bench are a no; a p95 beyond its gate too; an interval that says nothing is not yet', () => {
  const kept = good.bench[0]!
  const change = (routes: (route: RouteResult) => object): DossierInputs => ({ ...good, bench: [{ ...kept, value: { ...kept.value!, routes: kept.value!.routes.map(route => ({ ...route, ...routes(route) })) } }] }) as DossierInputs
  const comparison = kept.value!.routes[0]!.comparisons[0]!
  assert.match(texts(makeDossier(change(() => ({ answers: 'different', difference: '/status', comparisons: [] }))), 'health', 'no'), /the answers differ, so that it was not measured \(\/status\)/)
  assert.match(texts(makeDossier(change(() => ({ comparisons: [{ ...comparison, p95: { value: 1.5, low: 1.3, high: 1.7 } }] }))), 'health', 'no'), /p95 1\.50× \(1\.30–1\.70\) of legacy's, at most 1\.25× is allowed/)
  assert.match(texts(makeDossier(change(() => ({ comparisons: [{ ...comparison, rate: { value: 1.5, low: 0.2, high: 9 } }] }))), 'health', 'not yet'), /too roughly/)
  assert.match(texts(makeDossier(change(() => ({ comparisons: [] }))), 'health', 'not yet'), /the candidate was not measured/)
})

test('a rollback after a rollout that completed is a no; a lowered share not yet', () => {
  const at = '2026-03-04T11:00:00.000Z'
  const after = (kind: 'share' | 'rollback', to: number): DossierInputs => ({ ...good, journal: { ...good.journal!, value: [...good.journal!.value!, { at, kind, feature: 'auth', from: 10_000, to, who: 'cli:bob', why: 'complaints' }] } })
  const rolledBack = makeDossier(after('rollback', 0))
  assert.match(texts(rolledBack, 'auth', 'no'), /rolled back by cli:bob: complaints/)
  assert.deepEqual([rolledBack.incidents[0]!.kind, rolledBack.incidents[0]!.who, rolledBack.incidents[0]!.from], ['hand', 'cli:bob', 10_000])
  assert.match(texts(makeDossier(after('share', 5000)), 'auth', 'not yet'), /but the share is 50% now/)
})

test('a rollout of an older version does not speak for the candidate of now', async () => {
  const dossier = makeDossier(await inputsOf('good', config => ({ ...config, rollout: { ...config.rollout as object, version: '3.0.0' } })))
  assert.match(texts(dossier, 'health', 'not yet'), /completed with version 2\.3\.0, and the candidate is 3\.0\.0 now/)
})

test('a share that was set by hand is not evidence; a rollout under way neither', () => {
  const entries = good.journal!.value!
  const without = { ...good, journal: { ...good.journal!, value: entries.filter(({ kind }) => kind !== 'rollout') } }
  assert.match(texts(makeDossier(without), 'auth', 'not yet'), /100% was set by hand/)
  const running = { ...good, journal: { ...good.journal!, value: entries.filter(entry => entry.kind !== 'rollout' || entry.event !== 'completed') } }
  assert.match(texts(makeDossier(running), 'auth', 'not yet'), /under way at 100%/)
})

test('a failure and the rollback that it made are one incident, one by hand beside it another', () => {
  const failed = bad.journal!.value!.find((entry): entry is RolloutEvent => entry.kind === 'rollout' && entry.event === 'failed')!
  const by = { ...bad, journal: { ...bad.journal!, value: [...bad.journal!.value!, { at: failed.at, kind: 'rollback' as const, feature: 'health', from: 10_000, to: 0, who: 'cli:bob', why: '' }] } }
  assert.deepEqual(makeDossier(by).incidents.map(({ feature, kind }) => [feature, kind]), [['vehicles', 'gate'], ['health', 'hand']])
})

test('every figure names its source, and every source is listed with its hash', () => {
  for (const inputs of [good, bad]) {
    const dossier = makeDossier(inputs)
    const ids = new Set(dossier.sources.map(({ id }) => id))
    for (const { reasons, parity, speed, rollouts } of dossier.features) {
      for (const { source, decision, text } of reasons) assert.equal(decision === 'go' && source === undefined, false, text)
      for (const source of [...reasons.map(each => each.source), ...parity.runs.map(run => run.source), speed?.source, ...rollouts.map(each => each.source)]) if (source !== undefined) assert.ok(ids.has(source), source)
    }
    for (const { sha256 } of dossier.sources) assert.match(sha256, /^[0-9a-f]{64}$/)
  }
})

test('implemented is no where the candidate lacks what legacy has', () => {
  const lacking = withVerify(bad, value => ({ ...value, findings: value.findings.map(finding => ({ ...finding, difference: { kind: 'status', pointer: '/status', pattern: '/status', legacy: { type: 'number', text: '200', length: 3 }, candidate: { type: 'number', text: '404', length: 3 } } as never })) }))
  assert.deepEqual(of(makeDossier(lacking), 'vehicles').progress.implemented, { state: 'no', text: 'lacks 1 endpoint' })
  assert.deepEqual(of(makeDossier(bad), 'vehicles').progress.implemented.text, '4 of 5 routes seen')
})
