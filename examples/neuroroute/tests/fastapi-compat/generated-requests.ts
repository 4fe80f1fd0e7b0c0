import fc from 'fast-check'
import { get, send, type RawRequest } from './comparison.ts'

const KINDS = ['i', 'f', 's', 'b', 'u', 'd', 't', 'e', 'n', 'l', 'ls', 'li'] as const
const piece = (...values: string[]) => fc.constantFrom(...values)
/** Short texts of these pieces: what is close to valid. */
const pieces = (alphabet: readonly string[], maxLength = 6) => fc.array(piece(...alphabet), { maxLength }).map(parts => parts.join(''))

const numberText = fc.oneof(
  pieces(['1', '0', '9', '.', '-', '+', 'e', 'E', '_', ' ', '٣', '\u00a0', 'inf', 'nan', 'x', '5', '000']),
  fc.double().map(String),
  fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map(String),
  fc.integer({ min: 1, max: 4400 }).map(length => '7'.repeat(length))
)
const dateText = fc.oneof(
  fc.tuple(
    piece('2024', '1970', '0001', '9999', '0000', '202'), piece('-', '-', '/', ''), piece('02', '2', '13', '00', '11'), piece('-', '-', ''), piece('29', '30', '31', '1', '00', '032'),
    piece('', 'T', ' ', 't', 'T'), piece('', '12:30', '12:30:59', '23:59:60', '24:00', '1:2:3', '12', '12:30:59.123456', '12:30:59.1', '12:30:59.123456789', '12:30:59.1234567890123'),
    piece('', 'Z', '+00:00', '-00:00', '+0530', '-23:59', '+24:00', '+05', 'z', '+5:30', '-00:30', '+23:99'), piece('', '', '\n', ' ')
  ).map(parts => parts.join('')),
  fc.double({ min: -1e12, max: 1e12 }).map(String),
  fc.double({ min: -3e10, max: 3e10, noNaN: true }).map(number => number.toFixed(7)),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 }).map(number => `${number / 2 ** 7}`),
  numberText
)
const uuidText = fc.oneof(
  fc.uuid(), fc.uuid().map(uuid => uuid.toUpperCase()), fc.uuid().map(uuid => uuid.replaceAll('-', '')), fc.uuid().map(uuid => `{${uuid}}`), fc.uuid().map(uuid => `urn:uuid:${uuid}`),
  fc.tuple(fc.uuid(), fc.nat(35), piece('', 'x', '-', '_', '0x', ' ', '+', 'g', '٣')).map(([uuid, at, put]) => uuid.slice(0, at) + put + uuid.slice(at + 1)),
  fc.tuple(piece('0x', '+', '-', ' ', '-0x', '0X_', '_'), fc.uuid()).map(([start, uuid]) => (start + uuid.replaceAll('-', '')).slice(0, 32))
)
const wordText = piece('true', 'True', 'TRUE', 'yes', 'no', 'on', 'off', 't', 'f', 'y', 'n', '1', '0', '2', 'red', 'green', "it's", 'a', 'b', '', 'null', '\u0130', 'ﬀ')
const anyText = fc.oneof(numberText, dateText, uuidText, wordText, fc.string({ unit: 'binary', maxLength: 4 }))

/** JSON literals, also those that only Python takes. */
const literal = fc.oneof(
  anyText.map(text => JSON.stringify(text)),
  piece('null', 'true', 'false', 'NaN', 'Infinity', '-Infinity', '1', '0', '-0', '-0.0', '1.0', '2.0', '1.5', '1e400', '-1e400', '1e16', '1e-7', '2e10', '20000000001', '3e20', '300000000000000000001', '1e15', '123456789012345678901234567890', '9007199254740993', '1700000000.1234567'),
  fc.double().map(number => JSON.stringify(number)),
  fc.integer().map(String)
)
const json: fc.Arbitrary<string> = fc.letrec<{ value: string }>(tie => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true },
    literal,
    fc.array(tie('value'), { maxLength: 3 }).map(items => `[${items.join(',')}]`),
    fc.array(fc.tuple(anyText, tie('value')), { maxLength: 3 }).map(members => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`)
  )
})).value

const space = piece('', '', '', ' ', '\n', '\t\r\n', '\u00a0')
/** JSON with one thing put in, taken out or cut off. */
const brokenJson = fc.tuple(json, fc.nat(60), fc.nat(3), piece('', '"', '\\', '\\u12', '\\ud83d\\ude00', '\\ud800', '\\x', '{', '}', '[', ']', ',', ':', ' ', '\n', '\u0001', '1', '-', '.', 'e', 'n', 'N', 'é', '😀', '\ufeff', "'", '/', '01', '\\u00_1', '\\u 12a')).map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut))

const onKinds = fc.record({ name: fc.constantFrom(...KINDS, 'm', 'w'), value: fc.oneof({ weight: 4, arbitrary: literal }, json) }).map(({ name, value }) => send('POST', '/kinds', `{"${name}":${value}}`))
const inQuery = fc.array(fc.tuple(fc.constantFrom(...KINDS), anyText), { minLength: 1, maxLength: 3 }).map(pairs => get(`/query?${pairs.map(([name, value]) => `${name}=${escapeText(value)}`).join('&')}`))
const rawQuery = fc.oneof(
  pieces(['s', 'ls', 'b', '=', '&', '%', '%C3%A9', '%c3', '%A9', '+', ';', '%00', '%2', '1', '[', ']', '%26', '%3D', '?', '/', '#', '"', '<', '\\', '|', '^', '`', '{', '%ED%A0%80', '%F0%9F%98%80'], 9),
  fc.array(piece('a', 'b=', 's=', 'ls=', 'li=1', '&', '%20'), { maxLength: 8 }).map(parts => parts.join(''))
).map(query => get(`/query?${query}`))
const paths = fc.tuple(
  piece('GET', 'GET', 'GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PUT', 'PATCH'),
  fc.array(piece('/', '/', '/', 'both', 'slash', 'first', 'special', 'dash', 'a-b', '-', '1', 'files', 'pair', 'and', 'items', '.', '..', '%2F', '%2f', '%00', '%0A', '%C3%A9', '%ff', '%', '%4', '%25', '%3F', '%23', ';', 'ping', '~', '*', ':', '@', '+', '"', '{', '|'), { maxLength: 7 }),
  piece('', '', '?', '?q=1', '?q=%20&%C3%A9', '?a=/b', '#x', '?"<>')
).map(([method, parts, query]) => get(`/${parts.join('')}${query}`, [], method))
const bodies = fc.oneof(
  json.map(value => send('POST', '/echo', `{"value":${value}}`)),
  fc.tuple(space, json, space).map(([before, value, after]) => send('POST', '/echo', `${before}{ "value" :${value}${after}}${after}`)),
  brokenJson.map(text => send('POST', '/echo', text)),
  brokenJson.map(text => send('POST', '/list', text))
)
const encodings = fc.tuple(json, fc.constantFrom<BufferEncoding | 'utf32le'>('utf8', 'utf16le', 'latin1', 'utf32le'), fc.boolean(), piece('', '\ufeff'), fc.nat(3)).map(([text, encoding, swap, mark, cut]) => {
  const bytes = encoding === 'utf32le' ? Buffer.concat([...mark + text].map(utf32)) : Buffer.from(mark + text, encoding)
  if (swap && encoding === 'utf16le') bytes.swap16()
  if (swap && encoding === 'utf32le') bytes.swap32()
  return send('POST', '/echo', bytes.subarray(0, bytes.length - cut))
})
const contentTypes = fc.tuple(
  pieces(['application', 'text', '/', '/', 'json', '+json', 'x', ';', ' ', 'charset=utf-8', 'APPLICATION', 'Json', '"', ',', 'plain', '\t', 'é'], 7),
  piece('{"value":1}', '[1]', '{', '', '"x"')
).map(([type, body]) => send('POST', '/echo', body, [`content-type: ${type}`]))

const number = piece('1', '"2"', '3.5', '-1', '"x"', 'null', 'true', '[]', '1e5', '0.25', '1e-6', '3', '7', '0')
const point = fc.oneof(fc.record({ x: number, y: number, z: number }, { requiredKeys: [] }).map(object), piece('null', '[]', '[["x",1]]', '""', '["x1"]', '1'))
const shape = (levels: number): fc.Arbitrary<string> => fc.record({
  name: piece('"ab"', '"a"', '"abcdef"', '"😀😀😀😀😀"', '"😀"', '12', 'null', '1.0', 'true'),
  code: piece('null', '"abc1"', '"1abc"', '"abc12"', '"a\\n"', '5'),
  origin: point,
  points: fc.oneof(fc.array(point, { maxLength: 4 }).map(list), piece('null', '{}', '""')),
  tags: fc.oneof(fc.dictionary(fc.constantFrom('a', 'b', 'é', ''), number, { maxKeys: 3 }).map(object), piece('null', '[]', '[["a",1]]')),
  grid: fc.array(fc.oneof(fc.array(number, { maxLength: 3 }).map(list), number), { maxLength: 3 }).map(list),
  ...(levels === 0 ? {} : { other: shape(levels - 1) })
}, { requiredKeys: [] }).map(members => object(members as Record<string, string>))
const shapes = shape(2).map(body => send('POST', '/shape', body))
const limits = fc.record(Object.fromEntries(['ge', 'gt', 'le', 'lt', 'both', 'times', 'part'].map(name => [name, fc.oneof(number, fc.double({ min: -5, max: 5 }).map(value => JSON.stringify(value)))])), { requiredKeys: [] }).map(members => send('POST', '/limits', object(members as Record<string, string>)))
const lengths = fc.record({
  short: anyText.map(text => JSON.stringify(text)), long: anyText.map(text => JSON.stringify(text)), few: fc.array(number, { maxLength: 4 }).map(list), many: fc.array(number, { maxLength: 4 }).map(list), once: fc.array(literal, { maxLength: 3 }).map(list), flag: literal
}, { requiredKeys: [] }).map(members => send('POST', '/limits', object(members as Record<string, string>)))
const answers = fc.record({ f: fc.double({ noNaN: false }).map(String), i: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String), s: fc.string({ unit: 'binary' }), at: dateText }, { requiredKeys: [] }).map(query => get(`/answer?${Object.entries(query).filter(([name]) => name !== 'at').map(([name, value]) => `${name}=${escapeText(value)}`).join('&')}`))
const mixed = fc.tuple(piece('1', 'x', '1.0', '%31'), piece('', '?q=1', '?q=x', '?q'), json, fc.array(piece('x-token: a', 'X-Token: b', 'x-token:', 'authorization: c'), { maxLength: 2 }), piece('PATCH', 'POST')).map(([id, query, body, headers, method]) => send(method, method === 'PATCH' ? `/mixed/${id}${query}` : `/private${query}`, body, headers))

/** Families of generated requests, by what they are about. */
export const families: Readonly<Record<string, fc.Arbitrary<RawRequest>>> = {
  'values of every kind in a body': onKinds,
  'values of every kind in a query': inQuery,
  'queries as they should not be': rawQuery,
  'paths and methods': paths,
  'JSON, whole and broken': bodies,
  'encodings of a body': encodings,
  'content types': contentTypes,
  'nested models': shapes,
  'limits of numbers': limits,
  'limits of texts and lists': lengths,
  'floats and texts in answers': answers,
  'faults in all parts at once': mixed
}

function escapeText (text: string): string {
  return [...Buffer.from(text, 'utf8')].map(byte => /[A-Za-z0-9._~-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`).join('')
}

function object (members: Readonly<Record<string, string>>): string {
  return `{${Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`
}

function list (items: readonly string[]): string {
  return `[${items.join(',')}]`
}

function utf32 (character: string): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(character.codePointAt(0)!)
  return bytes
}
