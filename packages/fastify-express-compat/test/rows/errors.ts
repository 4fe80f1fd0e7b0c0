import type { Fixture, Handler } from '../support/fixture.ts'
import { raw, rawJson } from '../support/request.ts'

const fail = (make: () => unknown): Handler => () => { throw make() }
const failLater = (make: () => unknown): Handler => async () => { throw make() }
const error = (fields: object) => Object.assign(new Error('secret <message>  "x"\n\'y\''), fields)
const lines = (...names: string[]) => names.map(name => raw(`GET /${name}`))

/** Fixtures of the rows about failures and unmatched requests. */
export const errorFixtures = {
  notFoundPage: {
    routes: [['GET', '/known', (_req, res) => { res.send('x') }]],
    requests: ['GET /', 'POST /known', 'GET /<b>/"x"', 'GET /a%20b?c=d', 'PROPFIND /x', 'HEAD /x', 'GET //double', 'DELETE /%C3%BC', 'GET /a\\b', 'PATCH /known/'].map(line => raw(line)).concat(raw('POST /x', {}, 'body'), raw('POST /x', { 'Transfer-Encoding': 'chunked' }, '3\r\nabc\r\n0\r\n\r\n'))
  },
  errorPage: {
    settings: { env: 'production' },
    routes: [['GET', '/plain', fail(() => error({}))], ['GET', '/headers', (_req, res) => { res.set('X-Before', '1').set('Content-Encoding', 'gzip').set('Cache-Control', 'public'); throw error({ status: 418, headers: { 'X-Error': 'yes' } }) }], ['GET', '/text', fail(() => 'text')], ['GET', '/typed', (_req, res) => { res.set('X-A', '1').type('json').set('X-B', '2'); throw error({}) }]],
    requests: [...lines('plain', 'headers', 'text', 'typed'), raw('HEAD /plain'), raw('GET /plain', { 'If-None-Match': '*' })]
  },
  errorStatus: {
    settings: { env: 'development' },
    routes: [['GET', '/status', fail(() => error({ status: 403, statusCode: 409 }))], ['GET', '/code', fail(() => error({ statusCode: 409 }))], ['GET', '/ok', fail(() => error({ status: 200 }))], ['GET', '/big', fail(() => error({ status: 600, statusCode: 404 }))],
      ['GET', '/set', (_req, res) => { res.status(422); throw error({}) }], ['GET', '/string', fail(() => error({ status: '404' }))], ['GET', '/number', fail(() => 7)], ['GET', '/object', fail(() => ({ status: 410 }))]],
    requests: lines('status', 'code', 'ok', 'big', 'set', 'string', 'number', 'object')
  },
  thrownNothing: { routes: [['GET', '/undefined', fail(() => undefined)], ['GET', '/null', fail(() => null)]], requests: lines('undefined', 'null') },
  rejectedNothing: { settings: { env: 'development' }, routes: [['GET', '/nothing', failLater(() => undefined)], ['GET', '/error', failLater(() => error({ status: 400 }))], ['GET', '/empty', failLater(() => '')]], requests: lines('nothing', 'error', 'empty') },
  bodyErrorFirst: { routes: [['POST', '/items/:id', (_req, res) => { res.send('x') }]], requests: [rawJson('POST /items/%zz', '{"a"', 'application/json; charset=nothing'), rawJson('POST /items/%zz', '{"a":1}')] },
  frameworkErrors: {
    settings: { env: 'development' },
    express: (app, library) => { const router = library.Router(); router.get('/in', (_req: unknown, res: { send (text: string): void }) => { res.send('x') }); app.use('/mount/:id', router) },
    fastify: app => { app.register(async child => { child.get('/in', async () => 'x') }, { prefix: '/mount/:id' }) },
    routes: [['GET', '/items/:id', (_req, res) => { res.send('x') }], ['GET', '/plain', (_req, res) => { res.send('x') }], ['GET', '/tree/*', (_req, res) => { res.send('x') }], ['POST', '/only/:post', (_req, res) => { res.send('x') }]],
    requests: ['GET /items/%', 'GET /items/%E0%A4', 'GET /plain%zz', 'GET /%c0', 'GET /only/%zz', 'GET /tree/a/%/b', 'OPTIONS *', 'GET /items/a?b=%zz', 'DELETE /items/%ff', 'GET /mount/%zz', 'GET /mount/%zz/none', 'GET /mounts/%zz'].map(line => raw(line))
  }
} satisfies Record<string, Fixture>
