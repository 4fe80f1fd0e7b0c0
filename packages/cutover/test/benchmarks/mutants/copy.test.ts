import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { copyWorkspace, outdated } from '../../../benchmarks/proofs/mutants/copy.ts'
import type { Mutant } from '../../../benchmarks/proofs/mutants/mutant.ts'

const sources = { 'app.ts': 'export const status: number = 201\n', 'routes/one.ts': "export const name: string = 'one'\nexport const twice = [1, 1]\n" }
const fault = (edit: Partial<Mutant>): Mutant => ({ name: 'a fault', category: 'status', file: 'app.ts', from: '201', to: '200', ...edit })

async function workspace (context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mutants-'))
  context.after(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'routes'))
  for (const [file, text] of Object.entries(sources)) await writeFile(join(folder, file), text)
  return folder
}

test('a fault is planted in the copy alone, the one before is taken out', async context => {
  const folder = await workspace(context)
  const copy = await copyWorkspace(folder)
  const read = async (file: string) => (await readFile(join(copy.folder, file), 'utf8')).trim()
  await copy.plant(fault({}))
  assert.equal(await read('app.js'), 'export const status = 200;')
  await copy.plant(fault({ file: 'routes/one.ts', from: "'one'", to: "'two'", and: [{ file: 'app.ts', from: '201', to: '202' }] }))
  assert.equal(await read('app.js'), 'export const status = 202;')
  assert.match(await read('routes/one.js'), /'two'/)
  await copy.restore()
  assert.equal(await read('app.js'), 'export const status = 201;')
  assert.match(await read('routes/one.js'), /'one'/)
  for (const [file, text] of Object.entries(sources)) assert.equal(await readFile(join(folder, file), 'utf8'), text)
  await copy.remove()
  await assert.rejects(readFile(join(copy.folder, 'app.js')), { code: 'ENOENT' })
})

test('a fault whose text is gone, or there twice, is an error, and nothing is planted', async context => {
  const folder = await workspace(context)
  const copy = await copyWorkspace(folder)
  await assert.rejects(copy.plant(fault({ from: '204' })), /app\.ts holds 0 times, not once: 204/)
  await assert.rejects(copy.plant(fault({ file: 'routes/one.ts', from: '1' })), /2 times/)
  assert.match(await readFile(join(copy.folder, 'app.js'), 'utf8'), /201/)
  assert.deepEqual(await outdated(folder, [fault({}), fault({ name: 'an old one', from: '204' }), fault({ name: 'elsewhere', file: 'none.ts' })]).then(lines => lines.map(line => line.split(':')[0])), ['an old one', 'elsewhere'])
})

test('a fault that leaves the program as it was is an error', async context => {
  const copy = await copyWorkspace(await workspace(context))
  await assert.rejects(copy.plant(fault({ from: ': number', to: '' })), /a fault: app\.ts is the same program/)
})
