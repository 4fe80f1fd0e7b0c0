import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { folder as fixtures } from '../report/dossier/fixtures.ts'
import { cutover, folderWith } from './harness.ts'

const sources = {
  'src/legacy/app.js': "const app = express()\napp.use('/api/vehicles', vehicles)\napp.get('/health', health)\napp.use('/api/vehiclesque', other)\napp.use('/api', everything)\n",
  'src/legacy/vehicles.js': "router.get('/', list)\nrouter.get('/vehicles/:id', one)\nrouter.get('/:id', one)\n",
  'src/candidate/vehicles.js': "import fastify from 'fastify'\napp.get('/api/vehicles', list)\n"
}

function project (t: TestContext, quietMs: number): string {
  const folder = folderWith(t, sources)
  cpSync(join(fixtures, 'good'), folder, { recursive: true })
  const file = join(folder, 'traffic.json')
  const traffic = JSON.parse(readFileSync(file, 'utf8'))
  for (const feature of Object.values<{ quietMs: number }>(traffic.features)) feature.quietMs = quietMs
  writeFileSync(file, JSON.stringify(traffic))
  return folder
}

test('a feature that legacy no longer serves may go: 0, with what can be deleted and where', async t => {
  const folder = project(t, 15 * 86_400_000)
  const { code, out } = await cutover(folder, ['retire', 'vehicles'], { columns: 200 })
  assert.equal(code, 0)
  assert.match(out, /^✓ Legacy's code of vehicles may go\n/)
  assert.match(out, /variable {3}VEHICLES_BACKEND in \.env\n/)
  assert.match(out, /code {7}src\/legacy\/app\.js:2 {2}\/api\/vehicles\n {13}src\/legacy\/vehicles\.js:2 {2}\/vehicles\/:id\n/)
  assert.doesNotMatch(out, /vehiclesque|candidate\/vehicles|app\.js:5|vehicles\.js:1/)
  assert.match(out, /1 files that name Fastify were left out/)
  assert.equal(readFileSync(join(folder, 'src/legacy/app.js'), 'utf8'), sources['src/legacy/app.js'], 'nothing is deleted')
})

test('one that was not quiet for long enough, or of which nothing is known, may not: 1', async t => {
  const short = await cutover(project(t, 13 * 86_400_000), ['retire', 'vehicles'])
  assert.equal(short.code, 1)
  assert.match(short.out, /may not go yet/)
  const folder = folderWith(t, { 'cutover.config.json': readFileSync(join(fixtures, 'good/cutover.config.json'), 'utf8') })
  const unknown = await cutover(folder, ['retire', 'vehicles', '--json'])
  assert.deepEqual([unknown.code, JSON.parse(unknown.out).mayGo], [1, false])
})

test('a feature that is not there ends with 2, with the nearest name', async t => {
  const { code, err } = await cutover(project(t, 0), ['retire', 'vehicle'])
  assert.equal(code, 2)
  assert.match(err, /There is no feature "vehicle"\. Did you mean "vehicles"\?/)
})
