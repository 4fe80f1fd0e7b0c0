import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { expressCompat, expressOptions, type RowName } from '../../src/index.ts'

test('what Express gives is typed on request and reply', async () => {
  const options = { express: 5, etag: false, trust: ['loopback'], bodies: { urlencoded: { extended: true } } } as const
  const app = fastify(expressOptions(options))
  await app.register(expressCompat, options)
  app.get('/', { config: { expressCompat: { htmlStrings: false } } }, (request, reply) => {
    const seen: [boolean, string[], string, string | false | null, string | string[] | undefined] = [request.xhr, request.subdomains, request.path, request.is('json'), request.get('host')]
    reply.locals.seen = seen
    return reply.status(200).cookie('a', { b: 1 }, { maxAge: 1000, sameSite: 'lax' }).vary('Accept').set({ 'X-A': 1 }).json(reply.locals)
  })
  app.get('/away', (_request, reply) => reply.redirect(301, '/'))
  // @ts-expect-error a row that does not exist
  const wrong: RowName = 'nothing'
  assert.equal(wrong, 'nothing')
  assert.equal((await app.inject('/')).json<{ seen: unknown[] }>().seen[2], '/')
  assert.equal((await app.inject('/away')).statusCode, 301)
})
