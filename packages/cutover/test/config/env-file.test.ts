import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once, EventEmitter } from 'node:events'
import { test, type TestContext } from 'node:test'
import { environmentWith, readEnvFile, watchEnvFile } from '../../src/config/env-file.ts'

function file (t: TestContext, text?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cutover-env-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, '.env')
  if (text !== undefined) writeFileSync(path, text)
  return path
}

/** Watches, and gives what the next change reports. */
function watched (t: TestContext, path: string) {
  const changes = new EventEmitter()
  const watch = watchEnvFile(path, (after, before) => changes.emit('change', after, before))
  t.after(() => watch.close())
  // The watch does not keep the process alive, and the test needs it to stay.
  const alive = setInterval(() => {}, 1000)
  t.after(() => clearInterval(alive))
  return { next: () => once(changes, 'change', { signal: AbortSignal.timeout(10_000) }), watch }
}

test('a file is read as node reads it, and none holds nothing', t => {
  assert.deepEqual(readEnvFile(file(t, '# a comment\nA=1\nB="two words"\nexport C=3\n')), { A: '1', B: 'two words', C: '3' })
  assert.deepEqual(readEnvFile(file(t)), {})
})

test('the process wins over the file', t => {
  assert.deepEqual(environmentWith(file(t, 'A=file\nB=file'), { A: 'process' }), { A: 'process', B: 'file' })
})

test('an edit in place is reported with the values before', async t => {
  const path = file(t, 'VEHICLES_BACKEND=fastify\n')
  const { next, watch } = watched(t, path)
  const change = next()
  writeFileSync(path, 'VEHICLES_BACKEND=express\n')
  assert.deepEqual(await change, [{ VEHICLES_BACKEND: 'express' }, { VEHICLES_BACKEND: 'fastify' }])
  assert.deepEqual(watch.current(), { VEHICLES_BACKEND: 'express' })
})

test('a file that an editor replaces is followed, again and again', async t => {
  const path = file(t, 'A=1\n')
  const { next } = watched(t, path)
  for (const value of ['2', '3']) {
    const change = next()
    writeFileSync(`${path}.swap`, `A=${value}\n`)
    renameSync(`${path}.swap`, path)
    assert.deepEqual((await change)[0], { A: value })
  }
})

test('a file that appears later is noticed', async t => {
  const path = file(t)
  const { next } = watched(t, path)
  const change = next()
  writeFileSync(path, 'A=1\n')
  assert.deepEqual(await change, [{ A: '1' }, {}])
})

test('a comment changes nothing', async t => {
  const path = file(t, 'A=1\n')
  const { next } = watched(t, path)
  const change = next()
  writeFileSync(path, 'A=1\n# by hand\n')
  writeFileSync(path, 'A=2\n# by hand\n')
  assert.deepEqual(await change, [{ A: '2' }, { A: '1' }])
})
