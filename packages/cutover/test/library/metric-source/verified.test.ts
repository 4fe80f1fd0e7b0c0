import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { keepFile } from '../../../src/config/kept-file.ts'
import { verifications, Verified } from '../../../src/library/metric-source/verified.ts'
import { keptParityFile, type FeatureParity, type KeptParity } from '../../../src/report/kept-parity.ts'

const at = '2026-01-02T03:04:05.678Z'
const of = (feature: string, more: Partial<FeatureParity> = {}): FeatureParity => ({ feature, cases: 12, requests: 40, differences: 0, unconfirmed: 0, failed: 0, routes: [], untested: [], endpoints: [], ...more })
const kept = (features: FeatureParity[], more: Partial<KeptParity> = {}): KeptParity =>
  ({ version: 1, command: 'verify', at, same: true, complete: true, features, findings: [], coverage: [], cases: [], notes: [], untested: [], leftOut: {}, moreFindings: 0, ...more }) as unknown as KeptParity

test('a feature has what the last run showed of it', () => {
  const found = verifications(kept([of('x'), of('y', { differences: 2 })]), undefined)
  assert.deepEqual(found.get('x'), { at, differences: 0, cases: 12 })
  assert.deepEqual(found.get('y'), { at, differences: 2, cases: 12 })
  assert.equal(found.get('z'), undefined)
})

test('where it is not known which cases asked it, its requests count', () => {
  assert.equal(verifications(kept([of('x', { cases: null })]), undefined).get('x')!.cases, 40)
})

test('what was not compared, or not to its end, is not verified', () => {
  assert.equal(verifications(kept([of('x', { cases: 0 })]), undefined).get('x'), undefined)
  assert.equal(verifications(kept([of('x', { failed: 1 })]), undefined).get('x'), undefined)
  assert.equal(verifications(kept([of('x')], { complete: false }), undefined).get('x'), undefined)
})

test('a difference is one, however the run ended', () => {
  assert.equal(verifications(kept([of('x', { differences: 1, failed: 1 })], { complete: false }), undefined).get('x')!.differences, 1)
})

test('a run on another version of the candidate says nothing of this one', () => {
  assert.equal(verifications(kept([of('x')], { candidate: '1.0.0' }), '1.0.1').get('x'), undefined)
  assert.equal(verifications(kept([of('x')], { candidate: '1.0.1' }), '1.0.1').get('x')!.cases, 12)
  assert.equal(verifications(kept([of('x')]), '1.0.1').get('x')!.cases, 12)
})

test('the file is read when there is one, again when it is another, and an unreadable one is none', async t => {
  const stateDir = await mkdtemp(join(tmpdir(), 'cutover-verified-'))
  t.after(async () => await rm(stateDir, { recursive: true, force: true }))
  const verified = new Verified({ stateDir, rollout: { version: undefined } as never })
  const file = keptParityFile(stateDir, 'verify')
  await verified.look()
  assert.equal(verified.of('x'), undefined)
  await keepFile(file, JSON.stringify(kept([of('x')])))
  await verified.look()
  assert.equal(verified.of('x')!.cases, 12)
  await keepFile(file, JSON.stringify(kept([of('x', { cases: 120 })])))
  await verified.look()
  assert.equal(verified.of('x')!.cases, 120)
  await keepFile(file, '{"version":1,')
  await verified.look()
  assert.equal(verified.of('x'), undefined)
  await rm(file)
  await verified.look()
  assert.equal(verified.of('x'), undefined)
})
