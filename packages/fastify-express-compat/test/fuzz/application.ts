import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Any, Fixture, Handler } from '../support/fixture.ts'

const root = join(import.meta.dirname, '../fixtures/files')
const text = (body: string): Handler => (_req, res) => { res.send(body) }
const value = (given: Any) => given === undefined ? '(undefined)' : given

// Express 4 cannot survive a status that Node refuses, so the application asks only for real ones.
const statusOf = (req: Any) => { const code = Number(req.params.code); return Number.isInteger(code) && code >= 200 && code <= 999 ? code : 400 }

const echo: Handler = (req, res) => {
  res.json({ method: req.method, query: req.query, params: { ...req.params }, body: value(req.body), originalUrl: req.originalUrl })
}

const about: Handler = (req, res) => {
  res.json({
    ip: req.ip,
    ips: req.ips,
    protocol: req.protocol,
    secure: req.secure,
    hostname: value(req.hostname),
    host: value(req.host),
    subdomains: req.subdomains,
    xhr: req.xhr,
    path: req.path,
    base: req.baseUrl,
    get: value(req.get('referer')),
    range: value(req.range(1000)),
    is: value(req.is('json', 'text/*', 'urlencoded')),
    cookies: req.cookies,
    signed: req.signedCookies,
    accepts: [req.accepts('html', 'json', 'text'), req.accepts(), req.acceptsEncodings('gzip', 'br'), req.acceptsCharsets('utf-8', 'latin1'), req.acceptsLanguages('en', 'de')]
  })
}

const mounted: Handler = (req, res) => { res.json({ base: req.baseUrl, path: req.path, original: req.originalUrl, query: req.query, id: req.params.id, body: value(req.body) }) }

const kinds: Record<string, (res: Any, req: Any) => void> = {
  string: res => res.send('stringé'),
  empty: res => res.send(''),
  null: res => res.send(null),
  nothing: res => res.send(),
  object: res => res.send({ a: [1, 2, { b: null }], c: 'é€' }),
  array: res => res.send([]),
  true: res => res.send(true),
  buffer: res => res.send(Buffer.from([0, 255, 10])),
  json: res => res.json({ a: 1 }),
  jsontext: res => res.json('text'),
  jsonp: res => res.jsonp({ a: '<\u2028>' }),
  end: res => res.end('ended'),
  xml: res => res.type('xml').send('<a/>'),
  typedobject: res => res.type('text').send({ a: 1 }),
  charset: res => res.set('Content-Type', 'text/html; charset=ascii').send('x'),
  headers: res => { res.set({ 'X-A': 'b', 'x-c': 5, ETag: '"own"', 'Last-Modified': 'Tue, 01 Jan 2030 00:00:00 GMT', 'Cache-Control': 'max-age=1' }); res.append('X-A', 'c').vary('Origin').links({ next: '/2' }); res.json({}) },
  cookie: res => { res.cookie('a', 'b').cookie('c', { d: 1 }, { maxAge: 1000 }).clearCookie('e'); res.send('cookies') },
  format: (res, req) => res.format({ text: () => res.send('t'), html: () => res.send('<p>'), json: () => res.send({ m: req.method }) }),
  attachment: res => res.attachment('a b.csv').send('a,b'),
  stream: res => { const stream = Readable.from([Buffer.from('ab'), Buffer.from('cd')]); res.set('X-Stream', '1').type('text'); if (res.raw === undefined) stream.pipe(res); else res.send(stream) },
  late: res => { setImmediate(() => { res.status(202).send('late') }) },
  throw: () => { throw Object.assign(new Error('thrown'), { status: 409 }) },
  throwplain: () => { throw new TypeError('thrown plainly') },
  throwtext: () => { throw 'text' }, // eslint-disable-line no-throw-literal
  download: res => { res.download(join(root, 'hello.txt'), 'x.txt') }
}

const calls: Record<string, (res: Any, a: string, b: string) => void> = {
  set: (res, a, b) => { res.set(a, b).send('set') },
  setlist: (res, a, b) => { res.set(a, [b, a]).json({}) },
  append: (res, a, b) => { res.append(a, b).append(a, [a, b]).send('appended') },
  vary: (res, a, b) => { res.vary(a).vary([b, a]).send('varied') },
  location: (res, a) => { res.location(a).status(201).send() },
  links: (res, a, b) => { res.links({ [b]: a, next: b }).json([]) },
  attachment: (res, a) => { res.attachment(a).send('attached') },
  type: (res, a) => { res.type(a).send('typed') },
  typebuffer: (res, a) => { res.type(a).send(Buffer.from('typed')) },
  typejson: (res, a) => { res.type(a).json({ typed: true }) },
  cookie: (res, a, b) => { res.cookie(a, b, { path: '/x', httpOnly: true }).send('cookie') },
  cookiedomain: (res, a, b) => { res.cookie('n', a, { domain: b, maxAge: 5000 }).send('cookie') },
  clear: (res, a, b) => { res.clearCookie(a, { path: b }).send('cleared') },
  redirect: (res, a) => { res.redirect(a) },
  moved: (res, a) => { res.redirect(301, a) },
  send: (res, a) => { res.send(a) },
  json: (res, a, b) => { res.json({ [a]: b }) },
  end: (res, a, b) => { res.set('X-B', b).end(a) },
  etag: (res, a, b) => { res.set('ETag', a).set('Last-Modified', b).json({}) },
  download: (res, a) => { res.download(join(root, 'hello.txt'), a) },
  sendfile: (res, a) => { res.sendFile(a, { root }) },
  format: (res, a, b) => { res.format({ [a]: () => { res.send('first') }, json: () => { res.send({}) }, [b]: () => { res.send('last') } }) },
  remove: (res, a, b) => { res.set(a, b); res.removeHeader(a); res.removeHeader('X-Powered-By'); res.send('removed') },
  status: (res, a) => { res.status(/^[2-5]\d\d$/.test(a) ? Number(a) : 200).send(a) },
  fail: (_res, a, b) => { throw Object.assign(new Error(a), { status: Number(b) || undefined, headers: { 'X-Failed': 'yes' } }) }
}

/** Names of what `/call/:name?a=…&b=…` can do. */
export const callNames = Object.keys(calls)

/** The application under fuzz: every part of the row table can be reached by some request. */
export const application: Fixture = {
  settings: { trust: 2, cookieSecret: 'secret', bodies: { json: true, urlencoded: { extended: true }, text: true, raw: { limit: '1kb' } } },
  routes: [
    ['GET', '/', text('root')],
    ['GET', '/echo', echo], ['POST', '/echo', echo], ['PUT', '/echo', echo], ['PATCH', '/echo', echo], ['DELETE', '/echo', echo],
    ['GET', '/about', about], ['POST', '/about', about],
    ['GET', '/send/:kind', (req, res) => { (kinds[req.params.kind] ?? kinds.string)?.(res, req) }],
    ['POST', '/send/:kind', (req, res) => { res.status(201); (kinds[req.params.kind] ?? kinds.string)?.(res, req) }],
    ['GET', '/call/:name', (req, res) => { (calls[req.params.name] ?? calls.send)?.(res, String(req.query.a ?? ''), String(req.query.b ?? '')) }],
    ['GET', '/status/:code', (req, res) => { res.status(statusOf(req)).json({ code: req.params.code }) }],
    ['GET', '/sendstatus/:code', (req, res) => { res.sendStatus(statusOf(req)) }],
    ['GET', '/redirect', (req, res) => { res.redirect(String(req.query.to ?? '/there')) }],
    ['GET', '/redirect/:code', (req, res) => { res.redirect(statusOf(req), String(req.query.to ?? '/there')) }],
    ['GET', '/type/:type', (req, res) => { res.type(req.params.type).send('typed') }],
    ['GET', '/file/:name', (req, res) => { res.sendFile(req.params.name, { root, lastModified: true, maxAge: 5000 }) }],
    ['GET', '/users/:id', echo], ['GET', '/users/me', text('me')], ['GET', '/users/:id/parts/:part', echo], ['DELETE', '/users/:id', echo],
    ['GET', '/Mixed/Case', text('mixed')], ['GET', '/slash/', text('slash')],
    ['GET', '/a-:from.:to', echo],
    ['GET', '/tree/*', (req, res) => { res.json({ path: req.path }) }],
    ['GET', '/async/ok', async (_req, res) => { await null; res.json({ async: true }) }],
    ['GET', '/async/later', async (_req, res) => { setImmediate(() => { res.json({ later: true }) }) }],
    ['GET', '/async/fail', async (_req, res) => { await null; res.status(400); res.send('no') }],
    ['HEAD', '/head', (_req, res) => { res.set('X-Head', 'own').end() }], ['GET', '/head', text('get')],
    ['OPTIONS', '/own', (_req, res) => { res.set('Allow', 'GET').send('own') }], ['GET', '/own', text('own')],
    ['GET', '/:first/fallback', echo]
  ],
  express: (app, library) => {
    app.use('/static', library.static(root))
    const router = library.Router({ mergeParams: true })
    router.get('/in', mounted)
    router.post('/in', mounted)
    app.use('/mount/:id', router)
  },
  fastify: app => {
    app.expressStatic('/static', root)
    app.register(async child => {
      child.get('/in', mounted)
      child.post('/in', mounted)
    }, { prefix: '/mount/:id' })
  },
  requests: []
}

/** Names of what `/send/:kind` can do. */
export const sendKinds = Object.keys(kinds)
