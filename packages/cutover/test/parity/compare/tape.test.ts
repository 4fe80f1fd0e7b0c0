import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isTape, nestingAtMost, readTape } from '../../../src/parity/compare/tape.ts'

function accepts (text: string): boolean {
  return isTape(readTape(Buffer.from(text)))
}

function parses (text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('readTape', () => {
  it('accepts what JSON.parse accepts, and nothing else', () => {
    const texts = ['', ' ', '1', '-', '-1', '01', '1.', '.5', '1e', '1e+', '1E-2', '+1', 'nul', 'null', 'nulll', 'tru', 'true', 'false', 'falsy', '"', '"a', '"\\', '"\\u12', '"\\u12g4"', '"\\u12aF"',
      '"\\x"', '"\t"', '"\\t"', '[', ']', '[]', '[ ]', '[1', '[1,', '[1,]', '[,1]', '[1 2]', '{', '{}', '{ }', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{"a" 1}', '{1:1}', '{a:1}', '{,}', '{"a":1]', '[1}', '[[]', '1 1', '{}{}', 'NaN', 'Infinity', '\u00a01', '1\u0000', '"\u007f"']
    for (const text of texts) assert.equal(accepts(text), parses(text), JSON.stringify(text))
  })

  it('agrees with JSON.parse on any broken text', () => {
    fc.assert(fc.property(fc.json(), fc.nat(), fc.nat(), fc.constantFrom('', ',', '"', '\\', '{', '}', '[', ']', ':', '0', '.', 'e', '-', ' ', '\n', 'null'), (json, from, length, inserted) => {
      const start = from % (json.length + 1)
      const text = json.slice(0, start) + inserted + json.slice(start + length % 3)
      assert.equal(accepts(text), parses(text), JSON.stringify(text))
    }), { numRuns: 2000 })
  })

  it('says where a text stops to be JSON', () => {
    assert.deepEqual(readTape(Buffer.from('{"a":1,}')), { offset: 7, reason: 'a key is expected' })
    const levels = (count: number) => readTape(Buffer.from('['.repeat(count) + ']'.repeat(count)))
    assert.ok(isTape(levels(nestingAtMost)))
    assert.deepEqual(levels(nestingAtMost + 1), { offset: nestingAtMost, reason: `it is nested deeper than ${nestingAtMost} levels` })
    assert.deepEqual(readTape(Buffer.from('[1 2]')), { offset: 3, reason: '"," or "]" is expected' })
  })
})
