import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentNull, readDocumentTables } from '../../../../src/parity/trial/state/documents.ts'
import type { TableDump } from '../../../../src/state/state.ts'

const table = (columns: Readonly<Record<string, ReadonlyArray<string | null>>>, changes?: TableDump['changes']): TableDump => {
  const names = Object.keys(columns)
  const rows = names.length === 0 ? [] : columns[names[0]!]!.map((_, row) => names.map(name => columns[name]![row] ?? null))
  return { name: 'things', key: ['_id'], columns: names.map(name => ({ name, type: 'bson' })), rows, ...(changes !== undefined && { changes }) }
}

/** The type and the cells that a field gets when each side holds these. */
function read (legacy: ReadonlyArray<string | null>, candidate: ReadonlyArray<string | null>): readonly [type: string, ...cells: unknown[]] {
  const [[one], [other]] = readDocumentTables([table({ a: legacy })], [table({ a: candidate })])
  assert.equal(one!.columns[0]!.type, other!.columns[0]!.type)
  return [one!.columns[0]!.type, one!.rows.flat(), other!.rows.flat()]
}

const id = '{"$oid":"6b0218c544f10c109f0c4301"}'
const types: ReadonlyArray<readonly [cell: string, type: string, text: string]> = [
  ['"a \\"text\\""', 'text', 'a "text"'],
  [id, 'uuid', '6b0218c544f10c109f0c4301'],
  ['{"$date":{"$numberLong":"1767323045678"}}', 'timestamp with time zone', '2026-01-02 03:04:05.678+00'],
  ['{"$numberInt":"5"}', 'integer', '5'],
  ['{"$numberLong":"9007199254740993"}', 'bigint', '9007199254740993'],
  ['{"$numberDouble":"5.0"}', 'double precision', '5.0'],
  ['{"$numberDecimal":"1.50"}', 'numeric', '1.50'],
  ['true', 'boolean', 'true'],
  ['{"$binary":{"base64":"AP8=","subType":"00"}}', 'bytea', '\\x00ff'],
  ['{"$binary":{"base64":"AAAAAAAAQACAAAAAAAAAAQ==","subType":"04"}}', 'uuid', '00000000-0000-4000-8000-000000000001'],
  ['{"$large":{"type":"string","sha256":"00 11","length":70000}}', 'text', 'sha256:00 11:70000']
]

test('a field of one type is a column of that type, null and absence kept apart', () => {
  for (const [cell, type, text] of types) assert.deepEqual(read([cell, 'null'], [null, cell]), [type, [text, documentNull], [null, text]], cell)
})

test('whole numbers among others are numbers, and can be told from those', () => {
  assert.deepEqual(read(['{"$numberInt":"5"}'], ['{"$numberDouble":"5.0"}']), ['double precision', ['5'], ['5.0']])
})

const mixed: ReadonlyArray<readonly [legacy: string, candidate: string]> = [
  ['{"$numberInt":"5"}', '"5"'],
  ['{"$numberInt":"5"}', '{"$numberLong":"5"}'],
  [id, '"6b0218c544f10c109f0c4301"'],
  ['{"$date":{"$numberLong":"0"}}', '"1970-01-01T00:00:00.000Z"'],
  ['["a"]', '["a"]'],
  ['{"a":"b"}', '{"a":"b"}'],
  ['{"$date":{"$numberLong":"9007199254740991"}}', '{"$date":{"$numberLong":"9007199254740991"}}'],
  ['{"$regularExpression":{"pattern":"a","options":""}}', '{"$regularExpression":{"pattern":"a","options":""}}'],
  ['"\\u0000null"', 'null'],
  ['null', 'null']
]

test('what has several types, or none that columns have, stays as it was dumped', () => {
  for (const [legacy, candidate] of mixed) assert.deepEqual(read([legacy], [candidate]), ['json', [legacy], [candidate]], legacy)
})

test('both sides get the same columns, and what was changed stays known', () => {
  const [[one], [other]] = readDocumentTables([table({ _id: [id], a: ['true'] }, [[false, true]])], [table({ _id: [id], b: ['"x"'] }, [[false, true]])])
  assert.deepEqual([one!.columns, other!.columns].map(columns => columns.map(({ name }) => name)), [['_id', 'a', 'b'], ['_id', 'a', 'b']])
  assert.deepEqual([one!.rows[0]!.slice(1), other!.rows[0]!.slice(1)], [['true', null], [null, 'x']])
  assert.deepEqual([one!.changes, other!.changes], [[[false, true, false]], [[false, false, true]]])
})

test('tables of other databases, and those of one side only, are left as they are', () => {
  const plain: TableDump = { ...table({ a: ['"x"'] }), columns: [{ name: 'a', type: 'jsonb' }] }
  assert.deepEqual(readDocumentTables([plain], [plain]), [[plain], [plain]])
  const alone = table({ a: ['"x"'] })
  assert.deepEqual(readDocumentTables([alone], []), [[alone], []])
})
