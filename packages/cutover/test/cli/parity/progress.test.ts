import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openProgress } from '../../../src/cli/parity/progress.ts'

test('off a terminal each phase is a line, and how far it is comes now and then', () => {
  const written: string[] = []
  let now = 0
  const progress = openProgress({ write: text => written.push(text) }, () => now)
  progress.phase('Starting.')
  progress.tick('1 of 3')
  now = 10_000
  progress.tick('2 of 3')
  progress.tick('3 of 3')
  progress.close()
  assert.deepEqual(written, ['Starting.\n', '2 of 3\n'])
})

test('on a terminal it is one line within the width, which is gone at the end', () => {
  const written: string[] = []
  const progress = openProgress({ write: text => written.push(text), isTTY: true, columns: 40 })
  progress.phase('Starting legacy, its twin and the candidate, each on a clone of the database.')
  progress.note('something to keep')
  progress.close()
  assert.equal(written.at(-1), '\r\x1b[K')
  assert.ok(written.includes('\r\x1b[Ksomething to keep\n'))
  for (const text of written) assert.ok(text.replace('\r\x1b[K', '').trimEnd().length <= 40, text)
})
