import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { seeded } from '../../benchmarks/interval.ts'
import { callNames, sendKinds } from './application.ts'

/** A generated request, as bytes in latin1. */
export interface FuzzRequest {
  readonly text: string
  readonly head: boolean
}

const methods = ['GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'OPTIONS', 'PROPFIND', 'TRACE', 'MKCOL', 'PURGE', 'LOCK', 'SEARCH']
const names = ['hello.txt', 'script.js', 'noextension', '.hidden', 'folder', 'folder/', 'folder/index.html', 'none.txt', 'data.json', '..%2f..%2fx', 'hello.txt%00', '']
const codes = ['200', '201', '204', '205', '206', '301', '304', '400', '404', '418', '500', '503', '599', '600', '700', '999']
const kindPaths = sendKinds.map(kind => `/send/${kind}`)
const fixed = ['/', '/echo', '/echo', '/echo', '/about', '/about', '/redirect', '/users/me', '/users/7', '/users/7/parts/x', '/Mixed/Case', '/slash/', '/slash', '/a-1.2', '/a-x-y.z.w', '/tree/a/b', '/tree/', '/tree', '/async/ok', '/async/later', '/async/fail', '/head', '/own', '/x/fallback', '/mount/1/in', '/mount/x/in/', '/Mount/a%20b/IN', '/mount/1', '/none', '/static', '/favicon.ico', '*']
const types = ['html', 'json', 'txt', 'png', '.js', 'css', 'application%2Fjson', 'text%2Fhtml', 'nothing', 'md', 'svg', 'xml', 'bin', 'wasm', 'mjs', 'ts', 'ico', 'mp4', 'woff2', 'csv', 'jpg', 'rtf', 'yaml', 'zip', 'webmanifest', 'ics']
const targets = ['/a', '/a b', 'http://other.test/%C3%BC?x=<y>', '//host', '/%zz', '/"q"', '../up', 'back', '/a%0d%0ab', '', '%E2%82%AC', 'javascript:1', '/[x]|y^z`', "/it's", '/a\\b', 'https://h/a#frag<>']
const queries = ['a=1', 'a=1&a=2', 'a[b]=1', 'a[]=1&a[]=2', 'a[0]=1&a[5]=2', 'a=%C3%BC', 'a=%zz', 'a=+b', '', '&&', '=', 'a', 'a=b=c', 'a.b=1', 'a;b', 'callback=cb', 'callback=a.b%5B0%5D', 'callback[]=x', '__proto__=1', '__proto__[x]=1', 'constructor=1', 'toString=x', 'hasOwnProperty=1', 'a=%00', 'a=%F0%9F%98%80', 'a=%ED%A0%80', '?', 'a=?', 'a[b][c][d][e][f][g]=1', 'a[b', 'a]=1', 'a[b]c=1', '%61=1', 'a%5Bb%5D=1', `l=${'x'.repeat(300)}`, Array.from({ length: 30 }, (_, i) => `a=${i}`).join('&'), 'a=1#b', 'utf8=%E2%9C%93', 'a[][b]=1', 'a[1e3]=x', 'length=3', 'a=&b=']
const accepts = ['*/*', 'text/html', 'application/json', 'text/plain', 'text/*;q=0.5, application/json;q=0.4', 'image/png', 'text/html;level=1', 'bad', '', 'text/html, */*;q=0.1', 'application/*, text/html;q=0', '*', 'application/json;q=abc']
const bodyTypes = ['application/json', 'application/json', 'application/json; charset=utf-8', 'application/json;charset=UTF-16LE', 'application/json; charset=latin1', 'application/JSON', 'application/vnd.api+json', 'application/x-www-form-urlencoded', 'application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=utf-8', 'application/x-www-form-urlencoded; charset=iso-8859-1', 'text/plain', 'text/plain; charset=latin1', 'text/plain; charset=nothing', 'text/html', 'application/octet-stream', 'multipart/form-data; boundary=x', 'application/xml', 'json', 'text', '', '/', 'application/json;', 'application/json; charset', 'application/json; charset="utf-8"', 'application/json; a=b; charset=utf-8', 'application/json, text/plain', ' application/json ', 'application/json charset=utf-8', '*/*', 'text/*', 'application/json;charset=']
const bodies = ['{}', '{"a":1}', '[1,2]', '{"a":{"b":[null,true,"é"]}}', '{"__proto__":{"a":1}}', '{"constructor":{"prototype":1}}', '{', '}', '', ' ', 'null', '1', '"x"', 'true', '[', '{"a":1}x', '\ufeff{}', '{"a":"\\ud800"}', ' {"a":1} ', '\n[1]', 'a=1&b=2', 'a[b]=1&a[c]=2', 'a[]=1', 'a=%zz', 'a=+&b=%20', 'plain text', 'é', '<xml/>', '{"a":1e999}', '{"a":01}', "{'a':1}", '{"a":1,}', '{"a":"\u0001"}', `{"big":"${'x'.repeat(3000)}"}`, `a=${'y'.repeat(2000)}`, 'x'.repeat(1100), 'a'.repeat(40).split('').map((c, i) => `${c}${i}=1`).join('&'), `${'a[b]'.padEnd(150, '[c]')}=1`, 'a%5Bb%5D=1&%61=2', '&', '=', 'a&b', '__proto__=1&a=2', '{"length":5}', '[[[[]]]]']
const dates = ['Tue, 01 Jan 2036 00:00:00 GMT', 'Mon, 01 Jan 2001 00:00:00 GMT', 'nonsense', '', 'Tue, 01 Jan 2030 00:00:00 GMT', '0']
const tags = ['*', '"own"', 'W/"own"', '"x", "own"', 'own', 'W/"2-vyGp6PvFo4RvsFtPoIWeCReyIC8"', 'W/"7-n4nHQM60bXQYySSnisV5QdXpZSA"', 'W/"0-2jmj7l5rSw0yVb/vlWAYkK/YBwk"', 'W/"4-3Fv8XhHpwFrZ0H3UeXOR1tq9EQo", *', '', ',', '"']
const ranges = ['bytes=0-3', 'bytes=-2', 'bytes=2-', 'bytes=90-', 'bytes=0-0,2-3', 'bytes=a-b', 'items=0-1', 'bytes', '', 'bytes=3-1', 'bytes=0-,1-', 'bytes= 0-1']
const hosts = ['example.test', 'a.b.example.com:8080', '[::1]:80', '10.0.0.1', 'EXAMPLE.test', '', 'a:b:c', '[bad', 'x y']
const forwardedFor = ['1.1.1.1', '1.1.1.1, 2.2.2.2', '1.1.1.1,2.2.2.2,3.3.3.3, 4.4.4.4', 'unknown', '', ' , ', '::1', '"[2001:db8::1]:80"', '1.1.1.1 2.2.2.2']
const cookieHeaders = ['a=1', 'a=1; a=2', 'a="q"; b=%zz', 'j=j:{"x":1}', 'j=j:nope', 's=s:x.bad', 's=s%3Ax.%2BhKVzvg', 'novalue', '=x', 'a=b=c', ';;', 'a=%20; __proto__=1', 'é=1', 'a = b ; c=d', 's=s:', 'x=j:', 'x=j:null', 'n=j:5', 'toString=1']

const argumentTexts = ['x', 'X-Some', 'Content-Type', 'content-length', 'set-cookie', 'Vary', 'Accept', '*', '', ' ', 'text/html', 'html', 'json', 'text/plain; charset=latin1', 'application/json;charset=utf-8', 'image/svg+xml', 'é', '€', '😀', 'a b', 'report.pdf', '../../x', 'hello.txt', 'folder', 'W/"x"', '"x"', '/a/b?c=d#e', 'http://h.test/ü', 'back', '404', '204', '304', '205', '418', 'Tue, 01 Jan 2030 00:00:00 GMT', 'a,b', 'a;b', 'a=b', 'x\r\ny', '\u0000', 'example.test', '.x', 'ETag', 'transfer-encoding', 'connection', 'Date', 'X-Powered-By', 'default', 'text', 'bad name', '%', '%zz', '%41', '\\', "it's", '"q"', '<b>', 'a\tb']
const argumentParts = ['a', 'B', '-', '_', '.', '/', ' ', ',', ';', '=', '"', '\\', "'", '<', '>', '&', '%', '%20', 'é', '€', '😀', '?', '#', ':', '@', '(', ')', '[', ']', '{', '|', '~', '^', '`', '+', '*', '!', '$', 'text', 'html', 'charset', 'utf-8', '\u007f', '\u0080', '\u00ff', '1', '0']

/** The request of this number; the same seed and number give the same request. */
export function generate (seed: number, number: number): FuzzRequest {
  const random = seeded(Math.imul(seed, 0x9E3779B1) ^ Math.imul(number + 1, 0x85EBCA6B))
  for (let i = 0; i < 3; i++) random()
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const chance = (share: number) => random() < share
  const method = pick(methods)
  const headers: Array<[string, string]> = []
  const version = chance(0.02) ? '1.0' : '1.1'
  headers.push(['Host', chance(0.93) ? 'example.test' : pick(hosts)])
  const maybe = (share: number, name: string, list: readonly string[]) => { if (chance(share)) headers.push([name, pick(list)]) }
  maybe(0.25, 'Accept', accepts)
  maybe(0.15, 'If-None-Match', tags)
  maybe(0.08, 'If-Modified-Since', dates)
  maybe(0.04, 'If-Match', tags)
  maybe(0.03, 'If-Unmodified-Since', dates)
  maybe(0.1, 'Range', ranges)
  maybe(0.04, 'If-Range', [...tags, ...dates])
  maybe(0.08, 'X-Forwarded-For', forwardedFor)
  maybe(0.05, 'X-Forwarded-Proto', ['https', 'http', 'https, http', '', 'HTTPS', ' wss '])
  maybe(0.05, 'X-Forwarded-Host', ['f.test', 'f.test:1, g.test', '', '[::2]:5', ' a , b'])
  maybe(0.08, 'Cookie', cookieHeaders)
  maybe(0.04, 'X-Requested-With', ['XMLHttpRequest', 'xmlhttprequest', 'x'])
  maybe(0.05, 'Referer', ['/back', 'http://r.test/é', ''])
  maybe(0.03, 'Referrer', ['/alt'])
  maybe(0.05, 'Accept-Encoding', ['gzip', 'br;q=1, gzip;q=0.5', 'identity', '*', '', 'gzip;q=0'])
  maybe(0.05, 'Accept-Language', ['en', 'de-DE, en;q=0.5', '*', ''])
  maybe(0.03, 'Accept-Charset', ['utf-8', 'latin1', '*', 'utf-8;q=0'])
  maybe(0.05, 'Cache-Control', ['no-cache', 'max-age=0', 'no-store', 'only-if-cached, no-cache'])
  maybe(0.03, 'Connection', ['close', 'keep-alive', 'Keep-Alive, X', 'x'])
  maybe(0.02, 'Accept-Version', ['1.x', '2.0.0', 'bad'])
  maybe(0.01, 'Expect', ['100-continue'])
  maybe(0.02, 'Origin', ['http://o.test', 'null'])
  maybe(0.02, 'X-HTTP-Method-Override', ['DELETE'])
  maybe(0.01, 'Authorization', ['Basic eDp5', 'Bearer x'])
  if (chance(0.12)) headers.push([pick(fuzzyHeaders), scramble(valueParts, 40, pick, chance).trim()])
  if (chance(0.03)) headers.push(['Cookie', pick(cookieHeaders)])
  if (chance(0.02)) headers.push(['Accept', pick(accepts)])
  const body = makeBody(method, headers, pick, chance)
  const target = makeTarget(pick, chance)
  const lines = [`${method} ${target} HTTP/${version}`, ...headers.map(([name, value]) => `${chance(0.1) ? name.toUpperCase() : name}: ${value}`)]
  return { text: `${lines.join('\r\n')}\r\n\r\n${body}`, head: method === 'HEAD' }
}

/** A short text over an alphabet in which what parsers look for is frequent. */
function scramble (alphabet: readonly string[], longest: number, pick: Pick, chance: Chance): string {
  let text = ''
  while (text.length < longest && !chance(0.12)) text += pick(alphabet)
  return text
}

const queryParts = ['a', 'b', 'c', '=', '=', '&', '&', '[', ']', '[]', '[0]', '[a]', '%5B', '%5D', '%', '%2', '%20', '+', '%C3%BC', '%FF', '.', ';', ',', '1', '10', '?', '/', '%00', '%26', '%3D', '%E2%82%AC', '__proto__', 'callback', "'", '"', '~', '!', '(', '*']
const pathParts = ['/', '/', 'a', 'echo', 'users', 'about', 'send', 'json', 'tree', 'static', 'mount', '.', '..', '%', '%2F', '%2e', '%41', '%61', '%C3%A9', '%ff', '-', '_', '~', ';', '=', ',', '@', ':', '&', '+', '!', '$', '(', ')', "'", '*', '%25', '%3F', '%23', '1']
const jsonParts = ['{', '}', '[', ']', '"a"', '"b"', ':', ',', '1', '-0', '1.5e3', 'true', 'null', '"\\u0041"', '"é"', ' ', '\n', '"__proto__"', '{"a":1}', '[1,2]', '"', '\\', "'", 'NaN', '//', '\t', '\u00a0', '0x1']
const valueParts = ['a', 'b', '1', ',', ' ', ';', '=', 'q=0.5', 'text/html', 'json', '*', '/', '"', '\\', '%20', '\xe9', '(', ')', '-', ':', '.', 'bytes', 'gzip', 'W/', '\t', '0', '&', '@']
const fuzzyHeaders = ['Accept', 'Accept-Encoding', 'Accept-Language', 'Accept-Charset', 'Cookie', 'If-None-Match', 'If-Modified-Since', 'Range', 'If-Range', 'X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'Content-Type', 'Referer', 'X-Requested-With', 'Cache-Control', 'Origin', 'If-Match']

type Pick = <T>(list: readonly T[]) => T
type Chance = (share: number) => boolean

function makeTarget (pick: Pick, chance: Chance): string {
  const choices = [
    () => pick(fixed), () => pick(fixed), () => pick(kindPaths), () => pick(kindPaths), () => `/status/${pick(codes)}`, () => `/sendstatus/${pick(codes)}`, () => `/file/${pick(names)}`, () => `/static/${pick(names)}`,
    () => `/type/${pick(types)}`, () => `/redirect?to=${encodeURIComponent(pick(targets)).replaceAll('%25', '%')}`, () => `/redirect/${pick(codes)}?to=${encodeURIComponent(pick(targets))}`
  ]
  const argument = () => encodeURIComponent(chance(0.5) ? scramble(argumentParts, 24, pick, chance) : pick(argumentTexts))
  choices.push(...Array.from({ length: 4 }, () => () => `/call/${pick(callNames)}?a=${argument()}&b=${argument()}`))
  let path = pick(choices)()
  if (chance(0.08)) path = `/${scramble(pathParts, 40, pick, chance)}`
  if (chance(0.25)) path = mutate(path, pick, chance)
  if (chance(0.3)) path += (path.includes('?') ? '&' : '?') + (chance(0.4) ? scramble(queryParts, 60, pick, chance) : pick(queries))
  if (chance(0.01)) path = `http://absolute.test${path}`
  return path === '' ? '/' : path
}

function mutate (path: string, pick: Pick, chance: Chance): string {
  const at = Math.floor((path.length - 1) * (chance(0.5) ? 0.5 : 0.9)) + 1
  const insert = (text: string) => path.slice(0, at) + text + path.slice(at)
  return pick<() => string>([
    () => path.toUpperCase(), () => path.toLowerCase(), () => `${path}/`, () => `${path}//`, () => `/${path}`, () => insert('/'), () => insert('%20'), () => insert('%zz'), () => insert('%'), () => insert('%2F'), () => insert('%e9'), () => insert('%C3%A9'), () => insert('%25'),
    () => insert(';x=1'), () => insert('.'), () => insert('..'), () => insert('/../'), () => insert('#x'), () => insert('+'), () => insert('&'), () => insert('\\'), () => insert('"'), () => insert('<b>'), () => insert('|'), () => insert('x'.repeat(120)), () => insert('\xe9'), () => insert(':'), () => insert('*'), () => insert('%00'), () => insert('@'), () => insert('~'), () => insert('{x}'),
    () => path.replace(/[a-z]/, char => `%${char.charCodeAt(0).toString(16)}`), () => path.replace(/[a-z](?=[^a-z]*$)/, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`), () => `${path}?`, () => `${path}%`, () => `${path}%3F`, () => `${path}.json`
  ])()
}

function makeBody (method: string, headers: Array<[string, string]>, pick: Pick, chance: Chance): string {
  const likely = ['POST', 'PUT', 'PATCH'].includes(method) ? 0.9 : method === 'DELETE' ? 0.3 : 0.06
  if (!chance(likely)) {
    if (chance(0.1)) headers.push(['Content-Type', pick(bodyTypes)])
    if (chance(0.05)) headers.push(['Content-Length', '0'])
    return ''
  }
  const type = pick(bodyTypes)
  if (!chance(0.05)) headers.push(['Content-Type', type])
  const text = chance(0.25) ? scramble(/urlencoded/.test(type) ? queryParts : jsonParts, 60, pick, chance) : chance(0.005) ? JSON.stringify({ a: 'x'.repeat(110_000) }) : pick(bodies)
  let data = Buffer.from(text, 'utf8')
  if (/utf-16/i.test(type)) data = Buffer.from(data.toString(), 'utf16le')
  if (chance(0.12)) {
    const [encoding, pack] = pick<readonly [string, (data: Buffer) => Buffer]>([['gzip', gzipSync], ['deflate', deflateSync], ['br', brotliCompressSync], ['GZIP', gzipSync], ['identity', given => given], ['x-gzip', gzipSync], ['gzip', given => given], ['gzip', given => gzipSync(given).subarray(0, 15)], ['', given => given], ['gzip, br', given => given], ['zstd', given => given]])
    headers.push(['Content-Encoding', encoding])
    data = Buffer.from(pack(data))
  }
  const bytes = data.toString('latin1')
  if (!chance(0.15)) {
    headers.push(['Content-Length', String(bytes.length)])
    return bytes
  }
  headers.push(['Transfer-Encoding', 'chunked'])
  const middle = bytes.length >> 1
  return [bytes.slice(0, middle), bytes.slice(middle)].filter(part => part !== '').map(part => `${part.length.toString(16)}\r\n${part}\r\n`).join('') + '0\r\n\r\n'
}
