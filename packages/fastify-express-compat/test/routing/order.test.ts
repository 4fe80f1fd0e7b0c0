import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import fc from 'fast-check'
import { expressCompat, expressOptions } from '../../src/index.ts'
import { expressApp } from '../support/apps.ts'
import { converse } from '../support/raw.ts'
import { raw } from '../support/request.ts'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'

const part = fc.constantFrom('a', 'b', ':x')
const path = fc.oneof({ weight: 6, arbitrary: fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => '/' + parts.map((text, i) => text === ':x' ? `:x${i}` : text).join('/')) }, { weight: 1, arbitrary: fc.constantFrom('/*', '/a/*', '/') })
const asked = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }).map(parts => '/' + parts.join('/'))

test('of any routes in any order, the one that Express would choose answers', async () => {
  await fc.assert(fc.asyncProperty(fc.uniqueArray(path, { minLength: 2, maxLength: 6 }), fc.array(asked, { minLength: 3, maxLength: 6 }), fc.constantFrom(4 as const, 5 as const), async (paths, urls, major) => {
    const routes = paths.map(url => ['GET', url, (_req: unknown, res: { send (text: string): void }) => { res.send(url) }] as const)
    const app = fastify(expressOptions({ express: major }))
    await app.register(expressCompat, { express: major })
    for (const [, url, handler] of routes) app.get(url, handler as never)
    const server: Server = await new Promise(resolve => { const listening: Server = expressApp({ routes, requests: [] }, major).listen(0, '127.0.0.1', () => resolve(listening)) })
    try {
      for (const url of urls) {
        const theirs = (await converse((server.address() as AddressInfo).port, [raw(`GET ${url}`)])).answers[0]
        const ours = await app.inject(url)
        assert.equal(`${ours.statusCode} ${ours.body}`, `${theirs?.status.split(' ')[1]} ${theirs?.body}`, `${url} of ${paths.join(' ')} as Express ${major}`)
      }
    } finally {
      server.close()
      await app.close()
    }
  }), { numRuns: 60, seed: 7 })
})
