import type { Part } from '../../scenario/scenario.ts'
import type { Schema } from '../openapi/schema.ts'

/** The parts of a multipart/form-data body for a value of its schema, as OpenAPI has them: binary texts are files, objects JSON, lists repeated parts. */
export function partsOf (schema: Schema, value: unknown): Part[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) => partsFor(name, schema.properties?.[name], each))
}

function partsFor (name: string, schema: Schema | undefined, value: unknown): Part[] {
  if (Array.isArray(value)) return value.flatMap(each => partsFor(name, schema?.items, each))
  if (isFile(schema)) return [{ name, value: typeof value === 'string' && value !== '' ? value : 'content', filename: `${name.replace(/[^\w-]/g, '') || 'file'}.txt`, type: 'text/plain' }]
  if (typeof value === 'object' && value !== null) return [{ name, value: JSON.stringify(value), type: 'application/json' }]
  return [{ name, value: String(value) }]
}

/** `format: binary` in 3.0; a media type without an encoding in 3.1. */
function isFile (schema: Schema | undefined): boolean {
  return schema?.format === 'binary'
}

/** Parts with one fault: left out, twice, empty, as a file or no longer one, of another type or encoding. */
export function * partFaults (parts: readonly Part[]): Iterable<{ readonly label: string, readonly parts: readonly Part[] }> {
  yield { label: 'no parts', parts: [] }
  yield { label: 'parts in other order', parts: parts.toReversed() }
  yield { label: 'unexpected part', parts: [...parts, { name: 'unexpected', value: 'x' }] }
  yield { label: 'unexpected file', parts: [...parts, { name: 'unexpected', value: 'x', filename: 'x.bin', type: 'application/octet-stream' }] }
  yield { label: 'part without a name', parts: [...parts, { name: '', value: 'x' }] }
  yield { label: 'prototype part', parts: [...parts, { name: '__proto__', value: 'x' }] }
  for (const [index, part] of parts.entries()) {
    const put = (label: string, change: Partial<Part>) => ({ label: `part ${part.name} ${label}`, parts: parts.with(index, { ...part, ...change }) })
    const { filename, type, ...field } = part
    yield { label: `part ${part.name} missing`, parts: parts.toSpliced(index, 1) }
    yield { label: `part ${part.name} twice`, parts: [...parts, part] }
    yield { label: `part ${part.name} as a list`, parts: parts.with(index, { ...part, name: `${part.name}[]` }) }
    yield put('empty', { value: '' })
    yield put('large', { value: 'a'.repeat(100_000) })
    yield put('with line ends', { value: 'a\r\nb\nc' })
    yield put('beyond ASCII', { value: 'é中🚗' })
    yield put('of JSON', { type: 'application/json' })
    if (filename === undefined) {
      yield put('as a file', { filename: 'a.txt', type: 'text/plain' })
      continue
    }
    yield { label: `part ${part.name} as a field`, parts: parts.with(index, field) }
    yield put('with no name', { filename: '' })
    yield put('with a path for its name', { filename: '../../a.txt' })
    yield put('with a name beyond ASCII', { filename: 'é中.txt' })
    yield put('with quotes in its name', { filename: 'a"b.txt' })
    yield put('of another type', { type: 'image/png' })
    yield put('of an executable type', { filename: 'a.exe', type: 'application/x-msdownload' })
    const { value: _, ...named } = part
    yield { label: `part ${part.name} of bytes`, parts: parts.with(index, { ...named, base64: Buffer.from([0, 0xff, 0xfe, 0x0d, 0x0a, 0x2d, 0x2d]).toString('base64') }) }
    if (type !== undefined) {
      const { type: _type, ...untyped } = part
      yield { label: `part ${part.name} without a type`, parts: parts.with(index, untyped) }
    }
  }
}
