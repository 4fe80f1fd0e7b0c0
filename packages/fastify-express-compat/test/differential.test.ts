import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowNames, rowTable } from '../src/index.ts'
import { fixtures } from './rows/index.ts'
import { compareRouteOff, compareRow } from './support/differential.ts'

const only = process.env.COMPAT_ROW

for (const row of rowNames) {
  const fixture = fixtures[row]
  if (only !== undefined && only !== row) continue
  for (const major of rowTable[row].majors) {
    test(`${row}: Fastify answers as Express ${major}, and not without the row`, async () => {
      const result = await compareRow(row, fixture, major)
      assert.equal(result.open, undefined, result.open)
      assert.notEqual(result.shown, undefined, 'the answers are the same with the row off: this test cannot fail')
    })
  }
  const major = rowTable[row].majors.at(-1)
  if (rowTable[row].route !== true || major === undefined) continue
  test(`${row}: a route can turn it off`, async () => {
    assert.notEqual(await compareRouteOff(row, fixture, major), undefined)
  })
}
