import { floatText, PythonFloat } from './python-numbers.ts'

/** What `json.dumps` cannot write: NaN and the infinities, since Starlette sets `allow_nan=False`, and lone surrogates. */
export class UnserializableError extends Error {}

const SPECIAL = /["\\\x00-\x1f\ud800-\udfff]/ // eslint-disable-line no-control-regex -- what JSON escapes
const LONE = /\p{Surrogate}/u

/** A JSON string as Python writes it: nothing is escaped that need not be. */
export function writeString (text: string): string {
  if (!SPECIAL.test(text)) return `"${text}"`
  if (LONE.test(text)) throw new UnserializableError('the text has a lone surrogate, which UTF-8 has not')
  return JSON.stringify(text)
}

/** A JSON number with a fraction or an exponent: `1.0`, `1e-07`. */
export function writeFloat (value: number): string {
  if (!Number.isFinite(value)) throw new UnserializableError(`${value} is not a number of JSON`)
  return floatText(value)
}

/** The JSON of any value as `json.dumps(ensure_ascii=False, separators=(',', ':'))`; members that are undefined are left out. */
export function writeJson (value: unknown): string {
  switch (typeof value) {
    case 'string': return writeString(value)
    case 'number': return Number.isInteger(value) ? (Number.isSafeInteger(value) ? String(value + 0) : BigInt(value).toString()) : writeFloat(value)
    case 'bigint': return value.toString()
    case 'boolean': return value ? 'true' : 'false'
    case 'object': break
    default: throw new UnserializableError(`a ${typeof value} has no JSON`)
  }
  if (value === null) return 'null'
  if (value instanceof PythonFloat) return writeFloat(value.value)
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  if ('toJSON' in value && typeof value.toJSON === 'function') return writeJson(value.toJSON())
  let members = ''
  for (const [name, member] of value instanceof Map ? value as Map<string, unknown> : Object.entries(value)) {
    if (member !== undefined) members += `${members === '' ? '' : ','}${writeString(name)}:${writeJson(member)}`
  }
  return `{${members}}`
}
