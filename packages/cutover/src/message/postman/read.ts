import { Buffer } from 'node:buffer'
import { fault } from '../../errors.ts'
import type { ExchangeRequest, Field } from '../exchange.ts'
import { headerValue, isFieldName, isFieldValue } from '../headers.ts'
import { array, object, string, type Json } from '../json.ts'
import type { OnNote } from '../note.ts'
import { authOf } from './auth.ts'
import { bodyOf } from './body.ts'
import { urlFrom } from './url.ts'
import { pairs, variables, type Variables } from './variables.ts'

export interface ReadPostmanOptions {
  /** Values of variables, as of an environment; they win over the collection's. */
  readonly variables?: Readonly<Record<string, string>>
  /** Bytes that a collection may have. Default 64 MiB. */
  readonly limit?: number
  /** Told of what has no counterpart: scripts, files, saved responses, kinds of auth; and of variables without a value. */
  readonly onNote?: OnNote
}

/** A request of a collection. */
export interface PostmanRequest {
  /** Folders and name: `Users / Create`. */
  readonly name: string
  /** Scheme and authority; undefined when they hold a variable without a value. */
  readonly origin: string | undefined
  readonly request: ExchangeRequest
}

const LIMIT = 64 * 1024 * 1024
const DEPTH_LIMIT = 100

/**
 * Reads the requests of a Postman collection, version 2.1 (and 2.0), in their order.
 * @param name what errors call the file
 * @throws CUT_POSTMAN_INVALID
 */
export function readPostman (bytes: Buffer, name: string, options: ReadPostmanOptions = {}): PostmanRequest[] {
  const collection = parse(bytes, name, options.limit ?? LIMIT)
  const note = options.onNote ?? (() => {})
  const requests: PostmanRequest[] = []
  if (hasScript(collection)) note({ kind: 'unsupported', where: name, what: 'a script' })
  const walk = (items: readonly unknown[], folders: readonly Folder[], path: readonly string[]): void => {
    for (const each of items) {
      const item = object(each)
      const where = [...path, string(item?.['name']) ?? '(no name)'].join(' / ')
      if (item === undefined) note({ kind: 'corrupt', where, what: 'it is no object' })
      else {
        if (hasScript(item)) note({ kind: 'unsupported', where, what: 'a script' })
        const inside = [...folders, item]
        if (Array.isArray(item['item'])) {
          if (path.length < DEPTH_LIMIT) walk(item['item'], inside, [...path, string(item['name']) ?? '(no name)'])
          else note({ kind: 'corrupt', where: name, what: 'folders are nested too deep' })
        } else {
          if (array(item['response']).length > 0) note({ kind: 'unsupported', where, what: 'saved responses, which are left out' })
          const request = requestOf(item['request'], where, inside, options.variables ?? {}, note)
          if (request !== undefined) requests.push(request)
        }
      }
    }
  }
  walk(array(collection['item']), [collection], [])
  return requests
}

type Folder = Json

function parse (bytes: Buffer, name: string, limit: number): Json {
  if (bytes.length > limit) throw fault('CUT_POSTMAN_INVALID', name, `it is larger than ${limit} bytes`)
  let json: Json | undefined
  try {
    json = object(JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, '')))
  } catch (error) {
    throw fault('CUT_POSTMAN_INVALID', name, (error as Error).message)
  }
  // The Postman API wraps a collection in an object.
  const collection = object(json?.['collection']) ?? json
  const schema = string(object(collection?.['info'])?.['schema'])
  if (collection === undefined || schema === undefined) throw fault('CUT_POSTMAN_INVALID', name, 'it has no info.schema')
  if (!/\/v2\.[01]\.\d+\//.test(schema)) throw fault('CUT_POSTMAN_INVALID', name, `its schema is ${JSON.stringify(schema.slice(0, 200))}`)
  if (!Array.isArray(collection['item'])) throw fault('CUT_POSTMAN_INVALID', name, 'it has no item list')
  return collection
}

function hasScript (item: Json): boolean {
  return array(item['event']).some(each => {
    const event = object(each)
    const exec = object(event?.['script'])?.['exec']
    return event?.['disabled'] !== true && (Array.isArray(exec) ? exec.join('') : string(exec) ?? '').trim() !== ''
  })
}

function requestOf (value: unknown, where: string, folders: readonly Folder[], given: Readonly<Record<string, string>>, note: OnNote): PostmanRequest | undefined {
  const json: Json | undefined = typeof value === 'string' ? { url: value } : object(value)
  const known = variables(folders.map(folder => folder['variable']), given)
  const unsupported = (what: string): void => note({ kind: 'unsupported', where, what })
  const method = known.fill(string(json?.['method']) ?? 'GET')
  if (json === undefined || !isFieldName(method)) {
    note({ kind: 'corrupt', where, what: json === undefined ? 'it has no request' : 'its method is no token' })
    return undefined
  }
  const inherited = [json, ...folders.toReversed()].find(each => object(each['auth']) !== undefined)
  const auth = authOf(object(inherited?.['auth']), known.fill)
  if (typeof auth === 'string') unsupported(`authorization of kind ${auth.slice(0, 40)}`)
  const url = urlFrom(json['url'], typeof auth === 'string' ? [] : auth.query, known.fill)
  if (url === undefined) {
    note({ kind: 'corrupt', where, what: 'it has no URL' })
    return undefined
  }
  const { body, type } = bodyOf(object(json['body']), known.fill, unsupported)
  const headers = headersOf(json, known, typeof auth === 'string' ? [] : auth.headers, note, where)
  if (url.origin !== undefined && headerValue(headers, 'host') === undefined) headers.unshift(['Host', url.origin.replace(/^\w+:\/\//, '')])
  if (type !== undefined && headerValue(headers, 'content-type') === undefined) headers.push(['Content-Type', type])
  for (const name of known.unknown) note({ kind: 'unsupported', where, what: `the variable ${name}, which has no value` })
  return { name: where, origin: url.origin, request: { method, target: url.target, headers, body } }
}

function headersOf (json: Json, known: Variables, auth: readonly Field[], note: OnNote, where: string): Field[] {
  const own = pairs(json['header']).map(({ key, value }): Field => [known.fill(key), known.fill(value)])
  const all = [...auth.filter(([name]) => headerValue(own, name) === undefined), ...own]
  return all.flatMap(([name, value]): Field[] => {
    const bytes = /[^\0-\xff]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value
    if (isFieldName(name) && isFieldValue(bytes)) return [[name, bytes]]
    note({ kind: 'changed', where, what: 'a header with characters that none may have was taken away' })
    return []
  })
}
