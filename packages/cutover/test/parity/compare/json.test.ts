import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareResponses } from '../../../src/parity/compare/compare.ts'
import { defaultJson, makePlan } from '../../../src/parity/compare/plan.ts'
import { answer, jsonDifferences } from './answers.ts'

const rows: ReadonlyArray<readonly [what: string, legacy: string, candidate: string, expected: readonly string[]]> = [
  ['other white space', '{"a":[1,2]}', ' { "a" : [ 1 ,\r\n\t2 ] } ', []],
  ['another value', '{"a":{"b":1}}', '{"a":{"b":2}}', ['value /body/a/b']],
  ['another boolean', '[true]', '[false]', ['value /body/0']],
  ['another type', '{"a":1}', '{"a":"1"}', ['type /body/a']],
  ['null for a value', '{"a":1}', '{"a":null}', ['type /body/a']],
  ['null for nothing', '{"a":null}', '{}', ['missing /body/a']],
  ['nothing for null', '{}', '{"a":null}', ['extra /body/a']],
  ['an object for an array', '{"a":[]}', '{"a":{}}', ['type /body/a']],
  ['another key', '{"a":1}', '{"b":1}', ['missing /body/a', 'extra /body/b']],
  ['keys in another order', '{"a":1,"b":2}', '{"b":2,"a":1}', []],
  ['keys that need escapes', '{"a/b":{"m~n":1,"":2}}', '{"a/b":{"m~n":3,"":4}}', ['value /body/a~1b/m~0n', 'value /body/a~1b/']],
  ['the names of prototypes', '{"__proto__":{"toString":1},"constructor":2}', '{"__proto__":{"toString":3},"constructor":4}', ['value /body/__proto__/toString', 'value /body/constructor']],
  ['__proto__ against nothing', '{"__proto__":1}', '{}', ['missing /body/__proto__']],
  ['a key given twice', '{"a":1,"a":2}', '{"a":2}', ['format /body/a']],
  ['a key given twice, and another last value', '{"a":1,"a":2}', '{"a":1}', ['format /body/a', 'value /body/a']],
  ['a key given twice on both sides', '{"a":1,"a":2}', '{"a":1,"a":3}', ['value /body/a']],
  ['integers past 2^53', '[9007199254740993]', '[9007199254740992]', ['value /body/0']],
  ['fractions past the precision of a double', '[0.10000000000000000001]', '[0.1]', ['value /body/0']],
  ['numbers past the range of a double', '[1e400]', '[1e401]', ['value /body/0']],
  ['another spelling of a number', '[1.0,1e2,-0]', '[1,100,0]', ['format /body/0', 'format /body/1', 'format /body/2']],
  ['escapes', '["\\u00e9\\n\\/"]', '["é\\u000a/"]', []],
  ['escapes in a key', '{"\\u0061":1}', '{"a":2}', ['value /body/a']],
  ['a lone surrogate', '["\\ud800"]', '["\\ud801"]', ['value /body/0']],
  ['text instead of JSON', '{"a":1}', '{"a":1', ['format /body']],
  ['text instead of JSON on both sides', '{"a":1', '{"a":2', ['value /body']],
  ['a byte order mark', '[1]', '\ufeff[1]', ['format /body']],
  ['an inserted element', '[1,2,3,4]', '[0,1,2,3,4]', ['extra /body/0']],
  ['a removed element', '[1,2,3,4]', '[1,2,4]', ['missing /body/2']],
  ['an inserted and a removed one', '[1,2,3,4,5,6]', '[1,9,2,3,4,6]', ['extra /body/1', 'missing /body/4']],
  ['another order', '[1,2,3]', '[3,1,2]', ['order /body']],
  ['two far elements in each other\'s place', '[1,2,3,4,5,6]', '[5,2,3,4,1,6]', ['order /body']],
  ['an inserted and a changed object', '[{"id":1,"n":1},{"id":2,"n":2}]', '[{"id":9,"n":9},{"id":1,"n":1},{"id":2,"n":3}]', ['extra /body/0', 'value /body/1/n']],
  ['a changed object beside an inserted one', '[{"id":1,"n":1}]', '[{"id":9,"n":1},{"id":1,"n":3}]', ['extra /body/0', 'value /body/0/n']],
  ['all elements changed', '[{"n":1},{"n":2}]', '[{"n":3},{"n":4}]', ['value /body/0/n', 'value /body/1/n']],
  ['an emptied array', '[1,2]', '[]', ['missing /body/0', 'missing /body/1']],
  ['another whole', '1', '"1"', ['type /body']],
  ['a missing body', '{}', '', ['missing /body']]
]

describe('JSON bodies', () => {
  for (const [what, legacy, candidate, expected] of rows) {
    it(`${what}: ${expected.join(', ') || 'no difference'}`, () => {
      assert.deepEqual(jsonDifferences(legacy, candidate).sort(), [...expected].sort())
    })
  }

  it('show both values, and where the candidate has its one', () => {
    const { differences } = compareResponses(answer('[{"id":1},{"id":2,"n":"b"}]'), answer('[{"id":0},{"id":1},{"id":2,"n":"c"}]'))
    assert.deepEqual(differences[1], {
      kind: 'value',
      pointer: '/body/1/n',
      candidatePointer: '/body/2/n',
      pattern: '/body/*/n',
      legacy: { type: 'string', text: '"b"', length: 3 },
      candidate: { type: 'string', text: '"c"', length: 3 }
    })
  })

  it('report spellings only when asked, and count them otherwise', () => {
    const all = makePlan([], { json: { keyOrder: 'report', numberSpelling: 'report', escapes: 'report' } })
    const none = makePlan([], { json: { ...defaultJson, numberSpelling: 'ignore' } })
    const legacy = '{"a":1.0,"b":"\\u0041"}'
    const candidate = '{"b":"A","a":1}'
    assert.deepEqual(jsonDifferences(legacy, candidate, { plan: all }).sort(), ['format /body/a', 'format /body/b', 'order /body'])
    const comparison = compareResponses(answer(legacy), answer(candidate), { plan: none })
    assert.equal(comparison.total, 0)
    assert.deepEqual(comparison.leftOut.map(({ reason, kind, count }) => [reason, kind, count]), [
      ['order of keys', 'order', 1], ['spelling of a number', 'format', 1], ['escapes of a string', 'format', 1]
    ])
  })

  it('say what is not UTF-8', () => {
    const bad = Buffer.from([0x22, 0xff, 0x22])
    const worse = Buffer.from([0x22, 0xfe, 0x22])
    const kinds = (a: Buffer, b: Buffer) => compareResponses(answer(a), answer(b)).differences.map(({ kind, note }) => [kind, note])
    assert.deepEqual(kinds(Buffer.from('"x"'), bad)[0], ['format', 'the candidate sends bytes that are not UTF-8'])
    assert.deepEqual(kinds(bad, worse), [['value', undefined]])
  })

  it('keep no more differences than the limit, and count all', () => {
    const numbers = (from: number) => JSON.stringify(Array.from({ length: 5000 }, (_, index) => from + index * 2))
    const { differences, total, counts } = compareResponses(answer(numbers(0)), answer(numbers(1)))
    assert.equal(differences.length, 1000)
    assert.equal(total, 5000)
    assert.deepEqual(counts, { value: 5000 })
  })
})
