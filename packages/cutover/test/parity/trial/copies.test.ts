import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOrder } from '../../../src/parity/trial/copies.ts'
import type { Sent } from '../../../src/parity/trial/sent.ts'

const answer = (body: object): Sent => ({ exchange: { response: { status: 201, body: Buffer.from(JSON.stringify(body)) } } }) as unknown as Sent
const bodies = (sent: readonly Sent[]): unknown[] => sent.map(each => 'failure' in each ? each.failure : JSON.parse(each.exchange.response.body.toString()) as unknown)
const made = (id: string, at: string): object => ({ id: `8daa1018-d29c-45f8-b593-f03c0c1359${id}`, created_at: `2026-11-22T01:23:${at}+00:00` })

test('copies that say when they were made are in that order, whichever was answered first', () => {
  const [first, second, third] = [made('99', '45'), made('11', '45.000001'), made('55', '45.2')]
  for (const came of [[first, second, third], [third, first, second], [second, third, first]]) {
    assert.deepEqual(bodies(inOrder(came.map(answer))), [first, second, third])
  }
})

test('what they say otherwise comes before when', () => {
  const made = (result: string, at: string): object => ({ result, at: `2026-11-22T01:23:${at}Z` })
  const [done, lost] = [made('done', '59'), made('lost', '01')]
  assert.deepEqual(bodies(inOrder([lost, done].map(answer))), [done, lost])
})

test('a part of what a side made up, told beside the whole, decides nothing', () => {
  const made = (key: string, at: string): object => ({ prefix: key.slice(0, 9), key, at: `2026-11-22T01:23:${at}Z` })
  const [first, second] = [made('nr_zzzzzzzzzzzzzzzzzzzz', '01'), made('nr_aaaaaaaaaaaaaaaaaaaa', '02')]
  assert.deepEqual(bodies(inOrder([second, first].map(answer))), [first, second])
})
