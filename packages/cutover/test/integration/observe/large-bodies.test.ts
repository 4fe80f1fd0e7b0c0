import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'

const megabytes = 256
/** A body that is held whole, by one side only, is more. */
const mayGrow = 130

interface Outcome {
  readonly grownMegabytes: number
  readonly wanted: string
}

async function run<Result> (t: TestContext, mode: string): Promise<Result & Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-large-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const program = join(import.meta.dirname, '../../fixtures/large/program.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-old-space-size=64', '--import', import.meta.resolve('tsx'), '--conditions=cutover-source', program, mode, folder, String(megabytes)
  ], { timeout: 60_000, killSignal: 'SIGKILL', env: { ...process.env, NODE_OPTIONS: '' } })
  const outcome = JSON.parse(stdout) as Result & Outcome
  assert.ok(outcome.grownMegabytes < mayGrow, `it grew by ${outcome.grownMegabytes} MB`)
  return outcome
}

test('a body larger than the memory is recorded and shadowed by its digest', { timeout: 70_000 }, async t => {
  const { received, recorded, shadow, wanted } = await run<{ received: number, recorded: unknown[], shadow: { same: number } }>(t, 'live')
  assert.equal(received, megabytes * 1_000_000)
  assert.deepEqual(recorded, [{ length: megabytes * 1_000_000, sha256: wanted }])
  assert.equal(shadow.same, 1, JSON.stringify(shadow))
})

test('a body larger than the memory is replayed and compared by its digest', { timeout: 70_000 }, async t => {
  const { code, outcomes, findings } = await run<{ code: number, outcomes: string[], findings: unknown[] }>(t, 'replay')
  assert.deepEqual({ code, outcomes, findings }, { code: 0, outcomes: ['same'], findings: [] })
})
