import { get, send, type RawRequest } from './comparison.ts'

const raw = (...lines: string[]): RawRequest => [lines.join('\r\n')]
const post = (target: string, body: string | Buffer, ...headers: string[]) => send('POST', target, body, headers.length === 0 ? undefined : headers)
const deep = (open: string, inner: string, close: string, times: number) => open.repeat(times) + inner + close.repeat(times)

/** Requests that show one rule each, by what they are about. Each is sent to both. */
export const cases: Readonly<Record<string, readonly RawRequest[]>> = {
  'parameters of a path': ['1', '0', '1000', '1001', 'x', '1.0', '%201', '1_0', '-1', '+7', '%D9%A3', '1%0A', '9'.repeat(30), ''].map(id => get(`/items/${id}`)),
  'parameters of a query': [
    'q=a', 'q=ab', 'q=abcdef', 'q=', 'q', 'q=%F0%9F%98%80%F0%9F%98%80', 'q=ab&q=x', 'r=abc', 'r=abd', 'r=abc%0A', 'c=red', 'c=red&c=green', 'c=red&c=RED&c=', "c=it's", 'c=it%27s', 'n=1&n=2&n=3', 'n=1&n=2&n=3&n=4', 'n=x&n=1.5', 'n=', 'f=0',
    'f=10', 'f=10.1', 'f=nan', 'f=inf', 'f=1e1', 'f=%201', 'f=1_0', 'flag=YES', 'flag=2', 'flag=', 'flag=%ED%A0%80', 'x=1&q=ab', 'q=a+b', 'q=a%2Bb', 'q=%41%4', '&&q=ab&', 'q=a;b', 'q==a', '=a', 'Q=a', 'q=%C3', 'q%5B%5D=ab', 'n=1&c=blue&f=0&flag=x&q=a&r=d'
  ].map(query => get(`/items/1?${query}`)),
  'required parameters': ['', '?a=1', '?a=x&b=y&d=z', '?a=1&b=1&d=c56a418065aa42eca9455fd21dec0538'].map(query => get(`/required${query}`)),
  'parameters of headers': [
    ['c: 1'], ['C: a', 'c: b'], ['x-token:'], ['x-token: \t a'], ['X-Token: a', 'x-token: b'], ['x-size: 0'], ['x-size: 2'], ['x-size: y'], ['x-all: 1', 'x-all: 2'], ['x-all: 1, 2'], ['x_token: underscore'], ['x-token: é\u00ff']
  ].flatMap(headers => [get('/items/1', headers), get('/required?a=1&b=1&d=c56a4180-65aa-42ec-a945-5fd21dec0538', headers)]),
  'missing and null members': ['{}', '{"a":null}', '{"a":1,"b":null}', '{"b":"x"}', '{"a":1,"c":1,"b":2,"B":3}', '{"a":1,"😀":1,"\uffff":2,"é":3}', '{"a":"1","a":"x"}', '{"a":"x","a":2}'].map(body => send('PUT', '/strict', body)),
  'bodies that are no objects': ['null', '1', '"a"', '""', '[]', '[["a",1]]', '[["a",1],["b"]]', '[["a",1],[1,2]]', '[[[],1]]', '["ab","a1"]', '[{"a":1,"b":2}]', '[{"a":1}]', 'true', '[null]', '[1]', '{"__pydantic_self__":1}'].flatMap(body => [send('PUT', '/strict', body), post('/optional', body)]),
  'bodies of other types': ['[]', '[1,"2",3.9]', '["x",null,[]]', '{}', '{"1":2}', '"12"', '1', 'null'].map(body => post('/list', body)),
  'a number for a body': ['1', '2', '2.9', '"3"', '"x"', 'null', 'true', '[]', '{}', '9007199254740993'].map(body => post('/number', body)),
  validators: ['{}', '{"name":"bad","size":13}', '{"name":["x"]}', '{"name":"worse"}', '{"name":"x","size":13}', '{"size":13}', '{"name":"x","size":"y","both":"z"}', '{"name":"x","both":null}', '{"name":null}', '[]', '[["name","x"]]', '{"name":1.0}'].map(body => post('/checked', body)),
  'limits, at them and past them': [
    '{"ge":3,"gt":4,"le":3,"lt":3.4999999,"both":1e-05,"times":9,"part":0.75,"short":"abc","long":"abc","few":[1,2],"many":[1,2]}', '{"ge":2,"gt":3,"le":3.0000001,"lt":3.5,"both":0,"times":10,"part":0.3,"short":"abcd","long":"ab","few":[1,2,3],"many":[1]}', '{"both":1.1e-5}',
    '{"ge":2.9,"gt":"4"}', '{"le":"nan","lt":NaN,"both":Infinity,"part":"inf"}', '{"short":"😀😀😀","long":"😀😀"}', '{"short":1.25,"long":12}', '{"few":["a","b","c"],"many":["a"]}', '{"once":[1,true]}', '{"once":[1,1.0]}', '{"once":[[1],[1.0]]}', '{"once":["1",1]}', '{"once":[{"a":1},{"a":1.0}]}', '{"once":{}}', '{"ge":null}'
  ].map(body => post('/limits', body)),
  'the order of the phases': [
    post('/private', '{'), post('/private?q=x', '{}'), post('/private?q=x', '{}', 'authorization: a'), post('/private?q=x', '{}', 'authorization: a', 'content-type: text/plain'), post('/private', '\xff', 'content-type: application/json'), post('/private', Buffer.from([0xff]), 'content-type: application/json'), post('/private', ''),
    post('/private', '', 'authorization: a'), post('/private?q=2', '{"a":1}', 'authorization: a'), get('/private/1', [], 'DELETE'), get('/private/1', ['authorization: a'], 'DELETE'), get('/private/C56A4180-65AA-42EC-A945-5FD21DEC0538', ['authorization: a'], 'DELETE'),
    send('DELETE', '/private/1', '{', ['content-type: application/json', 'authorization: a']), send('DELETE', '/private/c56a4180-65aa-42ec-a945-5fd21dec0538', '{', ['content-type: bad', 'authorization: a']), send('PATCH', '/mixed/x?q=', '{"b":[],"c":1}', ['content-type: application/json']), send('GET', '/ping', '{', ['content-type: application/json']), post('/nowhere', '{')
  ],
  'content types': ['application/json', 'APPLICATION/JSON', 'application/json; charset=latin-1', 'application/json;', 'application/problem+json', 'application/+json', 'application/json2', 'text/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '', ';', 'json', 'application/json, text/plain', ' application/json ', 'application /json', 'a/b/c', 'application/json/x', 'application/json ; x', 'application/x/y+json', '/json', 'application/', '"application/json"', '\u00e9/json']
    .flatMap(type => [post('/echo', '{"value":1}', `content-type: ${type}`), post('/list', '[1]', `content-type: ${type}`, 'content-type: text/plain')]),
  'no content type': [post('/echo', '{"value":1}', 'x: y'), post('/list', '[1,', 'x: y'), raw('POST /echo HTTP/1.1', 'host: x', '', ''), raw('POST /echo HTTP/1.1', 'host: x', 'content-length: 0', 'content-type: application/json', '', '')],
  'faults of JSON': [
    '{', '{"', '{"a', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{a:1}', "{'a':1}", '{"a" 1}', '{"a":1 "b"}', '{"a":1}}', '{"a":1} x', '[', '[1', '[1,', '[1,]', '[1 2]', '[,]', ']', ',', ':', '"', '"\\', '"\\u', '"\\u12', '"\\u12g4"', '"\\x"', '"\\ud83d\\u12"', '"\\ud83d\\n"', '"\t"', '"\n"', '"\u0000"', '01', '-', '-a', '1.', '.5', '1e', '1e+', '+1', '0x1', 'nul', 'tru', 'False', 'nan', 'Nan', 'NaNa', '-Infinit', '--1', 'undefined', ' ', '\n\n x', '\ufeff{}', '\u00a01', '/**/1', '{"é😀":\n\n  😀x}', '\r\n{\r\n"a"}', '1 2', '[1]\u0000', '"\ud83d"'
  ].map(body => post('/echo', body)),
  'JSON that only Python takes': ['NaN', 'Infinity', '-Infinity', '[NaN,-Infinity]', '1e400', '-1e400', '123456789012345678901234567890', '-0', '-0.0', '0.0', '1.0', '1E5', '1e16', '1e15', '123456789012345680000.0', '1e-4', '1e-5', '0.0001', '5e-324', '1e-400', '9007199254740993', '-9007199254740993', '1234567890123456', '"\\ud83d\\ude00"', '"\\u00e9\\/\\b\\f"', '"\u007f\u2028"', `"${'x'.repeat(70_000)}"`, '9'.repeat(4300), '9'.repeat(4301), `-${'9'.repeat(4300)}`, `${'9'.repeat(4301)}.0`].map(value => post('/echo', `{"value":${value}}`)),
  'JSON with space in it': [' { "value" : [ 1 , 2 , { "a" : 1 , "b" : 2 } , [ ] , { } ] } ', '\r\n{\t"value"\n:\r[\t1\n,\r2\t]\n}\r', '{"value":[1\u000b]}', '{"value":\f1}', '{"value":[1, x]}', '{"value":{"a":1, }}'].map(body => post('/echo', body)),
  'JSON that is deep': [965, 966, 967, 968].flatMap(times => [post('/echo', deep('[', '', ']', times)), post('/echo', deep('{"a":', '1', '}', times))]),
  'lone surrogates': [post('/echo', '{"value":"\\ud800"}'), post('/kinds', '{"s":"\\udc00x"}'), post('/kinds', '{"e":"\\ud800"}'), post('/kinds', '{"l":"\\ud800"}'), post('/echo', Buffer.from('{"\xed\xa0\x80', 'latin1')), send('PUT', '/strict', '{"a":1,"\\ud800":1}')],
  'bytes that are no text': [[0xff], [0x22, 0xc3, 0x22], [0xed, 0xa0, 0x80], [0xfe, 0xff, 0x00], [0xff, 0xfe, 0x31, 0x00], [0x31, 0x00], [0x00, 0x31], [0, 0, 0xfe, 0xff, 0, 0, 0, 0x31], [0xff, 0xfe, 0, 0, 0x31, 0, 0, 0], [0xef, 0xbb, 0xbf, 0x31], [0xef, 0xbb, 0xbf], [0, 0, 0, 0x31], [0x31, 0, 0, 0], [0xff, 0xfe, 0x00, 0xd8], [0xff, 0xfe, 0, 0, 0, 0xd8, 0, 0], [0xff, 0xfe, 0, 0, 0, 0, 0x11, 0], [0xf8, 0x88], [0]]
    .flatMap(bytes => [post('/echo', Buffer.from(bytes)), post('/list', Buffer.from(bytes))]),
  'answers with numbers, moments and texts': ['', '?f=1', '?f=1e16', '?f=1e15', '?f=1e-4', '?f=1e-5', '?f=0.1', '?f=nan', '?f=-inf', '?f=-0.0', '?f=123456789.123456789', '?f=1e22', '?f=1e21', '?i=99999999999999999999', '?s=%22%5C%0A%7F%E2%80%A8%01', '?s=%F0%9F%98%80'].map(query => get(`/answer${query}`)),
  exceptions: ['404', '418', '413', '414', '416', '422', '425', '429', '500', '503', '511', '404?detail=x', '422?detail=%F0%9F%98%80%22', '204', '304', '204?detail=x', '451', '507', '421', 'x'].map(target => get(`/raise/${target}`)),
  'errors that nobody caught': ['/crash', '/nan', '/unfit'].flatMap(target => [get(target), get(target, ['connection: close'])]),
  'other answers': [get('/none'), get('/text'), get('/stream'), get('/empty'), post('/created', '{"a":1}'), post('/created', '{"a":"x"}'), get('/stream', ['connection: close']), raw('GET /stream HTTP/1.0', '', '')],
  'methods that a path has not': ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND', 'SEARCH'].flatMap(method => ['/ping', '/both', '/items/1', '/items/x', '/files/a', '/first/special', '/ping/', '/nowhere'].map(target => get(target, [], method))),
  slashes: ['/ping/', '/ping//', '//ping', '//ping/', '/slash', '/slash/', '/slash//', '//', '/', '/both/?a=1&b=%20', '/items/1/', '/items//1', '/items/', '/items', '/first/a/', '/files', '/files/', '/files//', '/ping/?', '/ping/?a=b?c/d', '/ping/#x', '/first/%C3%A9%20%22/', '/first/a%3Fb%23c%25d/', '/first/a%0Ab/', '/first/%/', '/ping%2F', '/ping/%0A'].map(target => get(target)),
  'Host in a redirect': [['host: a.b:1'], ['host: a/b'], ['host: a@b'], ['host: [::1]:80'], ['host: [::g]'], ['host:'], ['host: a b'], ['host: A_b'], ['host: \u00e9'], [], ['host: a', 'host: b'], ['host: a:x'], ['host: a', 'x-forwarded-proto: https'], ['x-forwarded-proto: https'], ['host: a', 'x-forwarded-proto: wss , http'], ['host: a', 'x-forwarded-proto: http', 'x-forwarded-proto: https'], ['host: a', 'x-forwarded-host: c']]
    .map(headers => raw('GET /ping/?q HTTP/1.1', ...headers, '', '')),
  'paths as they are spelt': ['/PING', '/ping%0A', '/ping%0a%0a', '/%70ing', '/ping;a', '/first/a%2Fb', '/first/a%252Fb', '/first/%FF', '/first/%C3%A9', '/first/a+b', '/first/~', '/first/*', '/first/:name', '/first/a:b', '/pair/a/and/b', '/pair/a/and/b/and/c', '/pair//and/b', '/pair/and/and/and', '/dash/a-1', '/dash/a-b-1', '/dash/-1', '/dash/a-', '/dash/a-x', '/files/a/b//c/', '/files/%2F', '/files/..%2F', '/files/a%0Ab', '/first/..', '/./ping', '/a/../ping', '/first/%00', '/first/"<>\\^`{|}', '/where?a=%41#b', '/where??', '/where?#', '/where#?', '*', '/*', '/first/%u0041', '/first/%e2%82', `/first/${'a'.repeat(20_000)}`].map(target => get(target)),
  'targets with a host': [raw('GET http://h/ping HTTP/1.1', 'host: x', '', ''), raw('GET http://h/ping/?q HTTP/1.1', 'host: x', '', ''), raw('GET http://h HTTP/1.1', 'host: x', '', ''), raw('GET http://h?q HTTP/1.1', 'host: x', '', ''), raw('OPTIONS * HTTP/1.1', 'host: x', '', ''), raw('CONNECT x:1 HTTP/1.1', 'host: x', '', '')],
  connections: [
    raw('GET /ping HTTP/1.1', 'connection: close', '', ''), raw('GET /ping HTTP/1.1', 'connection: keep-alive', '', ''), raw('GET /ping HTTP/1.0', '', ''), raw('GET /ping HTTP/1.0', 'connection: keep-alive', '', ''), raw('GET /ping HTTP/1.0', 'connection: close', '', ''), raw('GET /crash HTTP/1.0', '', ''), raw('HEAD /ping HTTP/1.0', '', ''),
    raw('GET /nowhere HTTP/1.1', 'connection: close', '', ''), raw('POST /list HTTP/1.1', 'connection: close', 'content-length: 3', '', '[1]')
  ],
  'bodies in pieces': [
    raw('POST /list HTTP/1.1', 'transfer-encoding: chunked', '', '3', '[1]', '0', '', ''), raw('POST /list HTTP/1.1', 'transfer-encoding: chunked', 'content-type: application/json', '', '1;x=y', '[', '2', '1]', '0', 'trailer: x', '', ''), raw('POST /list HTTP/1.1', 'transfer-encoding: chunked', '', '0', '', ''),
    ['POST /list HTTP/1.1\r\nhost: x\r\nconten', 't-length: 5\r\n\r\n', '[1', ',2]'], raw('POST /ping HTTP/1.1', 'content-length: 3', '', '[1]'), raw('GET /ping HTTP/1.1', 'content-length: 3', '', '[1]'), raw('DELETE /private/1 HTTP/1.1', 'transfer-encoding: chunked', 'authorization: a', '', '1', '{', '0', '', '')
  ],
  expectations: [
    raw('POST /list HTTP/1.1', 'expect: 100-continue', 'content-length: 3', '', '[1]'), raw('POST /list HTTP/1.1', 'Expect: 100-Continue', 'content-length: 3', '', '[1]'), raw('POST /list HTTP/1.1', 'expect: 100-continue', 'content-length: 2', '', '[1'), raw('POST /nowhere HTTP/1.1', 'expect: 100-continue', 'connection: close', 'content-length: 3', '', '[1]'), raw('GET /ping HTTP/1.1', 'expect: something', '', ''), raw('POST /list HTTP/1.1', 'expect: nothing', 'content-length: 3', '', '[1]')
  ],
  upgrades: [
    raw('GET /ping HTTP/1.1', 'connection: upgrade', 'upgrade: h2c', '', ''), raw('GET /ping HTTP/1.1', 'upgrade: h2c', '', ''), raw('GET /ping HTTP/1.1', 'host: x', 'connection: upgrade', 'upgrade: websocket', '', ''), raw('GET /ping HTTP/1.1', 'host: x', 'connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13', '', ''), raw('GET /ping HTTP/1.1', 'host: x', 'connection: upgrade', 'upgrade: WebSocket', 'sec-websocket-version: 13', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==', '', '')
  ],
  'requests that are not HTTP': [
    raw('nonsense', '', ''), raw('get /ping HTTP/1.1', '', ''), raw('GET ping HTTP/1.1', '', ''), raw('GET ?a HTTP/1.1', '', ''), raw('GET /ping HTTP/x', '', ''), raw('GET / ping HTTP/1.1', '', ''), raw('FOO /ping HTTP/1.1', '', ''), raw('GET /ping HTTP/1.1', ': c', '', ''), raw('GET /ping HTTP/1.1', `x: ${'a'.repeat(90_000)}`, '', ''),
    raw('GET /ping HTTP/1.1', `x: ${'a'.repeat(70_000)}`, '', ''), raw('POST /list HTTP/1.1', 'content-length: x', '', ''), raw('POST /list HTTP/1.1', 'content-length: 3', 'content-length: 4', '', '[1]'), raw('POST /list HTTP/1.1', 'content-length: 3', 'transfer-encoding: chunked', '', '[1]'), raw('POST /list HTTP/1.1', 'transfer-encoding: chunked', '', 'zz', ''), [Buffer.from('GET /ping\xe9 HTTP/1.1\r\n\r\n', 'latin1')]
  ]
}
