import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ParityReport } from '../../../src/parity/finding.ts'
import { fuzz } from '../../../src/parity/fuzz/fuzz.ts'
import { readApi } from '../../../src/parity/fuzz/openapi/read.ts'
import type { FuzzOptions } from '../../../src/parity/fuzz/options.ts'
import { description, openNotes, type Faults } from './notes-server.ts'

const api = readApi(JSON.stringify(description), 'notes')

async function fuzzed (faults: Faults, options: Partial<FuzzOptions> = {}, { signal, stored }: { signal?: AbortSignal, stored?: boolean } = {}): Promise<ParityReport> {
  const sides = await openNotes(faults, stored)
  try {
    return await fuzz({ context: { sides, rules: {}, noise: {}, timeoutMs: 2000, bodyLimit: 100_000, ...(signal !== undefined && { signal }) }, api, skip: ['GET /unused'], seed: 7, durationMs: 60_000, shrinkMs: 3000, requests: 1200, ...options })
  } finally {
    await sides.close()
  }
}

test('finds nothing where nothing differs, and says what was tried', async () => {
  const report = await fuzzed({}, { requests: 700 })
  assert.deepEqual(report.findings.map(finding => [finding.endpoint, finding.message]), [])
  const post = report.coverage.find(each => each.endpoint === 'POST /notes')!
  assert.ok(post.statuses['201']! > 10 && post.statuses['400']! > 10, JSON.stringify(post))
  assert.deepEqual(post.parameters, { given: ['body:/title', 'body:/stars'], never: [] })
  assert.deepEqual(report.coverage.find(each => each.endpoint === 'GET /notes/${' + 'noteId}')!.missing, undefined)
  assert.equal(report.seed, 7)
  assert.deepEqual(report.untested, [])
})

test('finds a bound that is off by one, in one request', async () => {
  const report = await fuzzed({ longestTitle: 41 }, { untilFirst: true })
  const [finding] = report.findings
  assert.equal(finding?.endpoint, 'POST /notes')
  assert.equal(finding.difference?.kind, 'status')
  assert.equal(finding.confirmed, true)
  assert.equal(finding.shrunk?.steps.length, 1)
  assert.equal((finding.shrunk.steps[0]!.json as { title: string }).title.length, 41)
})

test('finds the text of an error', async () => {
  const report = await fuzzed({ messageOfMissing: 'No such note' }, { untilFirst: true })
  assert.equal(report.findings[0]?.difference?.pattern, '/body/error')
  assert.equal(report.findings[0].shrunk?.steps.length, 1)
})

test('finds what shows only after a sequence, and shrinks it to that', async () => {
  const report = await fuzzed({ second: true }, { untilFirst: true })
  const [finding] = report.findings
  assert.equal(finding?.difference?.kind, 'status')
  // Made, removed, asked for once more: by GET, or by a second DELETE.
  assert.deepEqual(finding.shrunk?.steps.map(step => step.request.split(' ')[0]).slice(0, 2), ['POST', 'DELETE'])
  assert.equal(finding.shrunk?.steps.length, 3)
})

test('goes on after a side that breaks off, which is a finding, and saves what it finds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-fuzz-'))
  try {
    const report = await fuzzed({ diesAt: 'limit=50', longestTitle: 39 }, { saveTo: folder, requests: 700 })
    assert.ok(report.findings.some(finding => finding.kind === 'failure' && finding.endpoint === 'GET /notes'), JSON.stringify(report.findings.map(finding => finding.message)))
    assert.ok(report.findings.some(finding => finding.endpoint === 'POST /notes'))
    const confirmed = report.findings.filter(finding => finding.confirmed)
    assert.equal((await readdir(folder)).length, confirmed.length)
    assert.ok(confirmed.every(finding => finding.file?.startsWith(folder)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('sends the same for the same seed, and something else for another', async () => {
  const requests = async (seed: number) => JSON.stringify((await fuzzed({}, { seed, requests: 400 })).coverage)
  const first = await requests(1)
  assert.equal(await requests(1), first)
  assert.notEqual(await requests(2), first)
})

test('keeps what was found when it is ended', async () => {
  const ended = new AbortController()
  const report = await fuzzed({ longestTitle: 41 }, { requests: Infinity, onProgress: progress => { if (progress.findings > 0) ended.abort() } }, { signal: ended.signal })
  assert.equal(report.findings.filter(finding => finding.confirmed).length, 1)
  assert.match(report.notes.join(), /ended early/)
})
