import assert from 'node:assert/strict'
import { appendFile, mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Change, RolloutEvent } from '../../src/config/control.ts'
import { openJournal, readJournal } from '../../src/switch/journal.ts'

const change = (to: number, feature = 'a'): Change => ({ at: '2026-01-01T00:00:00.000Z', kind: 'share', feature, from: 0, to, who: 'test', why: `to ${to}` })

async function place (t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-journal-'))
  t.after(async () => await rm(folder, { recursive: true }))
  return join(folder, 'state', 'journal.ndjson')
}

test('changes are lines in a file of its owner\'s, and come back in order', async t => {
  const path = await place(t)
  const journal = await openJournal(path)
  await Promise.all(Array.from({ length: 50 }, async (_, i) => await journal.append(change(i))))
  await journal.close()
  assert.deepEqual(journal.entries.map(entry => entry.to), Array.from({ length: 50 }, (_, i) => i))
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.equal((await stat(join(path, '..'))).mode & 0o777, 0o700)
  assert.equal((await readFile(path, 'utf8')).split('\n').length, 51)
  const again = await openJournal(path)
  assert.deepEqual(again.entries, journal.entries)
  await again.append(change(99))
  await again.close()
  assert.equal((await readJournal(path)).entries.at(-1)!.to, 99)
})

test('a change is synced before it is acknowledged', async t => {
  const path = await place(t)
  const journal = await openJournal(path)
  const probe = await open(path)
  const synced = t.mock.method(Object.getPrototypeOf(probe), 'datasync')
  await journal.append(change(1))
  assert.equal(synced.mock.callCount(), 1)
  assert.match(await readFile(path, 'utf8'), /"to":1/)
  await probe.close()
  await journal.close()
})

test('a last line that a crash cut short is dropped', async t => {
  const path = await place(t)
  const journal = await openJournal(path)
  await journal.append(change(1))
  await journal.close()
  for (const torn of ['{"at":"2026', JSON.stringify(change(5)), '\x00\x00', 'é'.slice(0, 1)]) {
    await appendFile(path, torn)
    const again = await openJournal(path)
    assert.deepEqual(again.entries.map(entry => entry.to), [1])
    await again.close()
    assert.equal((await readFile(path, 'utf8')).split('\n').length, 2, 'the next change starts a line of its own')
  }
})

test('a journal that is not one is refused with its line, and is left as it is', async t => {
  const path = await place(t)
  await mkdir(join(path, '..'), { recursive: true })
  const good = JSON.stringify(change(1))
  for (const bad of ['nonsense', '', '{}', 'null', '[]', '{"feature":"a","to":"1","kind":"share"}', '{"feature":"a","to":1,"kind":"other"}', '{"feature":"a","to":10001,"kind":"share"}', '{"feature":"a","to":-1,"kind":"share"}']) {
    const text = `${good}\n${bad}\n${good}\n`
    await writeFile(path, text)
    await assert.rejects(openJournal(path), { code: 'CUT_JOURNAL_UNREADABLE', message: new RegExp(`${path}.* line 2`) }, bad)
    assert.equal(await readFile(path, 'utf8'), text)
  }
})

test('a journal that cannot be opened is an error that says where', async t => {
  const path = await place(t)
  await mkdir(path, { recursive: true })
  await assert.rejects(openJournal(path), { code: 'CUT_JOURNAL_UNREADABLE', message: new RegExp(path) })
  await writeFile(join(path, 'file'), '')
  await assert.rejects(openJournal(join(path, 'file', 'journal')), { message: new RegExp(path) })
})

test('a write that fails half way leaves no half line behind', async t => {
  const path = await place(t)
  const journal = await openJournal(path)
  await journal.append(change(1))
  const probe = await open(path)
  const prototype = Object.getPrototypeOf(probe)
  const full = t.mock.method(prototype, 'appendFile', async function (this: { write (text: string): Promise<unknown> }, text: string) {
    await this.write(text.slice(0, 20))
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  })
  await assert.rejects(journal.append(change(2)), { code: 'CUT_JOURNAL_UNWRITABLE', message: /ENOSPC/ })
  await assert.rejects(journal.append(change(3)), { code: 'CUT_JOURNAL_UNWRITABLE' })
  full.mock.restore()
  const unsynced = t.mock.method(prototype, 'datasync', async () => { throw new Error('EIO') })
  await assert.rejects(journal.append(change(4)), { code: 'CUT_JOURNAL_UNWRITABLE' })
  unsynced.mock.restore()
  assert.deepEqual(journal.entries.map(entry => entry.to), [1])
  await journal.append(change(5))
  await probe.close()
  await journal.close()
  assert.deepEqual((await readJournal(path)).entries.map(entry => entry.to), [1, 5])
})

const event = (some: Partial<RolloutEvent> = {}): RolloutEvent => ({ at: '2026-01-01T00:00:00.000Z', kind: 'rollout', event: 'queued', rollout: 'a-1', feature: 'a', stage: 0, share: 0, stages: [100, 10_000], who: 'test', why: '', ...some })

test('events of rollouts stand between the changes, in the order in which they came', async t => {
  const path = await place(t)
  const journal = await openJournal(path)
  for (const entry of [change(0), event(), event({ event: 'started', share: 100 }), change(100), event({ event: 'failed', gate: 'errorRate' })]) await journal.append(entry)
  await journal.close()
  for (const content of [journal, await readJournal(path)]) {
    assert.deepEqual(content.lines.map(line => line.kind === 'rollout' ? line.event : line.to), [0, 'queued', 'started', 100, 'failed'])
    assert.deepEqual(content.entries.map(({ to }) => to), [0, 100])
    assert.deepEqual(content.events.map(({ event }) => event), ['queued', 'started', 'failed'])
  }
})

test('an event that is not one is refused', async t => {
  const path = await place(t)
  await mkdir(join(path, '..'), { recursive: true })
  for (const bad of [{ event: 'raised' }, { event: 'toString' }, { rollout: '' }, { stage: -1 }, { stage: 2 }, { share: 10_001 }, { stages: [] }, { stages: [100, 100] }, { stages: [0, 100] }, { stages: undefined }]) {
    await writeFile(path, JSON.stringify({ ...event(), ...bad }) + '\n')
    await assert.rejects(openJournal(path), { code: 'CUT_JOURNAL_UNREADABLE' }, JSON.stringify(bad))
  }
})

test('an event\'s line has a bounded length', async t => {
  const path = await place(t)
  const journal = await openJournal(path)
  const results = Array.from({ length: 500 }, (_, i) => ({ gate: `g${i}`, verdict: 'pass' as const, reason: 'x'.repeat(10_000), samples: 1 }))
  await journal.append(event({ results, why: 'y'.repeat(100_000) }))
  await journal.close()
  assert.ok((await stat(path)).size < 64_000)
  assert.equal((await readJournal(path)).events[0]!.why.length, 500)
})

test('reading a journal leaves it as it is: its switch may be writing', async t => {
  const path = await place(t)
  await mkdir(join(path, '..'), { recursive: true })
  const text = `${JSON.stringify(change(1))}\n{"at":"20`
  await writeFile(path, text)
  assert.deepEqual((await readJournal(path)).entries.map(({ to }) => to), [1])
  assert.equal(await readFile(path, 'utf8'), text)
})
