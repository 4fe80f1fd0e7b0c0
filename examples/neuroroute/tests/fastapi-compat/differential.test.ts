import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { cases } from './cases.ts'
import { kindCases } from './kind-cases.ts'
import { get, send, startPair, type Pair } from './comparison.ts'
import { skipProbe } from './probe-server.ts'

const skip = skipProbe()

describe('requests are answered as by FastAPI', { skip }, () => {
  let pair: Pair
  before(async () => { pair = await startPair() })
  after(async () => { await pair.close() })

  for (const [name, requests] of Object.entries({ ...cases, ...kindCases })) {
    test(`${name} (${requests.length})`, async () => {
      for (const request of requests) await pair.compare(request)
    })
  }
})

describe('a difference is found', { skip }, () => {
  let pair: Pair
  before(async () => { pair = await startPair({ jsonDepth: 3, closeOnError: false, trustedProxies: [] }) })
  after(async () => { await pair.close() })

  test('in a body', async () => {
    await assert.rejects(pair.compare(send('POST', '/list', '[[[[1]]]]')), { code: 'ERR_ASSERTION' })
  })
  test('in a header', async () => {
    await assert.rejects(pair.compare(get('/ping/', ['x-forwarded-proto: https'])), { code: 'ERR_ASSERTION' })
  })
  test('in whether the connection is kept', async () => {
    await assert.rejects(pair.compare(get('/crash')), { code: 'ERR_ASSERTION' })
  })
  test('and nowhere else', async () => {
    await pair.compare(send('POST', '/list', '[[[1]]]'))
  })
})
