import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { referencePage, referencePath } from '../scripts/generate-reference.ts'
import { rowNames } from '../src/index.ts'

test('the committed reference page is the one that the option table gives', () => {
  assert.equal(readFileSync(referencePath, 'utf8'), referencePage(), 'run: node --import tsx --conditions=cutover-source packages/fastify-express-compat/scripts/generate-reference.ts')
})

test('the page names every row', () => {
  const page = referencePage()
  for (const row of rowNames) assert.ok(page.includes(`| \`${row}\` |`), row)
})

test('the README names only rows that exist', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const named = [...readme.matchAll(/^\| [^|]*\| ((?:`\w+`(?:, )?)+) \|$/gm)].flatMap(match => [...(match[1] as string).matchAll(/`(\w+)`/g)].map(([, name]) => name))
  assert.deepEqual(named.sort(), [...rowNames].sort())
})
