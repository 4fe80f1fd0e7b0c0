import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { importExport } from '../../src/backends/module.ts'

const folder = join(import.meta.dirname, '..', 'fixtures', 'backends', 'shared')

test('modules of both backends share what both import, even when they are imported at once', async () => {
  const [one, other, again] = await Promise.all([
    importExport(join(folder, 'first.ts'), 'one', 'the legacy backend'),
    importExport(join(folder, 'first.ts'), 'other', 'the candidate backend'),
    importExport(join(folder, 'second.ts'), 'one', 'the candidate backend')
  ]) as Array<() => object>
  assert.equal(one!(), other!())
  assert.equal(one!(), again!())
})
