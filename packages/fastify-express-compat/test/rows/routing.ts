import type { Fixture } from '../support/fixture.ts'
import { raw } from '../support/request.ts'

const name = (text: string) => (_req: unknown, res: { send (body: string): void }) => { res.send(text) }
const params = (req: { params: Record<string, string> }, res: { json (body: unknown): void }) => { res.json(Object.values(req.params)) }

/** Fixtures of the rows about which handler a request reaches. */
export const routingFixtures = {
  caseInsensitive: { routes: [['GET', '/Users/:id', params]], requests: [raw('GET /users/AbC'), raw('GET /USERS/x'), raw('HEAD /uSERS/x')] },
  trailingSlash: { routes: [['GET', '/users', name('list')], ['GET', '/users/:id', params]], requests: [raw('GET /users/'), raw('GET /users/7/'), raw('GET /users//'), raw('GET /users/?a=1')] },
  routeOrder: {
    routes: [
      ['GET', '/users/:id', params], ['GET', '/users/me', name('me')], ['GET', '/files/*', name('all files')], ['GET', '/files/one', name('one')], ['GET', '/:a/b', name('a/b')], ['GET', '/x/:c', name('x/c')],
      ['POST', '/users/me', name('post me')], ['GET', '/users/:other', name('again')], ['HEAD', '/users/me', name('head')]
    ],
    requests: ['GET /users/me', 'GET /users/7', 'GET /files/one', 'GET /x/b', 'GET /x/c', 'POST /users/me', 'HEAD /users/me', 'GET /users/me?x=/a'].map(line => raw(line))
  },
  longParameters: { routes: [['GET', '/:id', params]], requests: [raw(`GET /${'x'.repeat(101)}`), raw(`GET /${'%20'.repeat(700)}`)] },
  encodedPaths: { routes: [['GET', '/users', name('users')], ['GET', '/items/:id', params]], requests: [raw('GET /%75sers'), raw('GET /users%2F'), raw('GET /items/%41%2Fb'), raw('GET /ite%6ds/a'), raw('GET /users?a=%20'), raw('GET http://other.test/items/a\\b'), raw('GET http://other.test/users')] },
  asteriskTarget: { routes: [['GET', '/', name('root')], ['OPTIONS', '/', name('options')]], requests: [raw('GET *'), raw('HEAD *'), raw('GET *?a')] },
  absoluteFragments: { routes: [['GET', '/a', (req, res) => { res.json([req.originalUrl, req.query]) }]], requests: [raw('GET http://other.test/a?b=1#c'), raw('GET http://other.test/a#c?d')] },
  doubleRoot: { routes: [['GET', '/', name('root')]], requests: [raw('GET //'), raw('GET //?a'), raw('GET /')] },
  mountedTargets: {
    express: (app, library) => { const router = library.Router(); router.get('/in', name('in')); app.use('/mount/:id', router) },
    fastify: app => { app.register(async child => { child.get('/in', name('in') as never) }, { prefix: '/mount/:id' }) },
    requests: ['GET http://other.test/mount/a"b/in', 'GET http://other.test/mount/ab/in', 'GET /mount/a"b/in#x', 'GET /mount/a"b/in', 'GET /mount/ab/in#x', 'GET http://other.test/mount/a"b/in?x=/'].map(line => raw(line))
  },
  mountedSlashes: {
    express: (app, library) => { const router = library.Router(); router.get('/in', (req: any, res: any) => { res.json([req.baseUrl, req.path, req.originalUrl]) }); app.use('/mount/:id', router) },
    fastify: app => { app.register(async child => { child.get('/in', ((req: any, res: any) => { res.json([req.baseUrl, req.path, req.originalUrl]) }) as never) }, { prefix: '/mount/:id' }) },
    requests: ['/mount/1//in', '/mount/1//in?a=//b', '/mount//1/in', '/mount/1/in//', '/mount/1///in', '/Mount/a%20b//IN'].map(path => raw(`GET ${path}`))
  },
  emptyWildcards: { routes: [['GET', '/tree/*', name('tree')], ['GET', '/bush', name('bush')], ['GET', '/bush/*', name('under bush')]], requests: ['/tree/', '/tree', '/tree/a', '/bush', '/bush/', '/bush/x'].map(path => raw(`GET ${path}`)) },
  emptyParameters: { routes: [['GET', '/a/:id/b', params], ['GET', '/f/:name.txt', params]], requests: [raw('GET /a//b'), raw('GET /f/.txt'), raw('GET /a/x/b')] },
  optionsMethod: {
    routes: [['GET', '/users', name('users')], ['POST', '/users', name('post')], ['DELETE', '/users/:id', name('delete')], ['PUT', '/:any', name('put')]],
    requests: [raw('OPTIONS /users'), raw('OPTIONS /users/1'), raw('OPTIONS /other'), raw('OPTIONS /no/such/path'), raw('OPTIONS /users', { Origin: 'http://a.test', 'Access-Control-Request-Method': 'PUT' })]
  },
  headMethod: {
    routes: [['GET', '/', (_req, res) => { res.json({ a: 'some text' }) }], ['GET', '/text', name('text')], ['HEAD', '/own', (_req, res) => { res.set('X-Head', '1').send() }], ['GET', '/own', name('own')]],
    requests: [raw('HEAD /'), raw('HEAD /text'), raw('HEAD /own'), raw('HEAD /none')]
  }
} satisfies Record<string, Fixture>
