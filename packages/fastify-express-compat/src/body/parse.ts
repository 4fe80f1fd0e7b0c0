import type { FastifyRequest } from 'fastify'
import type { IncomingMessage } from 'node:http'
import createError from '@fastify/error'
import typeIs from 'type-is'
import { kBodyError } from '../answer/marks.ts'
import type { Compat } from '../compat.ts'
import type { Rows } from '../table.ts'

type Parser = (request: IncomingMessage, res: undefined, next: (error?: unknown) => void) => void
type Parsed = IncomingMessage & { body?: unknown }
type Done = (error: Error | null, body?: unknown) => void

/** The type under which a malformed content type passes Fastify's own check; it is restored before the parsers see it. */
export const hiddenType = 'application/x-express-compat'
const kHiddenType = Symbol('expressCompat.hiddenType')

const EmptyJson = createError('FST_ERR_CTP_EMPTY_JSON_BODY', "Body cannot be empty when content-type is set to 'application/json'", 400)
const InvalidJson = createError('FST_ERR_CTP_INVALID_JSON_BODY', "Body is not valid JSON but content-type is set to 'application/json'", 400)
const UnknownType = createError('FST_ERR_CTP_INVALID_MEDIA_TYPE', 'Unsupported Media Type', 415)

/** Runs the parsers of the Express application, less what rows that are off leave to Fastify's rules. */
export class BodyReader {
  readonly #compat: Compat
  readonly #fastifyLimit: number
  readonly #parsers = new Map<string, readonly Parser[]>()

  constructor (compat: Compat, fastifyLimit: number) {
    this.#compat = compat
    this.#fastifyLimit = fastifyLimit
  }

  /** Reads and parses the body of a request; `done` gets what `req.body` would be. */
  read (request: FastifyRequest, rows: Rows, done: Done): void {
    const raw = request.raw as Parsed
    restoreType(raw)
    const refused = refusal(this.#compat, rows, raw)
    if (refused !== undefined) return done(refused)
    const restoreCharset = rows.bodyCharsets ? undefined : dropCharset(raw)
    this.#run(this.#parsersFor(rows), 0, raw, error => {
      restoreCharset?.()
      if (error === undefined) return done(null, rows.missingBody || !isEmptyObject(raw.body, this.#compat) ? raw.body : undefined)
      ;(request as { [kBodyError]?: boolean })[kBodyError] = true
      done(!rows.parserMessages && (error as { type?: string }).type === 'entity.parse.failed' ? new InvalidJson() : error as Error)
    })
  }

  #run (parsers: readonly Parser[], index: number, raw: Parsed, done: (error?: unknown) => void): void {
    const parser = parsers[index]
    if (parser === undefined) return done()
    parser(raw, undefined, error => {
      if (error === undefined || error === null) this.#run(parsers, index + 1, raw, done)
      else done(error)
    })
  }

  #parsersFor (rows: Rows): readonly Parser[] {
    const key = [rows.bodyLimit, rows.strictJson, rows.compressedBodies, rows.protoKeys, rows.textBodies, rows.formBodies].join()
    const known = this.#parsers.get(key)
    if (known !== undefined) return known
    const { bodyParser } = this.#compat.libraries
    const bodies = this.#compat.settings.bodies ?? { json: true }
    const shared = {
      ...(rows.bodyLimit ? {} : { limit: this.#fastifyLimit }),
      ...(rows.compressedBodies ? {} : { inflate: false })
    }
    const given = (options: unknown): object => typeof options === 'object' ? options as object : {}
    const parsers: Parser[] = []
    if (bodies.json !== false) {
      const checks = { ...(rows.strictJson ? {} : { strict: false }), ...(rows.protoKeys ? {} : { verify: refuseProtoKey }) }
      parsers.push(bodyParser.json({ ...shared, ...checks, ...given(bodies.json) }) as unknown as Parser)
    }
    if (bodies.urlencoded && rows.formBodies) parsers.push(bodyParser.urlencoded({ ...shared, extended: this.#compat.major === 4, ...given(bodies.urlencoded) }) as unknown as Parser)
    if (bodies.text || !rows.textBodies) parsers.push(bodyParser.text({ ...shared, ...given(bodies.text) }) as unknown as Parser)
    if (bodies.raw) parsers.push(bodyParser.raw({ ...shared, ...given(bodies.raw) }) as unknown as Parser)
    this.#parsers.set(key, parsers)
    return parsers
  }
}

/** Hides a content type that Fastify would refuse before any parser sees it. */
export function hideType (raw: IncomingMessage): void {
  (raw as { [kHiddenType]?: string | undefined })[kHiddenType] = raw.headers['content-type']
  raw.headers['content-type'] = hiddenType
}

function restoreType (raw: IncomingMessage & { [kHiddenType]?: string }): void {
  if (raw.headers['content-type'] === hiddenType && raw[kHiddenType] !== undefined) raw.headers['content-type'] = raw[kHiddenType]
}

function refusal (compat: Compat, rows: Rows, raw: IncomingMessage): Error | undefined {
  if (rows.emptyJson && rows.unknownTypes && rows.formBodies) return undefined
  const type = raw.headers['content-type'] ?? ''
  const empty = raw.headers['transfer-encoding'] === undefined && (raw.headers['content-length'] ?? '0') === '0'
  const known = (...types: string[]) => Boolean(typeIs.is(type, types))
  if (!rows.emptyJson && empty && known('application/json')) return new EmptyJson()
  if (!rows.formBodies && known('application/x-www-form-urlencoded')) return new UnknownType()
  if (!rows.unknownTypes && type !== '' && !known('application/json', 'text/plain', 'application/x-www-form-urlencoded')) return new UnknownType()
  return undefined
}

function refuseProtoKey (_request: unknown, _response: unknown, body: Buffer): void {
  if (/"(?:_|\\u005f){2}proto(?:_|\\u005f){2}"\s*:/i.test(body.toString())) throw Object.assign(new SyntaxError('Object contains forbidden prototype property'), { status: 400 })
}

function dropCharset (raw: IncomingMessage): () => void {
  const type = raw.headers['content-type']
  if (type === undefined) return () => {}
  raw.headers['content-type'] = type.split(';')[0] as string
  return () => { raw.headers['content-type'] = type }
}

function isEmptyObject (body: unknown, compat: Compat): boolean {
  return compat.major === 4 && typeof body === 'object' && body !== null && Object.keys(body).length === 0
}
