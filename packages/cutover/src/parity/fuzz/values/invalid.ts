import type { Schema } from '../openapi/schema.ts'
import { allows } from './valid.ts'
import { fitting, unfit, type Sample } from './sample.ts'

const ofEachType: readonly Sample[] = [
  unfit('null', null), unfit('boolean', true), unfit('number', 7), unfit('number as text', '7'), unfit('fraction', 1.5),
  unfit('text', 'text'), unfit('true as text', 'true'), unfit('null as text', 'null'), unfit('list', []), unfit('list in list', [[1]]), unfit('object', {}), unfit('operator', { $ne: '' })
]

/** Values of every other type than the schema's. */
export function invalidValues (schema: Schema): Sample[] {
  const samples = ofEachType.filter(({ value }) => !allows(schema, value))
  return schema.values === undefined ? samples : [...samples, unfit('no value of the list', 'none of these'), ...schema.values.filter(value => typeof value === 'string').map(value => unfit('other case', (value as string).toUpperCase() === value ? (value as string).toLowerCase() : (value as string).toUpperCase()))]
}

/** Texts that break careless code. As path segments and query values they are percent-encoded by whoever uses them. */
export const hostileTexts: readonly Sample<string>[] = [
  ['SQL', "' OR '1'='1"], ['SQL comment', "x'; DROP TABLE x; --"], ['path traversal', '../../etc/passwd'], ['NUL', 'a\0b'], ['line ends', 'a\r\nx-injected: 1'],
  ['template', '{{7*7}}'], ['placeholder', '$' + '{7*7}'], ['markup', '<script>alert(1)</script>'], ['prototype key', '__proto__'], ['constructor', 'constructor'], ['percent', '100%'], ['encoded percent', '%2525'],
  ['like pattern', '%_%'], ['backslash', 'a\\b'], ['quotes', '"\'`'], ['lone surrogate', '\ud800'], ['not a number', 'NaN'], ['infinity', 'Infinity'], ['hexadecimal', '0x10'], ['exponent', '1e3'], ['leading zero', '007'], ['plus', '+1'], ['space', ' '], ['undefined', 'undefined']
].map(([label, value]) => fitting(label!, value!))

/** A body as text that no value stands for, made from a good one. */
export interface RawBody {
  readonly label: string
  readonly text?: string
  readonly base64?: string
}

/** Bodies that are not, or only just, the JSON that they say they are. */
export function rawBodies (good: unknown): RawBody[] {
  const text = JSON.stringify(good) ?? '{}'
  const members = typeof good === 'object' && good !== null && !Array.isArray(good) ? Object.entries(good) : []
  const bodies: RawBody[] = [
    { label: 'empty body', text: '' },
    { label: 'spaces only', text: '  \n' },
    { label: 'cut off', text: text.slice(0, -1) },
    { label: 'comma at the end', text: text.replace(/\}$/, ',}') },
    { label: 'two values', text: `${text}${text}` },
    { label: 'garbage after', text: `${text}x` },
    { label: 'single quotes', text: text.replaceAll('"', "'") },
    { label: 'comment', text: `/* */${text}` },
    { label: 'byte order mark', text: `\ufeff${text}` },
    { label: 'spaces around', text: `\r\n\t ${text} \n` },
    { label: 'list', text: '[]' },
    { label: 'list of it', text: `[${text}]` },
    { label: 'null', text: 'null' },
    { label: 'number', text: '1' },
    { label: 'text', text: '"text"' },
    { label: 'true', text: 'true' },
    { label: 'NaN', text: 'NaN' },
    { label: 'prototype', text: text.replace(/^\{/, members.length > 0 ? '{"__proto__":{"admin":true},' : '{"__proto__":{"admin":true}') },
    { label: 'constructor', text: text.replace(/^\{/, members.length > 0 ? '{"constructor":{"prototype":{"admin":true}},' : '{"constructor":{}') },
    { label: 'deep', text: `${'['.repeat(500)}${']'.repeat(500)}` },
    { label: 'invalid UTF-8', base64: Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from('"}')]).toString('base64') },
    { label: 'UTF-16', base64: Buffer.from(text, 'utf16le').toString('base64') },
    { label: 'large', text: `{"a":"${'a'.repeat(17_000)}"}` }
  ]
  for (const [name, value] of members) {
    const key = JSON.stringify(name)
    bodies.push({ label: `${name} given twice`, text: text.replace(/\}$/, `,${key}:${JSON.stringify(value)}}`) })
    bodies.push({ label: `${name} given twice, null last`, text: text.replace(/\}$/, `,${key}:null}`) })
    if (typeof value === 'number') {
      for (const [label, spelled] of [['past 2^53', '9007199254740993'], ['exponent', `${value}e0`], ['minus zero', '-0'], ['fraction zero', `${value}.0`], ['1e400', '1e400'], ['leading zero', `0${value}`]]) {
        bodies.push({ label: `${name} ${label}`, text: JSON.stringify({ ...good as object, [name]: '@@' }).replace('"@@"', spelled!) })
      }
    }
  }
  return bodies
}
