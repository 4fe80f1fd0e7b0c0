import type { FastifyRequest } from 'fastify'
import { FAILED } from './field.ts'
import { compileField } from './fields.ts'
import type { Fault } from './faults.ts'
import { compileMembers, fresh } from './models.ts'
import type { PythonValue } from './python-json.ts'
import type { QueryParameters } from './query.ts'
import type { Schema } from './schema.ts'
import { splitNull } from './schema.ts'

/** The schemas of a route, as Fastify names its parts. */
export interface RequestSchemas {
  readonly params?: Schema
  readonly querystring?: Schema
  readonly headers?: Schema
  readonly body?: Schema
}

/** Coerces all parts of a request in place, and gives the faults of all of them, in FastAPI's order. */
export type ValidateRequest = (request: FastifyRequest) => Fault[]

/** Makes the validator of a route; undefined when it takes nothing. */
export function compileRequest (schemas: RequestSchemas): ValidateRequest | undefined {
  const parts: Array<(request: FastifyRequest, faults: Fault[]) => void> = []
  if (schemas.params) parts.push(parameters('path', schemas.params, request => name => (request.params as Record<string, string>)[name], (request, values) => { request.params = values }))
  if (schemas.querystring) parts.push(parameters('query', schemas.querystring, readQuery, (request, values) => { request.query = values }))
  if (schemas.headers) parts.push(parameters('header', schemas.headers, readHeaders, (request, values) => { request.headers = { ...request.headers, ...values } as typeof request.headers }))
  if (schemas.body) parts.push(body(schemas.body))
  if (parts.length === 0) return undefined
  return request => {
    const faults: Fault[] = []
    for (const part of parts) part(request, faults)
    return faults
  }
}

type Read = (request: FastifyRequest) => (name: string, list: boolean) => PythonValue | undefined

/** `request_params_to_args`. */
function parameters (where: string, schema: Schema, read: Read, write: (request: FastifyRequest, values: Record<string, unknown>) => void) {
  const members = compileMembers(schema, compileField).map(member => {
    const list = splitNull(schema.properties![member.name]!).schema.type === 'array'
    return { ...member, list, loc: [where, member.name] as const }
  })
  return (request: FastifyRequest, faults: Fault[]): void => {
    const get = read(request)
    const values: Record<string, unknown> = {}
    for (const member of members) {
      const given = get(member.name, member.list)
      if (given === undefined) {
        if (member.required) faults.push({ loc: member.loc, msg: 'field required', type: 'value_error.missing' })
        else if (member.default !== undefined) values[member.name] = fresh(member.default)
        continue
      }
      const result = member.field(given, member.loc, faults, values)
      if (result !== FAILED) values[member.name] = result
    }
    write(request, values)
  }
}

const readQuery: Read = request => {
  const query = request.query as QueryParameters
  return (name, list) => {
    if (!list) return query.get(name)
    const all = query.all(name)
    return all.length === 0 ? undefined : all
  }
}

const readHeaders: Read = request => {
  const raw = request.raw.rawHeaders
  return (name, list) => {
    const wanted = name.toLowerCase()
    const values: string[] = []
    for (let at = 0; at < raw.length; at += 2) {
      if (raw[at]!.toLowerCase() === wanted) values.push(raw[at + 1]!)
    }
    return list ? (values.length === 0 ? undefined : values) : values[0]
  }
}

/** `request_body_to_args` of a single body parameter. */
function body (schema: Schema) {
  const optional = schema.default !== undefined || splitNull(schema).nullable
  const field = compileField(schema)
  return (request: FastifyRequest, faults: Fault[]): void => {
    const given = request.body as PythonValue | undefined
    if (given === undefined || given === null) {
      if (!optional) faults.push({ loc: ['body'], msg: 'field required', type: 'value_error.missing' })
      request.body = schema.default === undefined ? null : fresh(schema.default)
      return
    }
    const result = field(given, ['body'], faults, {})
    if (result !== FAILED) request.body = result
  }
}
