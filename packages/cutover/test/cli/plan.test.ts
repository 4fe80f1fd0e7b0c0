import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { adminListener, cutover, featureStatus, folderWith, statusResponse } from './harness.ts'
import { folder as fixtures } from '../report/dossier/fixtures.ts'

function project (t: TestContext, name: string): string {
  const folder = folderWith(t)
  cpSync(join(fixtures, name), folder, { recursive: true })
  return folder
}

test('plan writes MIGRATION.md beside the config, and says how far each feature is', async t => {
  const folder = project(t, 'rolled-back')
  const { code, out } = await cutover(folder, ['plan'], { columns: 120 })
  assert.equal(code, 0)
  assert.match(out, /^feature +implemented +parity +bench +share +retired\nhealth +yes +same, 1 case/)
  assert.match(out, /\n {2}MIGRATION\.md\n$/)
  assert.match(readFileSync(join(folder, 'MIGRATION.md'), 'utf8'), /<!-- cutover:progress -->/)
  const narrow = await cutover(folder, ['plan'], { columns: 50 })
  assert.match(narrow.out, /^health\n {2}implemented {2}yes\n/)
})

test('a plan that is there keeps what was written in it; another file is left alone without --force', async t => {
  const folder = project(t, 'good')
  await cutover(folder, ['plan'])
  const file = join(folder, 'MIGRATION.md')
  writeFileSync(file, readFileSync(file, 'utf8').replace('## Progress', '## Progress\n\nAsk Alice first.').replace(/same, 5 cases/, 'stale'))
  await cutover(folder, ['plan'])
  const page = readFileSync(file, 'utf8')
  assert.match(page, /Ask Alice first\./)
  assert.match(page, /same, 5 cases/)
  writeFileSync(join(folder, 'mine.md'), 'my page')
  const refused = await cutover(folder, ['plan', '-o', 'mine.md'])
  assert.deepEqual([refused.code, readFileSync(join(folder, 'mine.md'), 'utf8')], [2, 'my page'])
  assert.equal((await cutover(folder, ['plan', '-o', 'mine.md', '--force'])).code, 0)
})

test('--json prints the plan', async t => {
  const { out } = await cutover(project(t, 'good'), ['plan', '--json'])
  const { features, gates } = JSON.parse(out)
  assert.deepEqual([features[0].feature, features[0].risk, gates.length], ['health', 'low', 5])
})

test('status shows the same progress, and brings the plan\'s table up to date', async t => {
  const state = project(t, 'good')
  await cutover(state, ['plan'])
  const file = join(state, 'MIGRATION.md')
  writeFileSync(file, `Mine.\n${readFileSync(file, 'utf8').replace(/same, 5 cases/, 'stale')}`)
  const features = ['vehicles', 'health', 'auth'].map(name => featureStatus(name, { routes: name === 'health' ? ['GET /health'] : name === 'auth' ? ['POST /api/auth/login', 'GET /api/auth/verify'] : ['GET|POST /api/vehicles', 'GET|PUT|DELETE /api/vehicles/:id'], risk: name === 'health' ? 'low' : 'high', share: 10_000 }))
  const admin = await adminListener(t, () => ({ body: { ...statusResponse({ features }), project: { folder: state, stateDir: state, version: '2.3.0', retireAfterMs: 1000 } } }))
  const { out } = await cutover(admin.folder, ['status', '--once'], { columns: 140 })
  assert.match(out, /\nhealth +yes +same, 1 case +3\.40× \(3\.28–3\.52\) +100% +may go: quiet for 25 min\n/)
  const page = readFileSync(file, 'utf8')
  assert.match(page, /^Mine\.\n/)
  assert.match(page, /same, 5 cases/)
  const json = JSON.parse((await cutover(admin.folder, ['status', '--json'])).out)
  assert.deepEqual(json.progress.map(({ feature }: { feature: string }) => feature), ['health', 'vehicles', 'auth'])
})

test('status works where the state folder cannot be read', async t => {
  const admin = await adminListener(t, () => ({ body: { ...statusResponse({ features: [featureStatus('a')] }), project: { folder: '/nowhere', stateDir: '/nowhere', retireAfterMs: 1 } } }))
  const { code, out } = await cutover(admin.folder, ['status', '--once'], { columns: 140 })
  assert.equal(code, 0)
  assert.match(out, /\na +unknown +not verified +not measured +unknown/)
})
