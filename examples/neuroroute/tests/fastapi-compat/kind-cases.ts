import { get, send, type RawRequest } from './comparison.ts'

const uuid = 'c56a4180-65aa-42ec-a945-5fd21dec0538'
const hex = uuid.replaceAll('-', '')
const moments = ['Z', '+00:00', '-00:00', '+05:30', '+0530', '+05', '-23:59', '+23:60', '+24:00', '+23:99', 'z', '+5', '+05:3', '', ' ', '\n', 'Z\n', 'Z\n\n'].map(zone => `2024-02-29T12:30:59${zone}`)
const fractions = ['', '.', '.1', '.123456', '.1234567', '.123456789012', '.1234567890123', '.000000', ',5'].map(fraction => `2024-02-29 12:30:59${fraction}Z`)
const times = ['12', '12:3', '1:2', '1:2:3', '24:00', '23:60', '23:59:60', '23:59:59', '00:00:00', '12:30:', '012:30'].map(time => `2024-02-29T${time}`)
const days = ['2024-02-29', '2023-02-29', '2024-2-9', '2024-13-01', '2024-00-01', '2024-01-00', '2024-01-32', '2024-04-31', '1900-02-29', '2000-02-29', '0000-01-01', '0001-01-01', '9999-12-31', '10000-01-01', '24-01-01', '2024-01-01\n', ' 2024-01-01', '2024-01-01 ', '2024/01/01', '٢٠٢٤-٠١-٠١', '2024-01-01T00:00:00', '2024-01-01t00:00']
const seconds = ['0', '-1', '1.5', '0.0000005', '0.0000015', '0.0000025', '-0.0000005', '1e9', '2e10', '20000000001', '-2e10', '-20000000001', '1e14', '1e17', '1e20', '3e20', '300000000000000000000', '300000000000000000001', '-3e20', '-300000000000000000001', '1700000000.123456789', '1700000000123', '253402300800', '123456789012345678901', 'nan', 'inf', '-inf']

/** Texts for each kind of value, sent as JSON and in a query. */
const texts: Readonly<Record<string, readonly string[]>> = {
  b: ['on', 'ON', 'off', 't', 'f', 'y', 'n', 'yes', 'no', 'true', 'false', 'True', '1', '0', '2', '', ' on', '1.0', 'null', 'none', 'ｏn', '\u212a'],
  i: ['1', '+1', '-1', '--1', '01', '1_000', '_1', '1_', '1__0', ' 1 ', '\t1\n', '\u00a01\u2003', '\u200b1', '1.0', '1e3', '0x1', '٣٤', '𝟙𝟚', '१_२', '²', '9007199254740993', '-9007199254740993', '9'.repeat(4300), '9'.repeat(4301), '', '-', '-0', '\x1c1', '\x1b1'],
  f: ['1', '1.', '.5', '.', '1.5.', '1e5', '1E+5', '1e', '1e1_0', '1_0.0_1', '1_.5', '1._5', 'nan', '+NaN', '-inf', 'Infinity', 'infinit', 'INF', ' 1.5 ', '٣.٤', '1e400', '-1e-400', '0x1p3', '', '1,5', '1 5'],
  s: ['', ' ', 'é', '\u0000', '1.0', 'None'],
  u: [uuid, uuid.toUpperCase(), hex, `{${uuid}}`, `{{${hex}`, `urn:uuid:${uuid}`, `uuid:${uuid}`, `urn:${uuid}`, `${hex}0`, hex.slice(1), `0x${hex.slice(2)}`, `+${hex.slice(1)}`, `-${hex.slice(1)}`, `-${'0'.repeat(31)}`, ` ${hex.slice(1)}`, `_${hex.slice(1)}`, `${hex.slice(0, 3)}_${hex.slice(4)}`, `${hex.slice(0, 3)}__${hex.slice(5)}`, `0x_${hex.slice(3)}`, `٣${hex.slice(1)}`, `g${hex.slice(1)}`, '', `[${uuid}]`],
  d: [...days, ...seconds],
  t: [...moments, ...fractions, ...times, ...days, ...seconds],
  e: ['red', 'RED', 'red ', "it's", '', '1'],
  n: ['1', '2', '1.0', 'one', '3'],
  l: ['a', 'A', '1', '1.0', ''],
  ls: ['', 'a', '1'],
  li: ['', '1', 'a', '1.0'],
  w: ['1', 'a', '1.0', '']
}

/** Whatever else JSON has, for every kind. */
const literals = ['null', 'true', 'false', '0', '1', '2', '-1', '1.0', '2.0', '0.0', '-0.0', '1.5', '-1.5', '1e-7', '1e16', '1e22', 'NaN', 'Infinity', '-Infinity', '1e400', '9007199254740993', '123456789012345678901234567890', `1${'0'.repeat(400)}`, '[]', '["a"]', '[1,"2",3.5,null]', '[[1]]', '{}', '{"a":1}', '{"a":"x","b":null}', '[["a",1]]', '[[1,2],[1.0,3],[true,4]]', '[[null,1]]', '[[[],1]]', '[{"a":1,"b":2}]', '["ab","cd"]', '["abc"]', '""']

const kinds = [...Object.keys(texts), 'm']

/** Every kind of value with everything that might be sent for it. */
export const kindCases: Readonly<Record<string, readonly RawRequest[]>> = Object.fromEntries(kinds.map(kind => [`values of kind ${kind}`, [
  ...(texts[kind] ?? []).map(text => send('POST', '/kinds', `{"${kind}":${JSON.stringify(text)}}`)),
  ...(kind === 'm' || kind === 'w' ? [] : (texts[kind] ?? []).map(text => get(`/query?${kind}=${encodeURIComponent(text)}`))),
  ...[...literals, ...(kind === 'd' || kind === 't' ? seconds.filter(text => !/[a-z]{3}/.test(text)) : [])].map(literal => send('POST', '/kinds', `{"${kind}":${literal}}`))
]]))
