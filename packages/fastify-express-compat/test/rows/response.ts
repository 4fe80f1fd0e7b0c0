import type { Fixture } from '../support/fixture.ts'
import { raw } from '../support/request.ts'

const get = raw('GET /')
const wait = () => new Promise<void>(resolve => setImmediate(resolve))

/** Fixtures of the rows about the bytes of an answer. */
export const responseFixtures = {
  poweredBy: {
    routes: [['GET', '/', (_req, res) => { res.send('hello') }], ['GET', '/off', (_req, res) => { res.removeHeader('X-Powered-By'); res.json({ a: 1 }) }], ['GET', '/number', (_req, res) => { res.set('X-A', '1').set('418', 'teapot').json({}) }], ['GET', '/own', (_req, res) => { res.set('X-Powered-By', 'Steam').json({ a: 1 }) }]],
    requests: [get, raw('GET /off'), raw('GET /number'), raw('GET /own'), raw('GET /nothing')]
  },
  headerCase: {
    routes: [['GET', '/', (_req, res) => { res.set('X-Some-Thing', 'a').set('x-other', 'b').set('X-SOME-thing', 'c').json({ a: 1 }) }]],
    requests: [get]
  },
  etag: {
    routes: [['GET', '/', (_req, res) => { res.send({ a: 'é€😀' }) }], ['GET', '/text', (_req, res) => { res.send('') }], ['GET', '/own', (_req, res) => { res.set('ETag', '"mine"').send('text') }], ['GET', '/none', (_req, res) => { res.set('ETag', '').send('text') }], ['POST', '/', (_req, res) => { res.status(404).send(Buffer.from([1, 2, 250])) }]],
    requests: [get, raw('GET /text'), raw('GET /own'), raw('GET /none'), raw('POST /', { 'Content-Length': '0' })]
  },
  notModified: {
    routes: [
      ['GET', '/', (_req, res) => { res.json({ a: 1 }) }],
      ['GET', '/date', (_req, res) => { res.set('Last-Modified', 'Tue, 01 Jan 2030 00:00:00 GMT').send('text') }],
      ['GET', '/404', (_req, res) => { res.status(404).json({ a: 1 }) }]
    ],
    requests: [
      raw('GET /', { 'If-None-Match': 'W/"7-BGhYLHNLHHzPlO9Bz8Nmqt0dYv4"' }), raw('GET /', { 'If-None-Match': '*' }), raw('HEAD /', { 'If-None-Match': '*' }),
      raw('GET /', { 'If-None-Match': '*', 'Cache-Control': 'no-cache' }), raw('GET /404', { 'If-None-Match': '*' }),
      raw('GET /date', { 'If-Modified-Since': 'Tue, 01 Jan 2030 00:00:00 GMT' }), raw('GET /date', { 'If-Modified-Since': 'Mon, 01 Jan 2029 00:00:00 GMT' }), raw('GET /date', { 'If-None-Match': '*', 'If-Modified-Since': 'Mon, 01 Jan 2029 00:00:00 GMT' })
    ]
  },
  htmlStrings: { routes: [['GET', '/', (_req, res) => { res.send('<b>é</b>') }]], requests: [get] },
  stringCharset: {
    routes: [['GET', '/', (_req, res) => { res.type('text/csv; header=present; charset=latin1').send('a,b') }], ['GET', '/x', (_req, res) => { res.set('content-type', 'application/xml').send('<a/>') }], ['GET', '/json', (_req, res) => { res.set('content-type', 'application/json;charset=UTF-8; a=b').json({}) }]],
    requests: [get, raw('GET /x'), raw('GET /json')]
  },
  nullBody: { routes: [['GET', '/', (_req, res) => { res.send(null) }], ['GET', '/typed', (_req, res) => { res.type('text').send(null) }], ['GET', '/json', (_req, res) => { res.json(null) }]], requests: [get, raw('GET /typed'), raw('GET /json'), raw('HEAD /')] },
  emptySend: { routes: [['GET', '/', (_req, res) => { res.send() }], ['POST', '/', (_req, res) => { res.status(201).send() }]], requests: [get, raw('POST /', { 'Content-Length': '0' }), raw('HEAD /')] },
  bodylessStatus: {
    routes: [
      ['GET', '/204', (_req, res) => { res.status(204).json({ a: 1 }) }], ['GET', '/205', (_req, res) => { res.status(205).send('text') }], ['GET', '/304', (_req, res) => { res.status(304).send('text') }],
      ['GET', '/send', (_req, res) => { res.sendStatus(204) }], ['GET', '/end', (_req, res) => { res.status(204).send() }], ['GET', '/bytes', (_req, res) => { res.status(205).send(Buffer.from('a')) }]
    ],
    requests: ['/204', '/205', '/304', '/send', '/end', '/bytes'].map(path => raw(`GET ${path}`))
  },
  objectWithType: {
    routes: [['GET', '/', (_req, res) => { res.type('text/plain').send({ a: 1 }) }], ['GET', '/true', (_req, res) => { res.type('text/plain').send(true) }], ['GET', '/api', (_req, res) => { res.type('application/vnd.api+json').send({ a: 1 }) }]],
    requests: [get, raw('GET /true'), raw('GET /api')]
  },
  binaryViews: { routes: [['GET', '/', (_req, res) => { res.send(new Uint16Array([1, 258, 3])) }], ['GET', '/view', (_req, res) => { res.send(new Uint8Array([1, 2, 3])) }]], requests: [get, raw('GET /view')] },
  oddTypes: { routes: [['GET', '/', (_req, res) => { res.type('a b/c').send(Buffer.from('x')) }]], requests: [get] },
  transferEncoding: { routes: [['GET', '/', (_req, res) => { res.header('Transfer-Encoding', 'chunked'); res.send('x') }], ['GET', '/304', (_req, res) => { res.header('Transfer-Encoding', 'chunked'); res.send('x') }]], requests: [get, raw('GET /304', { 'If-None-Match': '*' })] },
  statusNumber: { routes: [['GET', '/', (_req, res) => { res.send(404) }], ['GET', '/typed', (_req, res) => { res.type('html').send(201) }]], requests: [get, raw('GET /typed')] },
  setCookieReplaced: { routes: [['GET', '/', (_req, res) => { res.header('Set-Cookie', 'a=1'); res.header('Set-Cookie', ['b=2', 'c=3']); res.send('x') }]], requests: [get] },
  headerChecked: { settings: { env: 'development' }, routes: [['GET', '/', (_req, res) => { try { res.header('X-A', 'b\u0001') } catch (error) { res.header('X-Caught', String(error)) } res.send('x') }], ['GET', '/name', (_req, res) => { res.header('bad name', 'x'); res.send('x') }], ['GET', '/list', (_req, res) => { res.header('X-A', ['x', 'é€']); res.send('x') }]], requests: [get, raw('GET /name'), raw('GET /list')] },
  headerBytes: { routes: [['GET', '/', (_req, res) => { res.header('X-A', 'ü'); res.json({ a: 'é' }) }], ['GET', '/error', (_req, res) => { res.header('X-A', 'ü'); throw new Error('x') }]], requests: [get, raw('GET /error')] },
  headerText: { routes: [['GET', '/', (_req, res) => { res.header('X-A', undefined); res.header('X-B', 5); res.header('X-C', [1, null]); res.send('x') }]], requests: [get] },
  typeCharset: { routes: [['GET', '/', (_req, res) => { res.header('Content-Type', 'text/plain'); res.send(Buffer.from('x')) }], ['GET', '/js', (_req, res) => { res.header('Content-Type', 'application/javascript'); res.send(Buffer.from('x')) }], ['GET', '/odd', (_req, res) => { res.header('content-type', 'application/x-odd'); res.send(Buffer.from('x')) }]], requests: [get, raw('GET /js'), raw('GET /odd')] },
  typeNames: { routes: [['GET', '/', (_req, res) => { res.type('html').send('x') }], ['GET', '/js', (_req, res) => { res.type('.js').send('x') }], ['GET', '/odd', (_req, res) => { res.type('no-such-type').send('x') }], ['GET', '/bin', (_req, res) => { res.type('png').send(Buffer.from('x')) }]], requests: [get, raw('GET /js'), raw('GET /odd'), raw('GET /bin')] },
  redirect: {
    routes: [['GET', '/', (_req, res) => { res.redirect('/there?a=<b>&c="d"') }]],
    requests: [get, raw('GET /', { Accept: 'text/html' }), raw('GET /', { Accept: 'text/plain' }), raw('GET /', { Accept: 'image/png' }), raw('HEAD /', { Accept: 'text/html' }), raw('GET /', { 'If-None-Match': '*' })]
  },
  redirectArguments: { routes: [['GET', '/', (_req, res) => { res.redirect(301, '/there') }]], requests: [get] },
  locationEncoding: { routes: [['GET', '/', (_req, res) => { res.redirect('/über/%C3%BC/a b') }]], requests: [get] },
  redirectBack: { routes: [['GET', '/', (_req, res) => { res.redirect('back') }]], requests: [get, raw('GET /', { Referer: 'http://example.test/form' })] },
  redirectBodyless: { routes: [['GET', '/', (_req, res) => { res.redirect(204, '/there') }]], requests: [get, raw('GET /', { Accept: 'image/png' })] },
  redirectStatus: { routes: [['GET', '/', (_req, res) => { res.status(201); res.redirect('/there') }]], requests: [get] },
  statusRange: { routes: [['GET', '/', (_req, res) => { res.status(799).send('x') }], ['GET', '/big', (_req, res) => { res.status(999).json({}) }]], requests: [get, raw('GET /big')] },
  statusChecked: { routes: [['GET', '/', (_req, res) => { res.status('404').send('x') }], ['GET', '/float', (_req, res) => { res.status(404.5).send('x') }], ['GET', '/small', (_req, res) => { res.status(99).send('x') }]], requests: [get, raw('GET /float'), raw('GET /small')] },
  fullResponse: {
    routes: [['GET', '/', (_req, res) => { res.json({ a: 1, b: 2 }) }, { schema: { response: { 200: { type: 'object', properties: { a: { type: 'string' } } } } } }]],
    requests: [get]
  },
  asyncReply: {
    routes: [['GET', '/', async (_req, res) => { setTimeout(() => { res.json({ late: true }) }, 20) }], ['GET', '/now', async (_req, res) => { await wait(); res.send('now') }], ['GET', '/error', async (_req, res) => { setTimeout(() => { res.status(500).send('no') }, 5) }]],
    requests: [get, raw('GET /now'), raw('GET /error')]
  }
} satisfies Record<string, Fixture>
