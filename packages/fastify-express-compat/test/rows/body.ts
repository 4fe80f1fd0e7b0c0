import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Fixture, Handler } from '../support/fixture.ts'
import { raw, rawJson } from '../support/request.ts'

const echo: Handler = (req, res) => { res.json({ body: req.body === undefined ? 'undefined' : req.body, type: typeof req.body }) }
const routes = [['POST', '/', echo], ['DELETE', '/', echo], ['GET', '/', echo], ['PUT', '/', echo]] as const
const packed = (data: Buffer) => data.toString('latin1')
const encoded = (encoding: string, data: Buffer) => raw('POST /', { 'Content-Type': 'application/json', 'Content-Encoding': encoding, 'Content-Length': String(data.length) }, packed(data))

/** Fixtures of the rows about request bodies, query strings and parameters. */
export const bodyFixtures = {
  emptyJson: {
    routes,
    requests: [
      raw('DELETE /', { 'Content-Type': 'application/json' }), raw('POST /', { 'Content-Type': 'application/json', 'Content-Length': '0' }),
      raw('PUT /', { 'Content-Type': 'application/json; charset=utf-8', 'Transfer-Encoding': 'chunked' }, '0\r\n\r\n'), raw('POST /none', { 'Content-Type': 'application/json', 'Content-Length': '0' })
    ]
  },
  unknownTypes: { routes, requests: [raw('POST /', { 'Content-Type': 'application/xml' }, '<a/>'), raw('POST /', {}, 'no type'), raw('POST /', { 'Content-Type': 'multipart/form-data' }, 'x'), raw('POST /none', { 'Content-Type': 'application/xml' }, '<a/>')] },
  invalidTypes: { routes, requests: ['json', 'application/', '/json', 'application/json;', 'a/b; c', 'text/plain/x', ' ', 'application/json; charset'].map(type => raw('POST /', { 'Content-Type': type }, '{"a":1}')) },
  textBodies: { routes, requests: [raw('POST /', { 'Content-Type': 'text/plain' }, 'some text')] },
  formBodies: {
    routes,
    settings: { bodies: { json: true, urlencoded: true } },
    requests: ['a=1&b=2', 'a[b]=1&a[c][]=2', 'a=%C3%BC&a=2&b', '', 'a=%zz&b=+', Array.from({ length: 1001 }, (_, i) => `k${i}=1`).join('&')].map(text => raw('POST /', { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': String(text.length) }, text))
  },
  bodiesOnGet: { routes, requests: [rawJson('GET /', '{"a":1}'), rawJson('GET /', '{'), rawJson('HEAD /', '{"a":1}')] },
  bodiesOnOthers: { routes, requests: [rawJson('PROPFIND /', '{'), rawJson('MKCOL /none', '{}'), rawJson('TRACE /', 'x')] },
  bodyLimit: { routes, requests: [rawJson('POST /', JSON.stringify({ a: 'x'.repeat(102400) })), rawJson('POST /', JSON.stringify({ a: 'x'.repeat(102392) })), rawJson('POST /none', JSON.stringify({ a: 'x'.repeat(102400) }))] },
  strictJson: { routes, requests: ['1', '"text"', 'null', ' true', '[1]', ' {"a":1}', 'x{}'].map(text => rawJson('POST /', text)) },
  protoKeys: { routes: [['POST', '/', (req, res) => { res.json({ keys: Object.keys(req.body), text: JSON.stringify(req.body) }) }]], requests: [rawJson('POST /', '{"__proto__":{"x":1}}'), rawJson('POST /', '{"a":{"__proto__":1}}'), rawJson('POST /', '{"constructor":{"prototype":{"x":1}}}')] },
  compressedBodies: {
    routes,
    requests: [
      encoded('gzip', gzipSync('{"a":1}')), encoded('deflate', deflateSync('{"a":1}')), encoded('br', brotliCompressSync('{"a":1}')), encoded('GZIP', gzipSync('{"a":1}')), encoded('identity', Buffer.from('{"a":1}')),
      encoded('nothing', Buffer.from('{}')), encoded('gzip', Buffer.from('{"a":1}')), encoded('gzip', gzipSync(JSON.stringify({ a: 'x'.repeat(200_000) }))), encoded('gzip', gzipSync('{"a":1}').subarray(0, 12))
    ]
  },
  bodyCharsets: {
    routes,
    requests: [
      rawJson('POST /', Buffer.from('{"a":"ü"}', 'utf16le').toString('latin1'), 'application/json; charset=utf-16le'), rawJson('POST /', Buffer.from('\ufeff{"a":"ü"}', 'utf16le').toString('latin1'), 'application/json; charset=utf-16'),
      rawJson('POST /', '{"a":"\xfc"}', 'application/json; charset=iso-8859-1'), rawJson('POST /', '{"a":1}', 'application/json; charset=UTF-8'), rawJson('POST /', '{"a":1}', 'application/json; charset=utf-99'), rawJson('POST /', '{"a":"\xc3\xbc\xff"}')
    ]
  },
  parserMessages: { routes, settings: { env: 'development' }, requests: ['{"a":', '{"a":1}}', '{a:1}', '[1,]', '"text"', '#', '{"a":"\n"}'].map(text => rawJson('POST /', text)) },
  bodyErrorsKeepAlive: { routes, requests: [[rawJson('POST /', '{'), rawJson('POST /', '{"a":1}')]] },
  missingBody: { routes, requests: [raw('POST /', { 'Content-Length': '0' }), raw('GET /'), raw('DELETE /'), raw('POST /', { 'Content-Type': 'application/xml' }, '<a/>')] },
  queryParser: {
    routes: [['GET', '/', (req, res) => { res.json(req.query) }]],
    requests: ['a=1&a=2', 'a[b]=1&a[c][]=2&a[c][]=3', 'a=%C3%BC+x&b=%zz', 'a', '=b', '__proto__=1&a=%20', 'a.b=1;c=2', '?a=1', 'toString=1', 'a[0]=x&a[2]=y', '&&a=1&', 'a=1#b=2', '#c=3', 'a=%F0%9F%98%80'].map(query => raw(`GET /?${query}`))
  },
  paramsPrototype: { routes: [['GET', '/:id', (req, res) => { res.json({ inherited: 'hasOwnProperty' in req.params, text: String(req.params.toString) }) }]], requests: [raw('GET /7')] },
  rawInput: {
    routes: [['GET', '/', (req, res) => { res.json({ query: req.query, body: req.body }) }, { schema: { querystring: { type: 'object', properties: { n: { type: 'integer' }, d: { type: 'string', default: 'x' } }, additionalProperties: false } } }],
      ['POST', '/', (req, res) => { res.json(req.body) }, { schema: { body: { type: 'object', properties: { n: { type: 'integer' } }, additionalProperties: false } } }]],
    settings: { bodies: { json: true } },
    requests: [raw('GET /?n=5&other=1'), rawJson('POST /', '{"n":"5","other":{"a":null}}')]
  }
} satisfies Record<string, Fixture>
