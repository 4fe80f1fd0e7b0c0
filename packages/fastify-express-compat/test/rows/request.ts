import type { Fixture, Handler } from '../support/fixture.ts'
import { raw } from '../support/request.ts'

const show = (read: (req: any) => unknown): Handler => (req, res) => { const value = read(req); res.json({ value: value === undefined ? 'undefined' : value }) }
const at = (read: (req: any) => unknown) => [['GET', '/', show(read)], ['POST', '/', show(read)]] as const
const ask = (headers: Record<string, string> = {}) => raw('GET /', headers)
const none = 'GET / HTTP/1.0\r\n\r\n'
const forwarded = { 'X-Forwarded-For': '1.1.1.1, 2.2.2.2', 'X-Forwarded-Proto': 'https, http', 'X-Forwarded-Host': 'first.example.com:8080, second.test' }

/** Fixtures of the rows about what a handler reads from a request. */
export const requestFixtures = {
  trustProxy: { settings: { trust: 1 }, routes: at(req => req.ip), requests: [ask(), ask(forwarded), ask({ 'X-Forwarded-For': '1.1.1.1,2.2.2.2, ' })] },
  forwardedFirst: { settings: { trust: true }, routes: at(req => [req.protocol, req.hostname]), requests: [ask(), ask(forwarded), ask({ 'X-Forwarded-Proto': ' https ' })] },
  ips: { settings: { trust: 'loopback' }, routes: at(req => req.ips), requests: [ask(), ask(forwarded)] },
  hostname: { routes: at(req => req.hostname), requests: [none, ask({ Host: 'a.test:80' }), ask({ Host: '[::1]:80' }), ask({ Host: 'a:b:c' }), ask({ Host: '' }), ask(forwarded)] },
  host: { routes: at(req => req.host), requests: [none, ask({ Host: 'a.test:80' }), ask({ Host: '[::1]:80' })] },
  cookies: {
    settings: { cookieSecret: 'keyboard cat' },
    routes: at(req => [req.cookies, req.signedCookies]),
    requests: [
      ask(), ask({ Cookie: 'a=1; a=2; b=%C3%BC; c="quoted"; d=%zz; e; =f; __proto__=x' }), ask({ Cookie: 'j=j:{"a":1}; k=j:{bad; n=j:null; z=j:0' }),
      ask({ Cookie: 's=s:tobi.DGJx6v3HBt1YxdkMW5U6Jt2Qd2tvSJ1bq3NRJmnUbq0; t=s%3Atobi.DDm3AcVxE9oneYnbmpqxoyhyKsk' }), ask({ Cookie: 's=s:hello.2xnKhb%2B7Y1Sgwzq3mSs6yfpU1tDoOGrb7cDBVs1YpXY' })
    ]
  },
  get: { routes: at(req => [req.get('Referrer'), req.get('referer'), req.header('HOST'), req.get('X-None') ?? 'none']), requests: [ask(), ask({ Referer: 'http://a.test/' }), ask({ Referrer: 'http://b.test/' })] },
  secure: { settings: { trust: true }, routes: at(req => req.secure), requests: [ask(), ask(forwarded), ask({ 'X-Forwarded-Proto': 'http' })] },
  subdomains: { routes: at(req => req.subdomains), requests: [ask({ Host: 'tobi.ferrets.example.com' }), ask({ Host: '10.0.0.1' }), ask({ Host: 'localhost:1' }), none] },
  xhr: { routes: at(req => req.xhr), requests: [ask(), ask({ 'X-Requested-With': 'XMLHttpRequest' }), ask({ 'X-Requested-With': 'other' })] },
  fresh: {
    routes: [['GET', '/', (req, res) => { res.set('ETag', '"x"'); res.set('X-Fresh', `${req.fresh} ${req.stale}`); res.status(req.fresh ? 304 : 200).json({}) }]],
    requests: [ask(), ask({ 'If-None-Match': '"x"' }), ask({ 'If-None-Match': '"y"' }), raw('HEAD /', { 'If-None-Match': '"x"' })]
  },
  accepts: { routes: at(req => [req.accepts('json'), req.accepts(['html', 'text/plain']), req.accepts('image/png', 'json'), req.accepts()]), requests: [ask(), ask({ Accept: 'text/*;q=.5, application/json' }), ask({ Accept: 'image/*' }), ask({ Accept: 'bad' }), ask({ Accept: '*/*' })] },
  acceptsOthers: {
    routes: at(req => [req.acceptsEncodings('gzip', 'deflate'), req.acceptsEncodings(), req.acceptsCharsets('utf-8'), req.acceptsCharsets(), req.acceptsLanguages('en', 'de'), req.acceptsLanguages()]),
    requests: [ask(), ask({ 'Accept-Encoding': 'gzip;q=0.5, deflate', 'Accept-Charset': 'iso-8859-1', 'Accept-Language': 'de-DE, en;q=0.1' })]
  },
  is: { routes: at(req => [req.is('json'), req.is('html', 'application/*'), req.is(['text/*'])]), requests: [raw('POST /', { 'Content-Type': 'application/json; charset=utf-8' }, '{}'), raw('POST /', { 'Content-Type': 'text/html' }, 'x'), ask(), raw('POST /', {}, 'x'), raw('POST /', { 'Content-Type': 'application/json; charset' }, '')] },
  range: { routes: at(req => req.range(100)), requests: [ask(), ask({ Range: 'bytes=0-50,60-' }), ask({ Range: 'bytes=200-' }), ask({ Range: 'bytes' }), ask({ Range: 'items=0-5' }), ask({ Range: 'bytes=a-b' })] },
  path: { routes: [['GET', '/a/:b', show(req => req.path)]], requests: [raw('GET /a/b?c=d'), raw('GET /a/%20?'), raw('GET http://other.test/a/b?x')] },
  baseUrl: {
    express: (app, library) => { const router = library.Router(); router.get('/b/:c', show(req => [req.baseUrl, req.path, req.originalUrl])); app.use('/mount/:id', router); app.get('/top', show(req => [req.baseUrl, req.path])) },
    fastify: app => { app.register(async child => { child.get('/b/:c', show(req => [req.baseUrl, req.path, req.originalUrl])) }, { prefix: '/mount/:id' }); app.get('/top', show(req => [req.baseUrl, req.path])) },
    requests: [raw('GET /mount/7/b/x?y=1'), raw('GET /top')]
  }
} satisfies Record<string, Fixture>
