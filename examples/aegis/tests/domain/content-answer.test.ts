import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import test from 'node:test'
import { answerContent, openAnswer } from '../../domain/content-answer.ts'
import type { StoredContent } from '../../domain/contents.ts'
import { success } from '../../types/result.ts'

const content = (fileId: string): StoredContent => ({ fileId, size: 10, sha256: `${fileId}=`, encapsulatedKey: 'AQ==', encryptedSymmetricKey: 'Ag==', updatedAt: '2026-03-04T05:06:07.890Z' })
const found = (fileId: string) => success({ content: content(fileId), keys: content(fileId) })
const headerOf = (headers: ReadonlyArray<readonly [string, string]>, name: string): string | undefined => headers.find(([each]) => each === name)?.[1]

test('a content that is replaced while it is opened is answered with the new one', async () => {
  const files = ['old', 'new']
  const opened = await openAnswer({ open: async ({ fileId }) => fileId === 'old' ? undefined : Readable.from(['bytes']) }, 'GET', {}, async () => found(files.shift()!))
  assert(opened.ok && opened.value.answer.kind === 'bytes')
  assert.equal(headerOf(opened.value.answer.headers, 'Repr-Digest'), 'sha-256=:new=:')
})

test('a content whose bytes are lost is an error of ours, not an endless search', async () => {
  await assert.rejects(openAnswer({ open: async () => undefined }, 'GET', {}, async () => found('lost')), /lost/)
})

test('nothing is opened for HEAD, for a client that has it, and for a range that there is not', async () => {
  const closed = { open: async () => assert.fail('opened') }
  const { headers } = answerContent('GET', {}, content('a'), content('a'))
  for (const [method, given] of [['HEAD', {}], ['GET', { 'if-none-match': headerOf(headers, 'ETag') }], ['GET', { range: 'bytes=10-' }], ['GET', { 'if-match': '"x"' }]] as const) {
    const opened = await openAnswer(closed, method, given, async () => found('a'))
    assert(opened.ok)
    assert.equal(opened.value.stream, undefined)
  }
})

test('the tag is of the bytes and of the keys', () => {
  const tag = (bytes: string, encapsulatedKey: string): string | undefined => headerOf(answerContent('GET', {}, content(bytes), { encapsulatedKey, encryptedSymmetricKey: 'Ag==' }).headers, 'ETag')
  assert.equal(tag('a', 'AQ=='), tag('a', 'AQ=='))
  assert.notEqual(tag('a', 'AQ=='), tag('b', 'AQ=='))
  assert.notEqual(tag('a', 'AQ=='), tag('a', 'Aw=='))
})
