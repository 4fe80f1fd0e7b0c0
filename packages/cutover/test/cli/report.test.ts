import assert from 'node:assert/strict'
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { folder as fixtures } from '../report/dossier/fixtures.ts'
import { cutover, folderWith } from './harness.ts'

function project (t: TestContext, name: string): string {
  const folder = folderWith(t)
  cpSync(join(fixtures, name), folder, { recursive: true })
  return folder
}

test('go ends with 0, and the report is in the state folder in three formats', async t => {
  const folder = project(t, 'good')
  const { code, out, err } = await cutover(folder, ['report'])
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^✓ GO {2}All 3 features are wholly on the candidate, on evidence\.\n/)
  const [id] = readdirSync(join(folder, 'reports'))
  for (const name of ['report.html', 'report.md', 'report.json']) {
    assert.ok(out.includes(join('reports', id!, name)), name)
    assert.equal(statSync(join(folder, 'reports', id!, name)).mode & 0o777, 0o600)
  }
  assert.equal(readFileSync(join(folder, 'reports', id!, 'samples/journal.ndjson'), 'utf8'), readFileSync(join(folder, 'journal.ndjson'), 'utf8'))
})

test('no ends with 1, with the reasons and what would change them', async t => {
  const { code, out } = await cutover(project(t, 'rolled-back'), ['report', '--output', 'out'])
  assert.equal(code, 1)
  assert.match(out, /^✗ NO {2}Something speaks against vehicles\.\n/)
  assert.match(out, /✗ vehicles: 1 difference that nothing explains found by verify\n {4}cutover verify\n/)
  assert.match(out, /out\/report\.html/)
})

test('a project about which nothing is known is not yet, and ends with 1', async t => {
  const folder = folderWith(t, { 'cutover.config.json': readFileSync(join(fixtures, 'good/cutover.config.json'), 'utf8') })
  const { code, out } = await cutover(folder, ['report'])
  assert.equal(code, 1)
  assert.match(out, /^… NOT YET /)
})

test('--json prints the whole report and where it is', async t => {
  const folder = project(t, 'rolled-back')
  const { code, out } = await cutover(folder, ['report', '--json', '-o', 'out'])
  assert.equal(code, 1)
  const { decision, features, files } = JSON.parse(out)
  assert.deepEqual([decision, features.length, files.html], ['no', 3, join(folder, 'out/report.html')])
  assert.ok(existsSync(files.json))
})

test('a report that cannot be written ends with 3', async t => {
  const folder = project(t, 'good')
  const { code, err } = await cutover(folder, ['report', '-o', 'traffic.json/below'])
  assert.equal(code, 3)
  assert.match(err, /^The report .* cannot be written: /)
})
