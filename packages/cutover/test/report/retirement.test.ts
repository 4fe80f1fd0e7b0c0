import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DossierInputs } from '../../src/report/dossier/inputs.ts'
import { judgeRetirement } from '../../src/report/retirement.ts'
import { inputsOf } from './dossier/fixtures.ts'

const day = 86_400_000
const good = await inputsOf('good')
const quiet = (quietMs: number, legacyAt: string | null = '2026-02-01T10:00:00.000Z'): DossierInputs => {
  const { value, ...kept } = good.traffic!
  return { ...good, traffic: { ...kept, value: { ...value!, features: Object.fromEntries(Object.entries(value!.features).map(([name, each]) => [name, { ...each, quietMs, legacyAt }])) } } }
}
const without = ({ traffic: _, ...inputs }: DossierInputs): DossierInputs => ({ ...inputs, traffic: undefined })

test('it may go when the share is whole and legacy was quiet for long enough, and not a moment before', () => {
  assert.equal(judgeRetirement('auth', quiet(14 * day)).mayGo, true)
  const { mayGo, facts } = judgeRetirement('auth', quiet(14 * day - 1))
  assert.equal(mayGo, false)
  assert.match(facts.map(({ text }) => text).join('\n'), /last request of it at 2026-02-01 10:00:00 UTC; watched without one for 13 d 23 h, and 14 d are wanted/)
})

test('since when it was first watched is said where legacy never had a request', () => {
  assert.match(judgeRetirement('auth', quiet(15 * day, null)).facts.at(-1)!.text, /had no request of it since 2026-03-04 08:59:00 UTC, when it was first watched/)
})

test('what is missing or broken is a not yet', () => {
  const enough = quiet(20 * day)
  assert.equal(judgeRetirement('auth', enough).mayGo, true)
  for (const [less, why] of [
    [without(enough), /nothing is known of legacy's traffic/],
    [{ ...enough, traffic: { file: 'traffic.json', bytes: 1, sha256: '', problem: 'it is torn' } }, /cannot be read: it is torn/],
    [{ ...enough, journal: undefined }, /says nothing of its share/],
    [{ ...enough, journal: { ...enough.journal!, value: [] } }, /says nothing of its share/],
    [{ ...enough, journal: { ...enough.journal!, problem: 'line 3 cannot be read' } }, /journal is damaged/],
    [{ ...enough, settings: { ...enough.settings, features: enough.settings.features.map(feature => ({ ...feature, pin: { legacy: ['alice'], candidate: [] } })) } }, /pinned to legacy/]
  ] as ReadonlyArray<readonly [DossierInputs, RegExp]>) {
    const { mayGo, facts } = judgeRetirement('auth', less)
    assert.equal(mayGo, false, String(why))
    assert.match(facts.map(({ text }) => text).join('\n'), why)
  }
})

test('a share below 100% is a not yet, however quiet legacy was', () => {
  const enough = quiet(20 * day)
  const lowered = { ...enough, journal: { ...enough.journal!, value: [...enough.journal!.value!, { at: '2026-03-04T11:00:00.000Z', kind: 'share' as const, feature: 'auth', from: 10_000, to: 9_900, who: 'x', why: '' }] } }
  assert.match(judgeRetirement('auth', lowered).facts[0]!.text, /99%: legacy serves the rest/)
  assert.equal(judgeRetirement('auth', lowered).mayGo, false)
})
