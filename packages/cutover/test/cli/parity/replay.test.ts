import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Exchange } from '../../../src/message/exchange.ts'
import { recordingOf, shop, visit } from '../../parity/replay/shop.ts'
import { cutover, folderWith } from '../harness.ts'
import { answering, projectOf } from './project.ts'

const exchange = (target: string, session: string): Exchange => ({ request: { method: 'GET', target, headers: [], body: Buffer.alloc(0) }, response: { status: 200, headers: [], body: Buffer.alloc(0) }, session })
const totals = recordingOf([exchange('/health', 'a'), exchange('/total', 'b')])

test('a recording is replayed against what the config names', async t => {
  const { folder } = await projectOf(t, answering(1), answering(2), { 'r.ndjson': totals })
  const { code, out, err } = await cutover(folder, ['replay', 'r.ndjson'])
  assert.equal(code, 1, out + err)
  assert.match(out, /^✗ 1 difference that nothing explains\n {2}replay · 2 cases/)
  assert.match(err, /^Replaying r\.ndjson\.$/m)
})

test('two origins need no config; secrets are given', async t => {
  const [original, legacy, candidate] = [await shop(t), await shop(t), await shop(t)]
  const folder = folderWith(t, { 'r.ndjson': recordingOf(await visit(original.url, 's')) })
  const words = ['replay', 'r.ndjson', '--legacy', legacy.url.origin, '--candidate', candidate.url.origin]
  const { code, out, err } = await cutover(folder, [...words, '--unsafe', '--secret', 'password=correct horse'])
  assert.equal(code, 0, out + err)
  assert.equal(candidate.log.length, 7)
  const skipped = await cutover(folder, words)
  assert.equal(skipped.code, 3)
  assert.match(skipped.out, /^\? Nothing was compared/)
})

test('ctrl-c keeps the progress, and --resume goes on', async t => {
  const signals = new EventEmitter()
  const seen: string[] = []
  let interrupted = false
  const { folder } = await projectOf(t, (request, response, body) => {
    seen.push(request.url!)
    if (request.url === '/two' && !interrupted) {
      interrupted = true
      signals.emit('SIGINT')
    }
    return answering(1)(request, response, body)
  }, answering(1))
  writeFileSync(join(folder, 'r.ndjson'), recordingOf(['/one', '/two', '/three'].map(target => exchange(target, target))))
  const first = await cutover(folder, ['replay', 'r.ndjson', '--concurrency', '1', '--no-twin'], { signals })
  assert.equal(first.code, 3)
  assert.match(first.out, /--resume goes on/)
  seen.length = 0
  const second = await cutover(folder, ['replay', 'r.ndjson', '--resume', '--no-twin'])
  assert.equal(second.code, 0, second.out)
  assert.equal(seen.includes('/one'), false)
  assert.match(second.out, /replay · 3 cases/)
})

test('wrong usage', async t => {
  const folder = folderWith(t, { 'r.ndjson': totals })
  const cases: ReadonlyArray<readonly [string[], RegExp]> = [
    [['r.ndjson', '--legacy', 'http://127.0.0.1:1'], /both --legacy and --candidate/],
    [['r.ndjson', '--legacy', 'ftp://x', '--candidate', 'http://x'], /not a URL/],
    [['r.ndjson', '--header', 'nothing'], /not a header/],
    [['r.ndjson', '--secret', 'nothing'], /name=value/],
    [['r.ndjson', '--rate', '0'], /not a number above 0/],
    [['r.ndjson'], /No cutover\.config/]
  ]
  for (const [words, message] of cases) {
    const { code, err } = await cutover(folder, ['replay', ...words])
    assert.equal(code, 2, words.join(' '))
    assert.match(err, message)
  }
  const { folder: project } = await projectOf(t, answering(1), answering(1))
  const { code, err } = await cutover(project, ['replay', 'nothing'])
  assert.equal(code, 2)
  assert.match(err, /There is no recording at/)
})

test('diff compares two recordings', async t => {
  const [one, other] = [await shop(t), await shop(t, { noName: true })]
  const folder = folderWith(t, { 'a.ndjson': recordingOf(await visit(one.url, 's')), 'b.ndjson': recordingOf(await visit(other.url, 's')) })
  assert.equal((await cutover(folder, ['diff', 'a.ndjson', 'a.ndjson'])).code, 0)
  const { code, out, err } = await cutover(folder, ['diff', 'a.ndjson', 'b.ndjson', '--json'])
  assert.equal(code, 1)
  assert.deepEqual(JSON.parse(out).findings.map(({ message }: { message: string }) => message), ['/body/name is missing'])
  assert.match(err, /^Reading a\.ndjson and b\.ndjson\.$/m)
})
