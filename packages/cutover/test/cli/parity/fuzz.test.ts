import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cutover } from '../harness.ts'
import { answering, projectOf } from './project.ts'

test('what differs is found, saved as a scenario, and verified from then on', async t => {
  const { folder } = await projectOf(t, answering(1), answering(2))
  const { code, out, err } = await cutover(folder, ['fuzz', '--seconds', '1', '--seed', '7', '--first', '--operations', 'GET /total'])
  assert.equal(code, 1, out + err)
  assert.match(out, /--seed 7/)
  assert.match(err, /^Making up requests for 1 operation, seed 7\.$/m)
  assert.equal(readdirSync(join(folder, 'scenarios/found')).length, 1)
  assert.equal((await cutover(folder, ['verify'])).code, 1)
})

test('--no-save leaves nothing behind', async t => {
  const { folder } = await projectOf(t, answering(1), answering(2))
  const { code, out } = await cutover(folder, ['fuzz', '--seconds', '0.5', '--first', '--no-save', '--json'])
  assert.equal(code, 1, out)
  assert.equal(JSON.parse(out).same, false)
  assert.equal(existsSync(join(folder, 'scenarios')), false)
})

test('backends that answer alike end with 0', async t => {
  const { folder } = await projectOf(t, answering(1), answering(1))
  const { code, out } = await cutover(folder, ['fuzz', '--seconds', '0.3', '--json'])
  assert.equal(code, 0, out)
  assert.equal(JSON.parse(out).same, true)
})

test('without a description it says what to give', async t => {
  const { folder } = await projectOf(t, answering(1), answering(1))
  const file = join(folder, 'cutover.config.json')
  const { parity: { openapi: _, ...parity }, ...config } = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...config, parity }))
  const { code, err } = await cutover(folder, ['fuzz'])
  assert.equal(code, 2)
  assert.match(err, /openapi: \{ candidate: '\/docs\/json' \}[\s\S]*--recording/)
})

test('wrong options are wrong usage', async t => {
  const { folder } = await projectOf(t, answering(1), answering(1))
  const cases: ReadonlyArray<readonly [string[], RegExp]> = [
    [['--seconds', 'soon'], /not a number above 0/],
    [['--seed', '-1'], /not a whole number from 0/],
    [['--operations', 'GET total'], /is no operation/],
    [['--operations', 'GET /nothing'], /None of the operations is GET \/nothing\. There are: GET \/health, GET \/total/]
  ]
  for (const [words, message] of cases) {
    const { code, err } = await cutover(folder, ['fuzz', ...words])
    assert.equal(code, 2, words.join(' '))
    assert.match(err, message)
  }
})
