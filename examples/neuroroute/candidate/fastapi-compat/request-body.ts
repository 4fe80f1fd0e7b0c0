import type { FastifyRequest } from 'fastify'
import type { Readable } from 'node:stream'
import { BodyEncodingError, bodyText } from './body-text.ts'
import { HttpException, RequestValidationError } from './faults.ts'
import { JsonDecodeError, JsonLimitError, parsePythonJson, type PythonValue } from './python-json.ts'

/** A body that could not be read: the answer waits until the hooks of the route would run. */
export class UnreadableBody {
  readonly error: HttpException | RequestValidationError

  constructor (error: HttpException | RequestValidationError) {
    this.error = error
  }
}

/** A body that is not JSON by its content type: Python's bytes, which no model takes. */
export class BodyBytes {
  readonly bytes: Buffer

  constructor (bytes: Buffer) {
    this.bytes = bytes
  }
}

/**
 * Collects a body.
 * @param limit bytes; a longer body is an error with 413: uvicorn has no limit, which nobody should rely on
 * @param done called once
 */
export function readBody (stream: Readable, limit: number, done: (body: Buffer | UnreadableBody) => void): void {
  const chunks: Buffer[] = []
  let length = 0
  let finish = (body: Buffer | UnreadableBody) => {
    finish = () => {}
    done(body)
  }
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= limit) chunks.push(chunk)
    else finish(new UnreadableBody(new HttpException(413)))
  })
  stream.on('end', () => finish(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
  // A request that did not come whole is never handled.
  const left = () => finish(new UnreadableBody(unparsable()))
  stream.on('error', left)
  stream.on('close', left)
}

/** What FastAPI makes of a body before it looks at the dependencies; undefined when there is none. */
export function parseBody (bytes: Buffer, contentType: string | undefined, depth: number): PythonValue | BodyBytes | UnreadableBody | undefined {
  if (bytes.length === 0) return undefined
  if (!isJson(contentType)) return new BodyBytes(bytes)
  try {
    return parsePythonJson(bodyText(bytes), depth)
  } catch (error) {
    return new UnreadableBody(bodyError(error))
  }
}

function bodyError (error: unknown): HttpException | RequestValidationError {
  if (error instanceof JsonDecodeError) {
    const { reason, text, position } = error
    const before = text.slice(0, error.units)
    const line = before.split('\n').length
    const column = position - [...before.slice(0, before.lastIndexOf('\n') + 1)].length + 1
    return new RequestValidationError([{
      loc: ['body', position],
      msg: `${reason}: line ${line} column ${column} (char ${position})`,
      type: 'value_error.jsondecode',
      ctx: { msg: reason, doc: text, pos: position, lineno: line, colno: column }
    }])
  }
  if (error instanceof BodyEncodingError || error instanceof JsonLimitError) return unparsable()
  throw error
}

function unparsable (): HttpException {
  return new HttpException(400, 'There was an error parsing the body')
}

/** Whether the first content type says JSON, as `email.message` reads it; none at all counts as JSON. */
export function isJson (contentType: string | undefined): boolean {
  if (contentType === undefined || contentType === '' || contentType === 'application/json') return true
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase()
  const slash = type.indexOf('/')
  if (slash < 0 || type.indexOf('/', slash + 1) >= 0) return false
  const subtype = type.slice(slash + 1)
  return type.slice(0, slash) === 'application' && (subtype === 'json' || subtype.endsWith('+json'))
}

/** The first header of this name, as it was sent. */
export function firstHeader (request: FastifyRequest, name: string): string | undefined {
  const raw = request.raw.rawHeaders
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]!.length === name.length && raw[at]!.toLowerCase() === name) return raw[at + 1]
  }
  return undefined
}
