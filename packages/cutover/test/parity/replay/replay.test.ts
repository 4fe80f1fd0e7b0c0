import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Exchange } from '../../../src/message/exchange.ts'
import type { ParityReport } from '../../../src/parity/finding.ts'
import type { ReplayOptions } from '../../../src/parity/replay/options.ts'
import { replay } from '../../../src/parity/replay/replay.ts'
import { contextOf, memoryOf, recordingOf, serve, shop, sideAt, visit, type Shop, type ShopFaults } from './shop.ts'

async function folder (t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'cutover-replay-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

async function recorded (t: TestContext, exchanges: readonly Exchange[], redacted = true): Promise<string> {
  const file = join(await folder(t), 'r.ndjson')
  await writeFile(file, recordingOf(exchanges, { redacted }))
  return file
}

interface World {
  readonly report: ParityReport
  readonly legacy: Shop
  readonly candidate: Shop
}

/** Records visits to one shop and replays them on two others and a twin. */
async function replayed (t: TestContext, { faults = {}, sessions = 1, redacted = true, twin = true, ...options }: { faults?: ShopFaults, sessions?: number, redacted?: boolean, twin?: boolean } & Partial<ReplayOptions> = {}): Promise<World> {
  const [original, legacy, candidate, second] = await Promise.all([shop(t), shop(t), shop(t, faults), shop(t)])
  const exchanges: Exchange[] = []
  for (let session = 0; session < sessions; session++) exchanges.push(...await visit(original.url, `s${session}`))
  const sides = { legacy: sideAt('legacy', legacy.url), twin: twin ? sideAt('twin', second.url) : undefined, candidate: sideAt('candidate', candidate.url) }
  const report = await replay(await recorded(t, exchanges, redacted), { context: contextOf(sides), unsafe: true, secrets: { password: 'correct horse' }, ...options })
  return { report, legacy, candidate }
}

const statuses = (log: readonly string[]): string[] => log.map(line => line.replace(/\/(items|orders)\/\S+/, '/$1/*'))
const visited = ['POST /login 200', 'POST /items 201', 'GET /items/* 200', 'POST /orders 201', 'GET /orders/* 200', 'DELETE /items/* 204', 'GET /items/* 404']

for (const [name, options] of Object.entries({ 'a redacted recording': {}, 'one with its secrets': { redacted: false }, 'one without a twin': { twin: false } })) {
  test(`a session of ${name} runs to its end on both sides, whatever each makes up`, async t => {
    const { report, legacy, candidate } = await replayed(t, options)
    assert.deepEqual(statuses(legacy.log), visited)
    assert.deepEqual(statuses(candidate.log), visited)
    assert.deepEqual(report.findings, [])
    assert.deepEqual(report.cases.map(({ name, steps, outcome }) => [name, steps, outcome]), [['s0', 7, 'same']])
    assert.equal(report.notes.some(note => note.includes('not sent') || note.includes('another status')), false, report.notes.join('\n'))
  })
}

test('planted faults are found, confirmed and named', async t => {
  const { report, candidate } = await replayed(t, { faults: { deleteStatus: 200, noName: true } })
  // Without a fresh database a write is never sent twice.
  assert.equal(candidate.log.filter(line => /^(POST|DELETE)/.test(line)).length, 4)
  assert.deepEqual(report.findings.map(({ endpoint, message, confirmed, step }) => [endpoint, message, confirmed, step]), [
    ['DELETE /items/${id}', '/status is another', true, 6], // eslint-disable-line no-template-curly-in-string
    ['GET /items/${id}', '/body/name is missing', true, 3] // eslint-disable-line no-template-curly-in-string
  ])
  assert.equal(report.cases[0]!.outcome, 'different')
  assert.equal(report.findings[1]!.exchanges?.candidate.response.status, 200)
})

test('what was redacted and no answer gives is not sent, and counted with what to do', async t => {
  const { report, legacy } = await replayed(t, { secrets: {} })
  assert.deepEqual(legacy.log, [])
  assert.ok(report.notes.some(note => /^1 request not sent: "password" in their body was redacted .* give --secret password=…/.test(note)), report.notes.join('\n'))
  assert.ok(report.notes.some(note => /^6 requests not sent: their authorization was redacted .*--header 'authorization: …'/.test(note)))
  assert.equal(report.cases[0]!.outcome, 'skipped')
})

test('a given header takes the place of a redacted one only', async t => {
  const seen: string[] = []
  const url = await serve(t, (request, response) => { seen.push(`${request.url} ${request.headers.authorization}`); response.end() })
  const get = (target: string, headers: Array<[string, string]>): Exchange => ({ request: { method: 'GET', target, headers, body: Buffer.alloc(0) }, response: { status: 200, headers: [], body: Buffer.alloc(0) } })
  const file = await recorded(t, [get('/a', [['Authorization', 'Bearer abcdefgh12345678']]), get('/b', [])])
  await replay(file, { context: contextOf({ legacy: sideAt('legacy', url), twin: undefined, candidate: sideAt('candidate', url) }), headers: side => ({ Authorization: `Bearer of-${side}` }) })
  assert.deepEqual(seen.sort(), ['/a Bearer of-candidate', '/a Bearer of-legacy', '/b undefined', '/b undefined'])
})

test('writes need clones of the database', async t => {
  const { unsafe: _, ...options } = { unsafe: undefined }
  const original = await shop(t)
  const legacy = await shop(t)
  const file = await recorded(t, await visit(original.url, 's'))
  const report = await replay(file, { ...options, context: contextOf({ legacy: sideAt('legacy', legacy.url), twin: undefined, candidate: sideAt('candidate', legacy.url) }), secrets: { password: 'correct horse' } })
  assert.deepEqual(legacy.log.filter(line => !line.startsWith('GET')), [])
  assert.ok(report.notes.some(note => /^4 requests not sent: they write/.test(note)), report.notes.join('\n'))
})

test('a fault of a write that showed once is looked for again on fresh databases', async t => {
  const original = await shop(t)
  const [legacy, candidate] = [await shop(t), await shop(t, { deleteStatus: 200 })]
  const file = await recorded(t, await visit(original.url, 's'))
  const sides = { legacy: sideAt('legacy', legacy.url, memoryOf('legacy', legacy.forget)), twin: undefined, candidate: sideAt('candidate', candidate.url, memoryOf('candidate', candidate.forget)) }
  const report = await replay(file, { context: contextOf(sides), secrets: { password: 'correct horse' } })
  assert.deepEqual(report.findings.map(({ message, confirmed }) => [message, confirmed]), [['/status is another', true]])
  assert.equal(candidate.log.filter(line => line.startsWith('DELETE')).length, 2)
})

test('what legacy and its twin differ in is noise', async t => {
  const counting = async (from: number) => { let views = from; return await serve(t, (_request, response) => { response.setHeader('content-type', 'application/json').end(JSON.stringify({ views: views++ })) }) }
  const [legacy, twin, candidate] = [await counting(10), await counting(500), await counting(9000)]
  const file = await recorded(t, [1, 2, 3].map(() => ({ request: { method: 'GET', target: '/', headers: [], body: Buffer.alloc(0) }, response: { status: 200, headers: [], body: Buffer.alloc(0) } })))
  const sides = { legacy: sideAt('legacy', legacy), candidate: sideAt('candidate', candidate) }
  assert.equal((await replay(file, { context: contextOf({ ...sides, twin: sideAt('twin', twin) }) })).findings.length, 0)
  assert.equal((await replay(file, { context: contextOf({ ...sides, twin: undefined }) })).findings.length, 1)
})

test('lines that cannot be read are noted, and the rest goes on', async t => {
  const original = await shop(t)
  const [one, ...others] = await visit(original.url, 's')
  const lines = recordingOf([one!, ...others], { redacted: false }).split('\n')
  const file = join(await folder(t), 'r.ndjson')
  await writeFile(file, [...lines.slice(0, 2), '{"request":', ...lines.slice(2)].join('\n') + '{"torn')
  const legacy = await shop(t)
  const sides = { legacy: sideAt('legacy', legacy.url), twin: undefined, candidate: sideAt('candidate', (await shop(t)).url) }
  const report = await replay(file, { context: contextOf(sides), unsafe: true })
  assert.deepEqual(statuses(legacy.log), visited)
  assert.deepEqual(report.notes.filter(note => note.startsWith('Of the recording')), ['Of the recording, a piece: it is not a JSON object.', 'Of the recording, its last line: it ends without a line feed.'])
})

test('a candidate that is down is a finding; a legacy that is down cannot be replayed against', async t => {
  const original = await shop(t)
  const file = await recorded(t, await visit(original.url, 's'), false)
  const dead = new URL('http://127.0.0.1:1')
  const report = await replay(file, { context: contextOf({ legacy: sideAt('legacy', (await shop(t)).url), twin: undefined, candidate: sideAt('candidate', dead) }), unsafe: true })
  assert.deepEqual(report.findings.map(({ kind }) => kind), ['failure'])
  assert.match(report.notes[0]!, /^It ended early: The candidate backend .* is down/)
  await assert.rejects(replay(file, { context: contextOf({ legacy: sideAt('legacy', dead), twin: undefined, candidate: sideAt('candidate', dead) }), unsafe: true }), { code: 'CUT_SIDE_DOWN' })
})

test('a run that was cut short goes on after the sessions it had finished, and keeps what it had found', async t => {
  const original = await shop(t)
  const exchanges: Exchange[] = []
  for (let session = 0; session < 4; session++) exchanges.push(...await visit(original.url, `s${session}`, Date.now() + session * 1000))
  const file = await recorded(t, exchanges)
  const [legacy, candidate] = [await shop(t), await shop(t, { noName: true })]
  const sides = { legacy: sideAt('legacy', legacy.url), twin: undefined, candidate: sideAt('candidate', candidate.url) }
  const progress = { file: join(await folder(t), 'state', 'progress.ndjson') }
  const stop = new AbortController()
  const options = { unsafe: true, concurrency: 1, secrets: { password: 'correct horse' } }
  const first = await replay(file, {
    ...options,
    context: contextOf(sides, { signal: stop.signal }),
    progress: { ...progress, resume: false },
    onProgress: ({ sessions }) => { if (sessions.finished === 2) stop.abort() }
  })
  assert.equal(first.findings.length, 1)
  assert.ok(first.notes.some(note => note.includes('--resume')))
  // As a process that was killed leaves it.
  await writeFile(progress.file, `${await readFile(progress.file, 'utf8')}{"session":"s3","gath`)
  legacy.log.length = 0
  const second = await replay(file, { ...options, context: contextOf(sides), progress: { ...progress, resume: true } })
  assert.equal(legacy.log.filter(line => line.startsWith('POST /login')).length, 2)
  assert.deepEqual(second.cases.map(({ name }) => name), ['s0', 's1', 's2', 's3'])
  assert.deepEqual(second.findings.map(({ occurrences }) => occurrences), [4])
  assert.equal(second.coverage.find(({ endpoint }) => endpoint === 'POST /login')?.requests, 4)
  await assert.rejects(readFile(progress.file), { code: 'ENOENT' })
})

test('the progress of another recording is refused', async t => {
  const original = await shop(t)
  const file = await recorded(t, await visit(original.url, 's'))
  const progress = join(await folder(t), 'p')
  await writeFile(progress, '{"cutover":"replay","version":1,"recording":"/another 3 4"}\n')
  const sides = { legacy: sideAt('legacy', original.url), twin: undefined, candidate: sideAt('candidate', original.url) }
  await assert.rejects(replay(file, { context: contextOf(sides), progress: { file: progress, resume: true } }), { code: 'CUT_REPLAY_CHANGED' })
})
