import type { Draft } from './draft.ts'
import type { Probe } from './probe.ts'

type Headers = Readonly<Record<string, string | readonly string[]>>

const headerVariants: ReadonlyArray<readonly [label: string, headers: Headers]> = [
  ['accept anything', { accept: '*/*' }], ['accept HTML', { accept: 'text/html' }], ['accept XML', { accept: 'application/xml' }], ['refuse JSON', { accept: 'application/json;q=0' }],
  ['accept gzip', { 'accept-encoding': 'gzip' }], ['accept br', { 'accept-encoding': 'br, gzip;q=0.5' }], ['refuse identity', { 'accept-encoding': 'identity;q=0' }],
  ['foreign origin', { origin: 'https://elsewhere.example' }], ['null origin', { origin: 'null' }], ['local origin', { origin: 'http://localhost:5173' }],
  ['if-none-match any', { 'if-none-match': '*' }], ['if-none-match other', { 'if-none-match': '"x", W/"y"' }], ['if-match other', { 'if-match': '"x"' }],
  ['if-modified-since future', { 'if-modified-since': 'Fri, 31 Dec 2099 23:59:59 GMT' }], ['if-unmodified-since past', { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' }],
  ['no-cache', { 'cache-control': 'no-cache' }], ['range', { range: 'bytes=0-3' }], ['own request id', { 'x-request-id': 'chosen-by-the-client' }], ['bad request id', { 'x-request-id': 'a b"c' }],
  ['request id twice', { 'x-request-id': ['one', 'two'] }],
  ['method override', { 'x-http-method-override': 'DELETE' }], ['forwarded', { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'elsewhere.example' }],
  ['other host', { host: 'elsewhere.example' }], ['language', { 'accept-language': 'de, en;q=0.5' }], ['odd cookie', { cookie: 'a=b; __proto__=c; =; %zz' }], ['long header', { 'x-long': 'x'.repeat(6000) }], ['bytes in header', { 'x-bytes': 'é\u00ff' }],
  ['AJAX', { 'x-requested-with': 'XMLHttpRequest' }], ['empty user agent', { 'user-agent': '' }]
]

const typeVariants: ReadonlyArray<string | undefined> = [
  'application/json; charset=utf-8', 'application/json;charset=UTF-8', 'application/json; charset="utf-8"', 'application/json; charset=iso-8859-1', 'application/json; charset=utf-16', 'APPLICATION/JSON',
  'application/json;', 'application/json; a=b', 'application/problem+json', 'application/vnd.api+json', 'application/merge-patch+json', 'text/json', 'text/plain', 'text/html', 'application/x-www-form-urlencoded', 'multipart/form-data', 'multipart/form-data; boundary=x',
  'application/octet-stream', 'application/xml', 'json', '*/*', 'application/json, text/plain', ' application/json', 'application/jsonx', ''
]

/** A good request with other headers: negotiation, CORS, conditions, proxies, types of its body. */
export function * headerProbes (base: Draft): Iterable<Probe> {
  const probe = (label: string, headers: Headers): Probe => ({ draft: { ...base, headers: { ...base.headers, ...headers } }, label: `header ${label}`, fits: true, tier: 1 })
  for (const [label, headers] of headerVariants) yield probe(label, headers)
  if (base.body !== undefined) {
    const own = 'json' in base.body ? { text: JSON.stringify(base.body.json) } : base.body
    for (const type of typeVariants) yield { ...probe(`content-type ${type}`, { 'content-type': type! }), draft: { ...base, headers: { ...base.headers, 'content-type': type! }, body: own } }
    yield { ...probe('no content-type', {}), draft: { ...base, body: own } }
    yield { draft: { ...base, body: undefined }, label: 'body missing', fits: false, tier: 0 }
    for (const coding of ['gzip', 'identity', 'br', 'unknown', 'GZIP']) yield probe(`content-encoding ${coding}`, { 'content-encoding': coding })
  } else {
    yield { draft: { ...base, headers: { ...base.headers, 'content-type': 'application/json' }, body: { json: { unasked: true } } }, label: 'body unasked for', fits: true, tier: 1 }
    yield { draft: { ...base, headers: { ...base.headers, 'content-type': 'text/plain' }, body: { text: 'unasked' } }, label: 'text body unasked for', fits: true, tier: 1 }
    yield { draft: { ...base, headers: { ...base.headers, 'content-type': 'application/json' }, body: { text: '{' } }, label: 'malformed body unasked for', fits: true, tier: 1 }
  }
}

/** The same with credentials that are missing, malformed, or someone else's. */
export function * credentialProbes (base: Draft, credentials: Readonly<Record<string, string>>): Iterable<Probe> {
  for (const [name, value] of Object.entries(credentials)) {
    const { [name]: _, ...without } = base.headers
    const probe = (label: string, given: string | readonly string[], fits = false): Probe => ({ draft: { ...base, headers: { ...without, [name]: given } }, label: `credentials ${label}`, fits, tier: 0 })
    yield { draft: { ...base, headers: without }, label: `credentials no ${name}`, fits: false, tier: 0 }
    yield probe('empty', '')
    yield probe('nonsense', 'nonsense')
    const scheme = /^(\S+) (.+)$/.exec(value)
    if (scheme !== null) {
      const [, word, rest] = scheme
      yield probe('scheme only', word!)
      yield probe('scheme and space', `${word} `)
      yield probe('no scheme', rest!)
      yield probe('lower case scheme', `${word!.toLowerCase()} ${rest}`, true)
      yield probe('upper case scheme', `${word!.toUpperCase()} ${rest}`, true)
      yield probe('two spaces', `${word}  ${rest}`)
      yield probe('tab', `${word}\t${rest}`)
      yield probe('word after', `${value} x`)
      yield probe('comma after', `${value}, x`)
      yield probe('changed', `${value}x`)
      yield probe('quoted', `${word} "${rest}"`)
      yield probe('Basic', 'Basic YTpi')
      yield probe('unsigned token', `${word} eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.`)
      yield probe('expired token', `${word} eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIiwiaWF0IjoxLCJleHAiOjJ9.c2lnbmF0dXJl`)
    } else {
      yield probe('changed', `${value}x`)
    }
    yield probe('twice', [value, value], true)
  }
}

/** The same with other methods, and with paths that are spelled otherwise. */
export function * targetProbes (base: Draft): Iterable<Probe> {
  const spell = (label: string, target: (target: string) => string): Probe => ({ draft: { ...base, target }, label: `path ${label}`, fits: false, tier: 1 })
  const split = (target: string): [path: string, query: string] => {
    const at = target.indexOf('?')
    return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at)]
  }
  const onPath = (change: (path: string) => string) => (target: string) => {
    const [path, query] = split(target)
    return change(path) + query
  }
  for (const end of ['/', '//', '/.', '%20', '%00', '%', '%zz', '%2f', ';a=b', '.json', '/extra', '?', '?a', '?a=1&a=2', '?__proto__=1', '?a[b]=1', '?%', '?a=%ff']) yield spell(`with ${end} at its end`, onPath(path => path + end))
  yield spell('with two slashes first', onPath(path => `/${path}`))
  yield spell('with two slashes inside', onPath(path => path.replace(/(?<=.)\//, '//')))
  yield spell('with a dot segment', onPath(path => `/.${path}`))
  yield spell('with dot segments', onPath(path => `/x/..${path}`))
  yield spell('in upper case', onPath(outsideReferences(text => text.toUpperCase())))
  yield spell('with an encoded letter', onPath(outsideReferences(text => text.replace(/[a-z]/, letter => `%${letter.charCodeAt(0).toString(16)}`))))
  yield spell('with encoded slashes', onPath(path => path.replace(/(?<=.)\//g, '%2F')))
  yield spell('with backslashes', onPath(path => path.replace(/(?<=.)\//g, '\\')))
  yield spell('of absolute form', target => `http://localhost${target}`)
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
    if (method === base.operation.method) continue
    const withoutBody = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
    yield { draft: { ...base, method, ...(withoutBody && { body: undefined }) }, label: `method ${method}`, fits: method === 'DELETE' || method === 'PUT' || method === 'PATCH', tier: 1 }
  }
  for (const [label, headers] of preflights) yield { draft: { ...base, method: 'OPTIONS', body: undefined, headers }, label: `preflight ${label}`, fits: false, tier: 1 }
}

const preflights: ReadonlyArray<readonly [label: string, headers: Headers]> = [
  ['plain', { origin: 'http://localhost:5173', 'access-control-request-method': 'PUT' }],
  ['with headers', { origin: 'http://localhost:5173', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization, content-type' }],
  ['foreign', { origin: 'https://elsewhere.example', 'access-control-request-method': 'DELETE' }],
  ['private network', { origin: 'http://localhost:5173', 'access-control-request-method': 'GET', 'access-control-request-private-network': 'true' }]
]

function outsideReferences (change: (text: string) => string): (path: string) => string {
  return path => path.split(/(\$\{[\w-]+\}|%[0-9A-Fa-f]{2})/).map((part, index) => index % 2 === 0 ? change(part) : part).join('')
}
