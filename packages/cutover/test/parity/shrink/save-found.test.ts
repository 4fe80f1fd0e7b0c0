/* eslint-disable no-template-curly-in-string -- scenarios are written with them */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseScenario } from '../../../src/parity/scenario/parse.ts'
import { saveFound } from '../../../src/parity/shrink/save-found.ts'

const finding = { cause: '0123456789ab', endpoint: 'GET /items/${id}', message: '/body/x has another value' }
const steps = (count: number) => ({ name: 'any', steps: Array.from({ length: count }, () => ({ request: 'GET /items/1', headers: { authorization: 'Bearer SECRET-0123456789' } })) })

test('a find is kept under a stable name, without credentials; only a smaller one takes its place', async t => {
  const root = await mkdtemp(join(tmpdir(), 'cutover-found-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  const folder = join(root, 'found')
  const first = await saveFound(folder, finding, steps(2))
  assert.equal(first.file, join(folder, 'get-items-id-0123456789ab.yaml'))
  assert.equal(first.written, true)
  assert.equal(first.redacted.length, 2)
  assert.equal((await saveFound(folder, finding, steps(3))).written, false)
  assert.equal((await saveFound(folder, finding, steps(1))).written, true)
  assert.deepEqual(await readdir(folder), ['get-items-id-0123456789ab.yaml'])
  const text = await readFile(first.file, 'utf8')
  assert.doesNotMatch(text, /SECRET/)
  const { name, steps: kept } = parseScenario(text, first.file)
  assert.equal(name, 'get-items-id-0123456789ab')
  assert.equal(kept.length, 1)
  await writeFile(first.file, 'not: [a scenario')
  assert.equal((await saveFound(folder, finding, steps(2))).written, true)
})

test('a folder that cannot be made is said', async t => {
  const root = await mkdtemp(join(tmpdir(), 'cutover-found-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  await writeFile(join(root, 'file'), '')
  await assert.rejects(saveFound(join(root, 'file'), finding, steps(1)), { code: 'CUT_FOUND_UNWRITABLE' })
})
