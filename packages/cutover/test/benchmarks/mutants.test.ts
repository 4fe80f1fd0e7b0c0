import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'
import { mutants } from '../../benchmarks/proofs/mutants/list.ts'
import { categories, editsOf, type Edit } from '../../benchmarks/proofs/mutants/mutant.ts'
import { plant } from '../../benchmarks/proofs/mutants/plant.ts'

const workspace = join(import.meta.dirname, '../../../../examples/vehicles')

test('there are at least 120 faults, named apart, of every category', () => {
  assert.ok(mutants.length >= 120, `${mutants.length}`)
  assert.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length)
  assert.deepEqual(categories.filter(category => mutants.every(mutant => mutant.category !== category)), [])
})

for (const mutant of mutants) {
  test(`planted: ${mutant.name}`, () => {
    for (const [file, edits] of byFile(editsOf(mutant))) {
      const text = readFileSync(join(workspace, file), 'utf8')
      const planted = plant(text, edits)
      assert.notEqual(planted, text)
      const { diagnostics } = ts.transpileModule(planted, { reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext } })
      assert.deepEqual(diagnostics?.map(({ messageText }) => messageText), [])
    }
  })
}

test('a text that is not there, or there twice, is an error', () => {
  const edit: Edit = { file: 'a.ts', from: 'x', to: '$&y' }
  assert.equal(plant('axb', [edit]), 'a$&yb')
  assert.throws(() => plant('ab', [edit]), /0 times/)
  assert.throws(() => plant('axbx', [edit]), /2 times/)
})

function byFile (edits: readonly Edit[]): Map<string, Edit[]> {
  const files = new Map<string, Edit[]>()
  for (const edit of edits) files.set(edit.file, [...files.get(edit.file) ?? [], edit])
  return files
}
