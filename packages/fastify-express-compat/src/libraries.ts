import { createRequire } from 'node:module'
import type { create as createDisposition } from 'content-disposition'
import type { RequestHandler } from 'serve-static'
import type send from 'send'
import type bodyParser from 'body-parser'
import type { ServerResponse } from 'node:http'
import accepts from 'accepts'
import fresh from 'fresh'
import parseRange from 'range-parser'
import typeIs from 'type-is'
import mime from 'mime-types'
import * as contentType from 'content-type'
import type { ExpressMajor } from './row.ts'

/** The libraries whose majors differ between Express 4 and 5. */
export interface Libraries {
  readonly bodyParser: typeof bodyParser
  readonly send: typeof send
  readonly serveStatic: (root: string, options?: object) => RequestHandler<ServerResponse>
  readonly typeIs: typeof typeIs
  readonly parseRange: typeof parseRange
  readonly accepts: typeof accepts
  /** Whether a client's copy is still good, from the headers of the request and of the answer. */
  readonly fresh: typeof fresh
  /** `Content-Disposition` of an attachment. */
  readonly disposition: (name?: string) => string
  /** The type of a file name, an extension or a short name. */
  readonly lookup: (name: string) => string | undefined
  /** A content type with the usual charset of the type. */
  readonly withCharset: (type: string) => string
  /** A content type with this charset, whatever it had. */
  readonly setCharset: (type: string) => string
}

const require = createRequire(import.meta.url)

/** The cookie library of both versions, which has no types of its own. */
export const cookie = require('cookie') as {
  parse (header: string): Record<string, unknown>
  serialize (name: string, value: string, options: Readonly<Record<string, unknown>>): string
}

/** The libraries as this version of Express has them; only these are loaded. */
export function loadLibraries (major: ExpressMajor): Libraries {
  return major === 4 ? libraries4() : libraries5()
}

function libraries5 (): Libraries {
  const { create } = require('content-disposition') as { create: typeof createDisposition }
  return {
    bodyParser: require('body-parser'),
    fresh,
    typeIs,
    parseRange,
    accepts,
    send: require('send'),
    serveStatic: require('serve-static'),
    disposition: name => create(name),
    lookup: name => mime.lookup(name) || undefined,
    withCharset: type => String(mime.contentType(type)),
    setCharset: type => replaceCharset(contentType, type)
  }
}

function libraries4 (): Libraries {
  const send4 = require('send-0') as typeof send & { mime: { lookup (name: string): string } }
  const contentType1 = require('content-type-1') as typeof contentType
  return {
    bodyParser: require('body-parser-1'),
    fresh: require('fresh-0'),
    typeIs: require('type-is-1'),
    parseRange: require('range-parser-1'),
    accepts: require('accepts-1'),
    send: send4,
    serveStatic: require('serve-static-1'),
    disposition: require('content-disposition-0'),
    lookup: name => send4.mime.lookup(name),
    withCharset: type => /;\s*charset\s*=/.test(type) || !/^text\/|^application\/(javascript|json)/.test(type) ? type : `${type}; charset=utf-8`,
    setCharset: type => replaceCharset(contentType1, type)
  }
}

function replaceCharset (library: typeof contentType, type: string): string {
  const parsed = library.parse(type)
  parsed.parameters.charset = 'utf-8'
  return library.format(parsed)
}
