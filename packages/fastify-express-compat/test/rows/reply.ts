import { join } from 'node:path'
import type { Fixture, Handler } from '../support/fixture.ts'
import { raw } from '../support/request.ts'

const root = join(import.meta.dirname, '../fixtures/files')
const only = (handler: Handler) => [['GET', '/', handler]] as const
const get = raw('GET /')
const paths = (...names: string[]) => names.map(name => raw(`GET ${name}`))

/** Fixtures of the rows about what a handler calls on a reply. */
export const replyFixtures = {
  json: {
    routes: [['GET', '/', (_req, res) => { res.status(201).json({ a: [1, null], b: new Date(0) }) }], ['GET', '/text', (_req, res) => { res.json('text') }], ['GET', '/undefined', (_req, res) => { res.json(undefined) }], ['GET', '/number', (_req, res) => { res.json(5) }],
      ['GET', '/type', (_req, res) => { res.type('application/problem+json').json({}) }], ['GET', '/null', (_req, res) => { res.json(null) }], ['GET', '/array', (_req, res) => { res.json([]) }], ['GET', '/big', (_req, res) => { res.json({ a: 1n }) }], ['GET', '/buffer', (_req, res) => { res.json(Buffer.from('a')) }], ['GET', '/error', (_req, res) => { res.json(new Error('x')) }]],
    requests: paths('/', '/text', '/undefined', '/number', '/type', '/null', '/array', '/big', '/buffer', '/error')
  },
  jsonp: {
    routes: [['GET', '/', (_req, res) => { res.jsonp({ a: '\u2028' }) }], ['GET', '/undefined', (_req, res) => { res.jsonp() }]],
    requests: paths('/', '/?callback=cb', '/?callback=a.b[0]();x', '/?callback=a&callback=b', '/?callback=', '/?callback[x]=1', '/undefined?callback=cb', '/undefined')
  },
  sendStatus: { routes: [['GET', '/:code', (req, res) => { res.sendStatus(Number(req.params.code)) }]], requests: paths('/200', '/404', '/204', '/799', '/418', '/304') },
  set: { routes: only((_req, res) => { res.set({ 'X-A': 1, 'x-b': ['c', 2] }).set('Content-Type', 'text/plain').setHeader('X-Raw', 'y'); res.send('x') }), requests: [get] },
  getHeader: { routes: only((_req, res) => { res.set('X-A', 'b'); res.json([res.get('x-a'), res.get('X-POWERED-BY') ?? 'none', res.get('none') ?? 'none']) }), requests: [get] },
  append: { routes: only((_req, res) => { res.append('Link', '<a>').append('Link', ['<b>', '<c>']).append('Set-Cookie', 'a=1').append('Set-Cookie', 'b=2').append('Warning', 'x'); res.send('x') }), requests: [get] },
  vary: { routes: [['GET', '/', (_req, res) => { res.vary('Accept').vary(['Origin', 'accept']).vary('X-A, X-B').send('x') }], ['GET', '/all', (_req, res) => { res.vary('*').vary('Accept').send('x') }], ['GET', '/none', (_req, res) => { res.vary().send('x') }]], requests: paths('/', '/all', '/none') },
  links: { routes: only((_req, res) => { res.links({ next: '/2', last: '/9' }); res.links({ pages: ['/3', '/4'] }); res.send('x') }), requests: [get] },
  location: { routes: [['GET', '/', (_req, res) => { res.location('/ü/%20/[a]').status(201).json({}) }], ['GET', '/back', (_req, res) => { res.location('back').send('x') }]], requests: [get, raw('GET /back', { Referer: '/from' }), raw('GET /back')] },
  format: {
    routes: [
      ['GET', '/', (_req, res) => { res.format({ text: () => { res.send('text') }, 'text/html; charset=utf-8': () => { res.send('<p>') }, json: (req: any, response: any) => { response.send({ a: req.method }) } }) }],
      ['GET', '/default', (_req, res) => { res.format({ json: () => { res.send({}) }, default: () => { res.status(406).send('nothing fits') } }) }]
    ],
    requests: [get, ...['application/json', 'text/html', 'text/*', 'image/png', 'bad'].flatMap(type => [raw('GET /', { Accept: type }), raw('GET /default', { Accept: type })])]
  },
  attachment: { routes: [['GET', '/', (_req, res) => { res.attachment('/some/path/report é "x".pdf').send(Buffer.from('x')) }], ['GET', '/none', (_req, res) => { res.attachment().send('x') }], ['GET', '/odd', (_req, res) => { res.attachment('noextension').send('x') }]], requests: [...paths('/', '/none', '/odd'), raw('HEAD /')] },
  sendFile: {
    routes: [['GET', '/file/:name', (req, res) => { res.set('X-Before', '1'); res.sendFile(req.params.name, { root, maxAge: 60_000, headers: { 'x-extra': 'yes' } }) }], ['GET', '/absolute', (_req, res) => { res.sendFile(join(root, 'hello.txt')) }], ['GET', '/relative', (_req, res) => { res.sendFile('hello.txt') }], ['GET', '/callback', (_req, res) => { res.sendFile('/no/such/file', (error: any) => { res.status(error.status).end('called back') }) }]],
    requests: [
      ...paths('/file/hello.txt', '/file/script.js', '/file/noextension', '/file/none.txt', '/file/.hidden', '/file/folder', '/file/..%2Fsecret', '/absolute', '/relative', '/callback', '/file/data.json'), raw('HEAD /file/hello.txt'),
      raw('GET /file/hello.txt', { Range: 'bytes=1-3' }), raw('GET /file/hello.txt', { Range: 'bytes=90-' }), raw('GET /file/hello.txt', { 'If-None-Match': '*' }), raw('GET /file/hello.txt', { 'If-Match': '"x"' }), raw('GET /file/hello.txt', { 'If-Modified-Since': 'Tue, 01 Jan 2036 00:00:00 GMT' })
    ]
  },
  download: {
    routes: [['GET', '/', (_req, res) => { res.download(join(root, 'hello.txt')) }], ['GET', '/named', (_req, res) => { res.download('hello.txt', 'größe €.txt', { root }) }], ['GET', '/headers', (_req, res) => { res.download(join(root, 'data.json'), { headers: { 'X-A': 'b', 'content-disposition': 'inline' } }) }], ['GET', '/none', (_req, res) => { res.download('/no/such/file') }], ['GET', '/empty', (_req, res) => { res.download(join(root, 'hello.txt'), '') }]],
    requests: [...paths('/', '/named', '/headers', '/none', '/empty'), raw('GET /', { Range: 'bytes=-2' })]
  },
  static: {
    express: (app, library) => { app.use('/files', library.static(root)); app.use('/deny', library.static(root, { dotfiles: 'deny', fallthrough: false, index: false, redirect: false })) },
    fastify: app => { app.expressStatic('/files', root); app.expressStatic('/deny', root, { dotfiles: 'deny', fallthrough: false, index: false, redirect: false }) },
    requests: [
      ...paths('/files/hello.txt', '/files/script.js', '/files/folder', '/files/folder/', '/files/none', '/files/.hidden', '/files', '/files/', '/files/%2e%2e/x', '/files/hello.txt/', '/deny/.hidden', '/deny/folder', '/deny/none', '/files/noextension', '/files/%zz'),
      raw('HEAD /files/hello.txt'), raw('GET http://other.test/files/hello.txt'), raw('GET http://other.test/files?a=1'), raw('POST /files/hello.txt', { 'Content-Length': '0' }), raw('GET /files/hello.txt', { 'If-None-Match': '*' }), raw('GET /files/hello.txt', { Range: 'bytes=0-1,3-4' })
    ]
  },
  cookie: {
    settings: { cookieSecret: 'keyboard cat' },
    routes: [
      ['GET', '/', (_req, res) => { res.cookie('a', 'b c;', { maxAge: 90_500, httpOnly: true, secure: true, sameSite: 'strict', domain: 'example.test' }).cookie('j', { a: [1] }).cookie('n', 5, { path: '/x', sameSite: true }).send('x') }],
      ['GET', '/signed', (_req, res) => { res.cookie('s', 'tobi', { signed: true, priority: 'high', partitioned: true }).send('x') }], ['GET', '/encode', (_req, res) => { res.cookie('e', 'a+b', { encode: (text: string) => text, expires: new Date(0) }).send('x') }],
      ['GET', '/bad', (_req, res) => { res.cookie('bad name', 'x').send('x') }], ['GET', '/age', (_req, res) => { res.cookie('x', 'y', { maxAge: 'bad' }).send('x') }], ['GET', '/null', (_req, res) => { res.cookie('x', null, { maxAge: null }).send('x') }]
    ],
    requests: paths('/', '/signed', '/encode', '/bad', '/age', '/null')
  },
  clearCookie: { routes: [['GET', '/', (_req, res) => { res.clearCookie('a').clearCookie('b', { path: '/x', httpOnly: true }).clearCookie('c', { maxAge: 1000 }).clearCookie('d', { expires: new Date(1000), path: undefined }); res.send('x') }]], requests: [get] },
  locals: { routes: only((_req, res) => { res.locals.user = 'tobi'; res.json([res.locals, Object.getPrototypeOf(res.locals)]) }), requests: [get] },
  end: { routes: [['GET', '/', (_req, res) => { res.set('X-Case', '1'); res.status(202).end('plain') }], ['GET', '/none', (_req, res) => { res.end() }], ['GET', '/base64', (_req, res) => { res.end('aGk=', 'base64') }]], requests: [...paths('/', '/none', '/base64'), raw('HEAD /')] }
} satisfies Record<string, Fixture>
