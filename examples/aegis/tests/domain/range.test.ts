import assert from 'node:assert/strict'
import test from 'node:test'
import { readRange } from '../../domain/range.ts'

const cases: ReadonlyArray<[header: string | undefined, length: number, expected: unknown]> = [
  [undefined, 10, 'whole'],
  ['bytes=0-0', 10, { first: 0, last: 0 }],
  ['bytes=2-5', 10, { first: 2, last: 5 }],
  ['BYTES=2-5', 10, { first: 2, last: 5 }],
  ['bytes=5-', 10, { first: 5, last: 9 }],
  ['bytes=5-99', 10, { first: 5, last: 9 }],
  ['bytes=5-99999999999999999999999999', 10, { first: 5, last: 9 }],
  ['bytes=9-9', 10, { first: 9, last: 9 }],
  ['bytes=-3', 10, { first: 7, last: 9 }],
  ['bytes=-30', 10, { first: 0, last: 9 }],
  ['bytes= 2-5 ,', 10, { first: 2, last: 5 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=10-12', 10, 'unsatisfiable'],
  ['bytes=99999999999999999999999999-', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-0', 0, 'unsatisfiable'],
  ['bytes=-1', 0, 'whole'],
  ['bytes=5-2', 10, 'whole'],
  ['bytes=99-98', 10, 'whole'],
  ['bytes=-', 10, 'whole'],
  ['bytes=', 10, 'whole'],
  ['bytes', 10, 'whole'],
  ['', 10, 'whole'],
  ['bytes=a-b', 10, 'whole'],
  ['bytes=1.5-3', 10, 'whole'],
  ['bytes=+1-3', 10, 'whole'],
  ['bytes=0x1-0x3', 10, 'whole'],
  ['bytes=1 - 3', 10, 'whole'],
  ['bytes =1-3', 10, 'whole'],
  ['items=1-3', 10, 'whole'],
  ['bytes=0-1,4-5', 10, 'whole'],
  ['bytes=0-1, bytes=4-5', 10, 'whole']
]

test('a Range header asks for a part, for the whole, or for nothing that there is', () => {
  for (const [header, length, expected] of cases) assert.deepEqual(readRange(header, length), expected, `${header} of ${length}`)
})
