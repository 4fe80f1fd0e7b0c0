import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Aliases } from '../../src/parity/alias.ts'
import { compareResponses } from '../../src/parity/compare/compare.ts'
import { addLeftOut, learnNoise, type LeftOutCounts, type NoiseProfile } from '../../src/parity/noise.ts'
import { planFor } from '../../src/parity/rules.ts'
import { answer } from './compare/answers.ts'

const endpoint = { method: 'GET', path: '/api/vehicles', name: 'GET /api/vehicles' }

function learned (legacy: string, twin: string, before: NoiseProfile = {}): NoiseProfile {
  return learnNoise(before, endpoint.name, answer(legacy), answer(twin))
}

function found (profile: NoiseProfile, legacy: string, candidate: string) {
  const comparison = compareResponses(answer(legacy), answer(candidate), { plan: planFor({}, endpoint, profile) })
  return { differences: comparison.differences.map(({ kind, pointer }) => `${kind} ${pointer}`), leftOut: comparison.leftOut.map(({ reason, pattern, count }) => `${reason} ${pattern} ${count}`) }
}

// A value that legacy gives, one of its twin, one of the candidate that is noise, and some that are not.
const rows: ReadonlyArray<readonly [name: string, legacy: unknown, twin: unknown, candidate: unknown, faults: readonly unknown[]]> = [
  // The first part of the candidate's has no digit.
  ['token', 'ArPj5rqK5uZUqybkhLFjNg.tOEL2LeD4NYGW_QtrcJiHpiEfZonVL16_3-xwNJNs0A', '59vgYO4rzQkRhsAfRNA5nQ.9Be4kk9but1Lg5mrm8vWU2i3445xZrcwERulxOxxWdg', 'GKeVrd-ZYpZxogWIhzSsWQ.AtFJ2v21tvuyEYs_1ZghwNRkbRy9TbBOt9RWt1qdPTo', ['x', 'GKeVrd-ZYpZxogWIhzSsWQ', 'GKeVrd-ZYpZxogWIhzSsWQ.AtFJ2v21tvuyEYs_1ZghwNRkbRy9TbBOt9RWt1qdPTo.AtFJ2v21tvuyEYs1', null]],
  ['uuid', '3f2b8c1e-5a6d-4e7f-8a9b-0c1d2e3f4a5b', '9d8e7f6a-1b2c-4d3e-9f0a-5b6c7d8e9f01', '11111111-2222-4333-8444-555555555555', ['x', 5, null, '3f2b8c1e5a6d4e7f8a9b0c1d2e3f4a5b', '11111111-2222-1333-8444-555555555555']],
  ['timestamp', '2024-05-01T10:00:00.123Z', '2024-05-01T10:00:01.456Z', '2024-05-01T10:00:02.789Z', ['2024-05-01T10:00:02Z', '2024-05-01 10:00:02.789', '2024-05-01T12:00:02.789+02:00', 1714557602, null]],
  ['timestamp', 1714557600, 1714557601, 1714557602, [1714557602000, '1714557602', 5, 1714557602.5]],
  ['timestamp', 1714557600123, 1714557601456, 1714557602789, [1714557602, null]],
  ['timestamp', 'Wed, 01 May 2024 10:00:00 GMT', 'Wed, 01 May 2024 10:00:01 GMT', 'Wed, 01 May 2024 10:00:02 GMT', ['2024-05-01T10:00:02Z', '']],
  ['token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.xyz', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.qrs', ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIyIn0.qrs', 'eyJhbGciOiJIUzI1NiJ9', '', null]],
  ['token', '507f1f77bcf86cd799439011', '507f191e810c19729de860ea', '507f191e810c19729de86000', ['507f191e810c1972', 'not a token']],
  ['number', 12.5, 13, 99, ['99', null, true, 1714557600]],
  ['template', 'took 12 ms', 'took 15 ms', 'took 99 ms', ['took long', 'took 99 s', '99']]
]

describe('noise', () => {
  for (const [name, legacy, twin, candidate, faults] of rows) {
    const text = (value: unknown) => JSON.stringify({ items: [{ a: value, b: 1 }] })
    it(`${name}: ${JSON.stringify(legacy)} is learned; another type, class, form or none is still a difference`, () => {
      const profile = learned(text(legacy), text(twin))
      assert.deepEqual(profile[endpoint.name]!.entries.map(entry => [entry.pattern, entry.class, entry.count]), [['/body/items/*/a', name, 1]])
      assert.deepEqual(found(profile, text(legacy), text(candidate)), { differences: [], leftOut: [`${name} /body/items/*/a 1`] })
      for (const fault of faults) {
        assert.equal(found(profile, text(legacy), text(fault)).differences.length, 1, JSON.stringify(fault))
      }
      assert.deepEqual(found(profile, text(legacy), '{"items":[{"b":1}]}').differences, ['missing /body/items/0/a'])
      assert.deepEqual(found(profile, text(legacy), JSON.stringify({ items: [{ a: candidate, b: 2 }] })).differences, ['value /body/items/0/b'])
    })
  }

  it('order: elements may move, not change', () => {
    const profile = learned('{"tags":["a","b","c"]}', '{"tags":["c","a","b"]}')
    assert.deepEqual(found(profile, '{"tags":["a","b","c"]}', '{"tags":["b","a","c"]}'), { differences: [], leftOut: ['order /body/tags 1'] })
    assert.deepEqual(found(profile, '{"tags":["a","b","c"]}', '{"tags":["b","a","d"]}').differences, ['value /body/tags/2'])
    assert.deepEqual(found(profile, '{"tags":["a","b","c"]}', '{"tags":["b","a"]}').differences, ['missing /body/tags/2'])
  })

  it('what is of no class is kept as unstable and stays a difference', () => {
    const profile = learned('{"a":"red","b":1}', '{"a":"blue"}')
    assert.deepEqual(profile[endpoint.name]!.unstable.map(({ kind, pattern, count }) => [kind, pattern, count]), [['missing', '/body/b', 1], ['value', '/body/a', 1]])
    assert.deepEqual(found(profile, '{"a":"red","b":1}', '{"a":"green","b":1}').differences, ['value /body/a'])
  })

  it('excuses values only: a key given twice and another spelling stay', () => {
    const profile = learned('{"n":1}', '{"n":2}')
    assert.deepEqual(found(profile, '{"n":1}', '{"n":1,"n":2}').differences, ['format /body/n'])
    assert.deepEqual(found(profile, '{"n":1}', '{"n":1.0}').differences, ['format /body/n'])
  })

  it('lets values be bound at its places only, and a broken bond is a difference in spite of it', () => {
    const id = (first: string) => `${first}1111111-2222-4333-8444-555555555555`
    const profile = learned(`{"id":"${id('a')}","seed":"x"}`, `{"id":"${id('b')}","seed":"x"}`)
    const plan = planFor({}, endpoint, profile)
    const pairing = new Aliases().forTarget(endpoint.path)
    const check = (legacy: string, candidate: string) => compareResponses(answer(legacy), answer(candidate), { plan, pairing }).differences.map(({ pointer }) => pointer)
    assert.deepEqual(check(`{"seed":"${id('1')}"}`, `{"seed":"${id('2')}"}`), ['/body/seed'])
    assert.deepEqual(check(`{"id":"${id('1')}"}`, `{"id":"${id('2')}"}`), [])
    assert.deepEqual(check(`{"seed":"${id('1')}"}`, `{"seed":"${id('2')}"}`), [])
    assert.deepEqual(check(`{"id":"${id('1')}"}`, `{"id":"${id('3')}"}`), ['/body/id'])
  })

  it('is counted by endpoint and place, over pairs and answers', () => {
    let profile: NoiseProfile = {}
    for (let n = 0; n < 3; n++) profile = learned(`{"n":${n}}`, `{"n":${n + 10}}`, profile)
    assert.equal(profile[endpoint.name]!.pairs, 3)
    assert.equal(profile[endpoint.name]!.entries[0]!.count, 3)
    let counts: LeftOutCounts = {}
    for (let n = 0; n < 4; n++) counts = addLeftOut(counts, endpoint.name, compareResponses(answer('{"n":1}'), answer('{"n":2}'), { plan: planFor({}, endpoint, profile) }))
    assert.deepEqual(counts[endpoint.name]!.map(({ because, reason, pattern, count }) => [because, reason, pattern, count]), [['noise', 'number', '/body/n', 4]])
    assert.deepEqual(JSON.parse(JSON.stringify(profile)), profile)
  })

  it('belongs to its endpoint', () => {
    const profile = learned('{"n":1}', '{"n":2}')
    const plan = planFor({}, { method: 'GET', path: '/other' }, profile)
    assert.equal(compareResponses(answer('{"n":1}'), answer('{"n":2}'), { plan }).total, 1)
  })

  it('never hides another type or a missing value, whatever was learned', () => {
    const value = fc.oneof(fc.uuid(), fc.integer(), fc.date({ noInvalidDate: true }).map(date => date.toISOString()), fc.string(), fc.boolean(), fc.constant(null))
    fc.assert(fc.property(value, value, value, value, (a, b, c, d) => {
      const text = (each: unknown) => JSON.stringify({ x: each })
      const profile = learned(text(a), text(b))
      const type = (each: unknown) => each === null ? 'null' : typeof each
      const { differences } = found(profile, text(c), text(d))
      if (type(c) !== type(d)) assert.deepEqual(differences, ['type /body/x'])
      assert.deepEqual(found(profile, text(c), '{}').differences, ['missing /body/x'])
    }), { numRuns: 500 })
  })
})
