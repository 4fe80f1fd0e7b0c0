import assert from 'node:assert/strict'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { makeDossier } from '../../../src/report/dossier/make-dossier.ts'
import { dossierSettings, readInputs } from '../../../src/report/dossier/read-inputs.ts'
import { folder, settingsOf } from './fixtures.ts'

function copyOf (t: TestContext): { readonly at: string, read (): ReturnType<typeof readInputs> } {
  const at = mkdtempSync(join(tmpdir(), 'cutover-inputs-'))
  t.after(() => rmSync(at, { recursive: true, force: true }))
  cpSync(join(folder, 'good'), at, { recursive: true })
  return { at, read: () => readInputs(at, dossierSettings(settingsOf('good')), 'test', new Date(0)) }
}

test('a line of the journal that a crash cut short is passed over; any other is told', async t => {
  const { at, read } = copyOf(t)
  const before = (await read()).journal!.value!.length
  appendFileSync(join(at, 'journal.ndjson'), '{"at":"2026-03-04T1')
  const torn = await read()
  assert.deepEqual([torn.journal!.value!.length, torn.journal!.problem], [before, undefined])
  appendFileSync(join(at, 'journal.ndjson'), '\n{"at":"2026-03-04T11:00:00Z","kind":"share","feature":"auth","from":0,"to":99999,"who":"x","why":""}\n')
  const broken = await read()
  assert.match(broken.journal!.problem!, /2 lines cannot be read/)
  assert.ok(makeDossier(broken).missing.some(line => /journal\.ndjson: 2 lines/.test(line)))
  assert.match(readFileSync(join(at, 'journal.ndjson'), 'utf8'), /T1\n/, 'nothing is written')
})

for (const [file, damage] of [
  ['parity/verify.json', '{"version":1,"command":"verify","at":"2026-03-04T09:00:00Z","features":[{"feature":"auth"}],"findings":[],"coverage":[],"cases":[],"notes":[],"leftOut":{},"complete":true}'],
  ['parity/verify.json', '{"version":1,'],
  ['bench/2026-03-04T09-05-00.json', '{"version":1,"id":"x","at":"2026-03-04T09:00:00Z","routes":[{"route":"GET /"}]}'],
  ['bench/2026-03-04T09-05-00.json', 'null'],
  ['traffic.json', '{"version":2}']
] as const) {
  test(`a damaged ${file} is told, and is never good: ${damage.slice(0, 30)}`, async t => {
    const { at, read } = copyOf(t)
    writeFileSync(join(at, file), damage)
    const dossier = makeDossier(await read())
    assert.ok(dossier.missing.some(line => line.startsWith(`${file}: `)), dossier.missing.join('\n'))
    if (file !== 'traffic.json') assert.equal(dossier.decision, 'not yet')
    else assert.equal(dossier.features[0]!.progress.retired.state, 'unknown')
  })
}

test('of a command nothing is told but where it answers: its arguments may be secret', () => {
  const settings = settingsOf('good', config => ({ ...config, legacy: { command: 'node server.js --token hunter2', origin: 'http://127.0.0.1:5001', env: { KEY: 'hunter2' } } }))
  assert.equal(dossierSettings(settings).backends.legacy, 'a command at http://127.0.0.1:5001')
  assert.doesNotMatch(JSON.stringify(dossierSettings(settings)), /hunter2/)
})
