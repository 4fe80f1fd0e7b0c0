import { UnserializableError, writeFloat, writeJson, writeString } from './json-writer.ts'
import { momentText, dayText } from './moments.ts'
import { floatText, PythonFloat } from './python-numbers.ts'
import { splitNull, type Schema } from './schema.ts'

/** Writes a value as the JSON of its response model. */
export type Write = (value: unknown) => string

/**
 * The writer of a response schema, as FastAPI's `response_model`: members in the schema's order and no others, floats as
 * Python writes them, `date-time` from a Date, an ISO text or PostgreSQL's text.
 * @throws UnserializableError when a member is missing or has no JSON of its kind, which FastAPI answers with 500
 */
export function compileSerializer (given: Schema): Write {
  const { schema, nullable } = splitNull(given)
  const write = compileWriter(schema)
  return nullable ? value => value === null || value === undefined ? 'null' : write(value) : write
}

function compileWriter (schema: Schema): Write {
  if (schema.anyOf || schema.enum || 'const' in schema) return writeJson
  switch (schema.type) {
    case 'string': return textWriter(schema.format)
    case 'number': return writeNumber
    case 'integer': return writeInteger
    case 'boolean': return value => value === true ? 'true' : value === false ? 'false' : unfit('boolean', value)
    case 'null': return () => 'null'
    case 'array': return listWriter(compileSerializer(schema.items ?? {}))
    case 'object': return schema.properties ? modelWriter(schema) : dictionaryWriter(schema)
    default: return writeJson
  }
}

function textWriter (format: string | undefined): Write {
  if (format === 'date-time') return value => `"${momentText(value)}"`
  if (format === 'date') return value => `"${dayText(value)}"`
  return value => typeof value === 'string' ? writeString(value) : unfit('text', value)
}

function writeNumber (value: unknown): string {
  if (typeof value === 'number') return writeFloat(value)
  if (value instanceof PythonFloat) return writeFloat(value.value)
  return typeof value === 'bigint' ? floatText(Number(value)) : unfit('number', value)
}

function writeInteger (value: unknown): string {
  if (typeof value === 'number' && Number.isInteger(value)) return Number.isSafeInteger(value) ? `${value + 0}` : BigInt(value).toString()
  return typeof value === 'bigint' ? value.toString() : unfit('integer', value)
}

function listWriter (item: Write): Write {
  return value => {
    if (!Array.isArray(value)) return unfit('list', value)
    let items = ''
    for (let at = 0; at < value.length; at++) items += at === 0 ? item(value[at]) : `,${item(value[at])}`
    return `[${items}]`
  }
}

/** Dict[str, …]: its own members in their order. */
function dictionaryWriter (schema: Schema): Write {
  const [pattern] = Object.values(schema.patternProperties ?? {})
  const member = pattern ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined)
  if (!member) return writeJson
  const write = compileSerializer(member)
  return value => {
    if (typeof value !== 'object' || value === null) return unfit('object', value)
    return `{${Object.entries(value).map(([name, each]) => `${writeString(name)}:${write(each)}`).join(',')}}`
  }
}

/** One function for each model, written out, since it is on the path of every answer. */
function modelWriter (schema: Schema): Write {
  const required = new Set(schema.required ?? [])
  const members = Object.entries(schema.properties!).map(([name, property]) => {
    const optional = !required.has(name)
    const write = compileSerializer(property)
    const other = property.default !== undefined ? write(property.default) : 'null'
    return { name, label: `${writeString(name)}:`, write: optional ? (value: unknown) => value === undefined || value === null ? other : write(value) : write }
  })
  const sources = members.map(({ name, label }, at) => `${JSON.stringify(at === 0 ? `{${label}` : `,${label}`)} + write${at}(value[${JSON.stringify(name)}])`)
  if (sources.length === 0) return () => '{}'
  // eslint-disable-next-line no-new-func -- the source is made of the schema's own names, quoted
  const build = new Function(...members.map((_, at) => `write${at}`), 'unfit', `'use strict'
return value => typeof value === 'object' && value !== null ? ${sources.join(' + ')} + '}' : unfit('object', value)`) as (...parts: unknown[]) => Write
  return build(...members.map(member => member.write), unfit)
}

function unfit (expected: string, value: unknown): never {
  throw new UnserializableError(`a response has ${value === undefined ? 'no value' : `a ${value === null ? 'null' : typeof value}`} where its schema says ${expected}`)
}
