import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pythonOrDefault } from '../../../../examples/neuroroute/python.ts'
import { plant } from '../../benchmarks/proofs/mutants/plant.ts'
import { faults } from '../../benchmarks/proofs/vectors/faults.ts'
import { generate } from '../../benchmarks/proofs/vectors/generate.ts'
import { copyWith, sideOf, workspace } from '../../benchmarks/proofs/vectors/sides.ts'

const interpreter = pythonOrDefault()
const runs = spawnSync(interpreter, ['--version']).status === 0
if (!runs && process.env.CUTOVER_CI === '1') throw new Error(`${interpreter} does not run`)
const skip = runs ? false : `${interpreter} does not run`

test('the same seed gives the same cases, another one others', () => {
  assert.deepEqual(generate(50, 1), generate(50, 1))
  assert.notDeepEqual(generate(50, 1), generate(50, 2))
})

test('cases survive JSON, lone surrogates included', () => {
  const cases = generate(500, 3)
  assert.deepEqual(JSON.parse(JSON.stringify(cases)), cases)
  assert.ok(cases.some(({ question }) => typeof question.prompt === 'string' && Buffer.from(question.prompt).toString() !== question.prompt))
})

test('every fault is named apart and has its place', () => {
  assert.equal(new Set(faults.map(({ side, name }) => `${side}: ${name}`)).size, faults.length)
  for (const fault of faults) plant(readFileSync(join(workspace, fault.file), 'utf8'), [fault])
})

test('Python and TypeScript decide alike', { skip }, async () => {
  const cases = generate(300, 4)
  const [python, typescript] = await Promise.all([sideOf('python', interpreter).decide(cases), sideOf('typescript', interpreter).decide(cases)])
  assert.deepEqual(python, typescript)
})

for (const side of ['python', 'typescript'] as const) {
  test(`a fault in ${side} shows, and nowhere but in its copy`, { skip }, async t => {
    const scratch = mkdtempSync(join(tmpdir(), 'cutover-vectors-'))
    t.after(() => rmSync(scratch, { recursive: true, force: true }))
    const fault = faults.find(each => each.side === side && each.name === 'a limit is multiplied')!
    await copyWith(fault, join(scratch, 'copy'))
    const tight = generate(1, 5).map(each => ({ ...each, question: { ...each.question, prompt: 'abcdefgh', system: null, model: null, maxTokens: 105, capabilities: [], maxCost: 0.0000633 }, circumstances: { strategy: 'cost', disabled: [], status: {} } as const }))
    const [planted] = await sideOf(side, interpreter, join(scratch, 'copy')).decide(tight)
    const [clean] = await sideOf(side, interpreter).decide(tight)
    assert.deepEqual(planted?.ranking, { outcome: 'unsatisfiable' })
    assert.deepEqual(clean?.ranking, { outcome: 'ranked', models: ['gpt-4o-mini'] })
  })
}

test('a side that does not answer says why', async () => {
  await assert.rejects(sideOf('python', '/nowhere/python').decide(generate(1, 6)), /python answered 0 of 1 cases.*ENOENT/s)
})
