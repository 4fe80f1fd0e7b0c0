import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makePlan } from '../../../src/report/plan/plan.ts'
import { planMarkdown, planText, progressTable, withBlock } from '../../../src/report/plan/plan-markdown.ts'
import { inputsOf } from '../dossier/fixtures.ts'

const good = await inputsOf('good')
const bad = await inputsOf('rolled-back')

test('features move in the order of their risk, each with why', () => {
  const plan = makePlan(good)
  assert.deepEqual(plan.features.map(({ place, feature, risk, reason }) => [place, feature, risk, reason]), [
    [1, 'health', 'low', 'health: a health check'],
    [2, 'auth', 'high', 'auth: who may do what depends on it'],
    [3, 'vehicles', 'high', 'the config says so']
  ])
})

test('what nothing shows is not ticked', () => {
  const plan = makePlan({ ...good, parity: {}, bench: [], journal: undefined, samples: {}, traffic: undefined })
  for (const { prerequisites } of plan.features) assert.ok(prerequisites.filter(({ text }) => !/stickyBy/.test(text)).every(({ done }) => done !== true))
  const page = planMarkdown(plan)
  assert.match(page, /\| \*\*health\*\* \| low \| unknown \| not verified \| not measured \| unknown \| not known \|/)
  assert.doesNotMatch(page.replace(/- \[x\] (Gates are configured|Users stay on one side.*)/g, ''), /\[x\]/)
})

test('progress comes from evidence', () => {
  const table = progressTable(makePlan(bad).features)
  assert.match(table, /\| \*\*health\*\* \| low \| yes \| same, 1 case \| 3\.40× \(3\.28–3\.52\) \| 100% \|/)
  assert.match(table, /\| \*\*auth\*\* \| high \| yes \| same, 7 cases \| not measured \| 0% \| legacy serves it \|/)
  assert.match(table, /\| \*\*vehicles\*\* \| high \| 4 of 5 routes seen \| verify: 1 different \| .* \| 0%, rolled back \|/)
})

test('an untested route is a prerequisite that is not met', () => {
  const { prerequisites } = makePlan(bad).features.find(({ feature }) => feature === 'vehicles')!
  assert.deepEqual(prerequisites.find(({ text }) => text.startsWith('Scenarios for')), { text: 'Scenarios for DELETE /api/vehicles/:id', done: false })
})

test('a page keeps what its owner wrote outside of the marks', () => {
  const page = `Mine.\n\n${planMarkdown(makePlan(bad))}\nMine too: $& $1.\n`
  const plan = makePlan(good)
  const fresh = withBlock(withBlock(page, 'progress', progressTable(plan.features))!, 'plan', planText(plan))!
  assert.match(fresh, /^Mine\.\n/)
  assert.match(fresh, /\nMine too: \$& \$1\.\n$/)
  assert.match(fresh, /same, 5 cases/)
  assert.doesNotMatch(fresh, /rolled back \|/)
  assert.equal(withBlock(fresh, 'progress', progressTable(plan.features)), fresh, 'the same evidence changes nothing')
  assert.equal(withBlock('# Somebody else\'s page', 'plan', 'x'), undefined)
})

test('texts of others cannot end a marked part or add markup', () => {
  const attack = '--> <!-- /cutover:progress --> <script> | `'
  const inputs = { ...good, settings: { ...good.settings, project: attack, features: good.settings.features.map(feature => ({ ...feature, riskReason: attack })) } }
  const page = planMarkdown(makePlan(inputs))
  assert.equal(page.match(/(?<!\\)<\\?!-- \/cutover/g)!.length, 2)
  assert.doesNotMatch(page, /(?<!\\)<script>/)
})
