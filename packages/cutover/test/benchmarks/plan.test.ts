import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differenceOf } from '../../benchmarks/speed/example/plan.ts'
import type { Answers } from '../../src/bench/plan.ts'

const answer = (body: object, headers: Array<[string, string]> = [], status = 200): Answers => [{ status, headers, body: Buffer.from(JSON.stringify(body)) }] as unknown as Answers

test('faces that make up a value answer alike, whatever it is; without it, or where another differs, they do not', () => {
  const own = { ownHeaders: ['content-length'], ownMembers: ['id'] }
  assert.equal(differenceOf(answer({ id: 'a', n: 1 }, [['Content-Length', '9']]), answer({ id: 'bcd', n: 1 }, [['content-length', '11']]), own), undefined)
  assert.match(differenceOf(answer({ id: 'a', n: 1 }), answer({ n: 1 }), own)!, /its own/)
  assert.notEqual(differenceOf(answer({ id: 'a', n: 1 }), answer({ id: 'b', n: 2 }), own), undefined)
  assert.notEqual(differenceOf(answer({ id: 'a' }, [['vary', 'x']]), answer({ id: 'b' }), own), undefined)
})

test('what no face makes up is compared to the byte, and legacy must answer 200', () => {
  assert.equal(differenceOf(answer({ n: 1 }), answer({ n: 1 }), {}), undefined)
  assert.notEqual(differenceOf(answer({ n: 1 }), answer({ n: 2 }), {}), undefined)
  assert.match(differenceOf(answer({}, [], 500), answer({}, [], 500), {})!, /legacy answers 500/)
})
