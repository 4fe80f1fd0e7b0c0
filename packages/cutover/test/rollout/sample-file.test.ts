import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { RolloutSample } from '../../src/rollout/sample.ts'
import { readSamples, sampleFile, sampleFiles } from '../../src/rollout/sample-file.ts'
import { at } from './rollout-parts.ts'

async function place (t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-samples-'))
  t.after(async () => await rm(folder, { recursive: true }))
  return join(folder, 'rollouts')
}

const sample = (seconds: number): RolloutSample => ({ at: at(seconds).toISOString(), phase: 'running', stage: 0, share: 100, requests: seconds, gates: [{ gate: 'p95', verdict: 'pass', samples: 1 }] })
const fail = (error: Error): never => assert.fail(error)

test('samples come back as they were kept, at most one a second unless it matters', async t => {
  const folder = await place(t)
  const keeper = sampleFiles(folder, fail)
  for (const [seconds, always] of [[0, false], [0.4, false], [0.5, true], [1.2, false], [1.6, false]] as const) {
    keeper.add('a-1', sample(seconds), always)
    await keeper.flush()
  }
  const file = sampleFile(folder, 'a-1')
  assert.deepEqual((await readSamples(file)).map(({ requests }) => requests), [0, 0.5, 1.6])
  assert.deepEqual((await readSamples(file))[0], sample(0))
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.deepEqual(await readSamples(sampleFile(folder, 'a-2')), [])
})

test('a rollout of days keeps its whole course in a bounded file', async t => {
  const folder = await place(t)
  const keeper = sampleFiles(folder, fail)
  for (let seconds = 0; seconds < 200_000; seconds += 40) {
    keeper.add('a-1', sample(seconds), false)
    await keeper.flush()
  }
  for (let seconds = 200_000; seconds < 200_000 + 2_100; seconds++) {
    keeper.add('a-1', sample(seconds), true)
    await keeper.flush()
  }
  const kept = await readSamples(sampleFile(folder, 'a-1'))
  assert.ok(kept.length <= 2_000 && kept.length > 500, String(kept.length))
  assert.equal(kept[0]!.requests, 0)
  assert.ok(kept.at(-1)!.requests > 202_000)
})

test('a line that a crash cut short is passed over, and spoils none that follow', async t => {
  const folder = await place(t)
  const first = sampleFiles(folder, fail)
  first.add('a-1', sample(0), true)
  await first.flush()
  const file = sampleFile(folder, 'a-1')
  await appendFile(file, '{"at":"2026')
  const again = sampleFiles(folder, fail)
  again.add('a-1', sample(5), true)
  await again.flush()
  assert.deepEqual((await readSamples(file)).map(({ requests }) => requests), [0, 5])
  assert.equal((await readFile(file, 'utf8')).split('\n').length, 3)
})

test('a folder that cannot be written costs the samples, and is told once', async t => {
  const folder = await place(t)
  await writeFile(folder, 'a file')
  const told: Error[] = []
  const keeper = sampleFiles(folder, error => told.push(error))
  for (let i = 0; i < 3; i++) {
    keeper.add('a-1', sample(i), true)
    await keeper.flush()
  }
  assert.equal(told.length, 1)
})

test('a disk that does not keep up costs samples, not memory', async t => {
  const folder = await place(t)
  const keeper = sampleFiles(folder, fail)
  for (let i = 0; i < 1_000; i++) keeper.add('a-1', sample(i), true)
  await keeper.flush()
  assert.equal((await readSamples(sampleFile(folder, 'a-1'))).length, 10)
})
