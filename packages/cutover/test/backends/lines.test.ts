import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LastLines, LineSplitter } from '../../src/backends/lines.ts'

function lines (...chunks: Array<string | Buffer>) {
  const taken: string[] = []
  const splitter = new LineSplitter(line => taken.push(line))
  for (const chunk of chunks) splitter.write(Buffer.from(chunk))
  splitter.end()
  return taken
}

test('lines are the same however the bytes arrive', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme' }).filter(line => !/[\r\n]/.test(line))), fc.array(fc.nat(400)), (wanted, cuts) => {
    const bytes = Buffer.from(wanted.map(line => `${line}\n`).join(''))
    const places = [0, ...cuts.map(cut => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
    assert.deepEqual(lines(...places.slice(1).map((end, i) => bytes.subarray(places[i], end))), wanted)
  }))
})

test('carriage returns before a newline are no part of a line, and a last line needs no newline', () => {
  assert.deepEqual(lines('a\r\nb\rc\n', 'last'), ['a', 'b\rc', 'last'])
})

test('a line without end is cut once, and the next one is whole', () => {
  const piece = 'x'.repeat(5000)
  const taken = lines(piece, piece, piece, piece, '\nnext\n')
  assert.equal(taken.length, 2)
  assert.equal(taken[0], `${'x'.repeat(8192)}… (cut)`)
  assert.equal(taken[1], 'next')
})

test('only the newest lines are kept', () => {
  const last = new LastLines(2)
  assert.equal(String(last), '  (none)')
  for (const line of ['a', 'b', 'c']) last.push(line)
  assert.equal(String(last), '  b\n  c')
})
