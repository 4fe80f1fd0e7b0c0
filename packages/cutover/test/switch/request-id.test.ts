import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptableId, createRequestIds } from '../../src/switch/request-id.ts'

test('ids differ, within a process and between two', () => {
  const [one, other] = [createRequestIds(), createRequestIds()]
  const ids = new Set(Array.from({ length: 10_000 }, (_, i) => i % 2 === 0 ? one() : other()))
  assert.equal(ids.size, 10_000)
  for (const id of ids) assert.equal(acceptableId(id), id)
})

test('a client\'s id is taken only when it may stand in headers and logs', () => {
  for (const good of ['a', '3f2a-9:x/y=z@h+1._', 'x'.repeat(128)]) assert.equal(acceptableId(good), good)
  for (const bad of [undefined, '', ' ', 'a b', 'x'.repeat(129), 'a\r\nb', 'a\n', '<a>', '"a"', 'é', 'a,b', '\0']) assert.equal(acceptableId(bad), undefined, JSON.stringify(bad))
})
