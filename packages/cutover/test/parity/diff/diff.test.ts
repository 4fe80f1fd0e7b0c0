import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Exchange } from '../../../src/message/exchange.ts'
import { diff } from '../../../src/parity/diff/diff.ts'
import { recordingOf, shop, visit, type ShopFaults } from '../replay/shop.ts'

async function files (t: TestContext, ...recordings: ReadonlyArray<readonly Exchange[]>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-diff-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return await Promise.all(recordings.map(async (exchanges, index) => {
    const file = join(folder, `${'ab'[index]}.ndjson`)
    await writeFile(file, recordingOf(exchanges))
    return file
  }))
}

async function twoVisits (t: TestContext, faults: ShopFaults, names: readonly [string, string] = ['s', 's']): Promise<readonly [Exchange[], Exchange[]]> {
  const [legacy, candidate] = [await shop(t), await shop(t, faults)]
  return [[...await visit(legacy.url, names[0])], [...await visit(candidate.url, names[1])]]
}

const get = (target: string, text: string, more: Partial<Exchange> = {}): Exchange => ({
  request: { method: 'GET', target, headers: [], body: Buffer.alloc(0) },
  response: { status: 200, headers: [['content-type', 'text/plain']], body: Buffer.from(text) },
  ...more
})

for (const names of [['s', 's'], ['s', 'another']] as const) {
  test(`two recordings of the same visit are the same, whatever each side made up (sessions ${names.join(', ')})`, async t => {
    const [a, b] = await files(t, ...await twoVisits(t, {}, names))
    const report = await diff(a!, b!)
    assert.deepEqual(report.findings, [])
    assert.deepEqual(report.notes, [])
    assert.deepEqual(report.cases.map(({ steps, outcome }) => [steps, outcome]), [[7, 'same']])
  })
}

test('what differs is found', async t => {
  const [a, b] = await files(t, ...await twoVisits(t, { noName: true }))
  const report = await diff(a!, b!)
  assert.deepEqual(report.findings.map(({ message, confirmed, step }) => [message, confirmed, step]), [['/body/name is missing', true, 3]])
})

test('exchanges belong together by request id, then by order; what has no partner is listed', async t => {
  const [a, b] = await files(t,
    [get('/a', 'one', { requestId: '1' }), get('/a', 'two', { requestId: '2' }), get('/b', 'first'), get('/b', 'second'), get('/gone', '')],
    [get('/a', 'two', { requestId: '2' }), get('/a', 'one', { requestId: '1' }), get('/b', 'first'), get('/b', 'second'), get('/new', '')])
  const report = await diff(a!, b!)
  assert.deepEqual(report.findings, [])
  assert.deepEqual(report.notes, [`only in ${b}: GET /new`, `only in ${a}: GET /gone`])
})

test('rules apply', async t => {
  const [a, b] = await files(t, [get('/a', 'x')], [get('/a', 'y')])
  assert.equal((await diff(a!, b!)).findings.length, 1)
  const report = await diff(a!, b!, { rules: { ignore: [{ path: '/body', reason: 'agreed' }] } })
  assert.deepEqual(report.findings, [])
  assert.equal(Object.values(report.leftOut).flat()[0]?.reason, 'agreed')
})

test('recordings of other traffic are refused', async t => {
  const [a, b] = await files(t, [get('/a', '')], [get('/b', '')])
  await assert.rejects(diff(a!, b!), { code: 'CUT_DIFF_NOTHING' })
  await assert.rejects(diff(a!, `${b}-not-there`), { code: 'CUT_RECORDING_NOT_FOUND' })
})

test('a time that is not that of the recording is a difference', async t => {
  const at = (text: string, startedAt: string) => get('/a', text, { startedAt, durationMs: 5 })
  const [a, b] = await files(t, [at('made 2026-01-01T10:00:00Z', '2026-01-01T10:00:00.000Z')], [at('made 2026-01-01T10:00:00Z', '2026-01-02T10:00:00.000Z')])
  assert.deepEqual((await diff(a!, b!)).findings, [])
  const json = (time: string, startedAt: string): Exchange => ({ ...at('', startedAt), response: { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(JSON.stringify({ time })) } })
  const [c, d] = await files(t, [json('2026-01-01T10:00:00Z', '2026-01-01T10:00:00.000Z')], [json('2026-01-02T10:00:01Z', '2026-01-02T10:00:00.000Z')])
  assert.deepEqual((await diff(c!, d!)).findings, [])
  const [e, f] = await files(t, [json('2026-01-01T10:00:00Z', '2026-01-01T10:00:00.000Z')], [json('2026-01-02T11:00:00Z', '2026-01-02T10:00:00.000Z')])
  assert.equal((await diff(e!, f!)).findings.length, 1)
})

test('secrets that are equal on one side only are a difference', async t => {
  const json = (value: object, session: string): Exchange => ({ ...get('/a', ''), session, response: { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(JSON.stringify(value)) } })
  const [a, b] = await files(t, [json({ token: 'aaaaaaaaaaaa', secret: 'aaaaaaaaaaaa' }, 's')], [json({ token: 'bbbbbbbbbbbb', secret: 'cccccccccccc' }, 's')])
  assert.deepEqual((await diff(a!, b!)).findings.map(({ message }) => message), ['/body/secret has another value'])
})

test('ids in paths belong together by what was answered, not by their order', async t => {
  const ids = [['8f14e45f-ceea-467f-a9f5-000000000001', '8f14e45f-ceea-467f-a9f5-000000000002'], ['c9f0f895-fb98-4b91-a5f5-000000000001', 'c9f0f895-fb98-4b91-a5f5-000000000002']] as const
  const side = ([first, second]: readonly [string, string], order: readonly number[]): Exchange[] => {
    const made = (id: string, name: string): Exchange => ({ ...get(`/make?${name}`, ''), response: { status: 201, headers: [['content-type', 'application/json']], body: Buffer.from(JSON.stringify({ id })) } })
    const reads = [get(`/x/${first}`, 'first'), get(`/x/${second}`, 'second')]
    return [made(first, 'a'), made(second, 'b'), ...order.map(index => reads[index]!)]
  }
  const [a, b] = await files(t, side(ids[0], [0, 1]), side(ids[1], [1, 0]))
  assert.deepEqual((await diff(a!, b!)).findings, [])
})
