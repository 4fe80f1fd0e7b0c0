import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Options as ParseRangeOptions, Ranges, Result } from 'range-parser'
import type { ServeStaticOptions } from 'serve-static'
import type { SendOptions } from 'send'
import type { RowName } from './table.ts'

/** Handlers of `reply.format`, by short name or media type; `default` when nothing fits. */
export type FormatHandlers = Readonly<Record<string, (request: FastifyRequest, reply: FastifyReply) => unknown>>

/** Attributes of a cookie as Express takes them; `maxAge` is in milliseconds. */
export interface CookieOptions {
  readonly maxAge?: number
  readonly expires?: Date
  readonly path?: string
  readonly domain?: string
  readonly secure?: boolean
  readonly httpOnly?: boolean
  readonly sameSite?: boolean | 'lax' | 'strict' | 'none'
  readonly priority?: 'low' | 'medium' | 'high'
  readonly partitioned?: boolean
  readonly encode?: (value: string) => string
  readonly signed?: boolean
}

/** Options of `reply.sendFile` and `reply.download`. */
export type SendFileOptions = SendOptions & { readonly headers?: Readonly<Record<string, string>> }

type Done = (error?: Error) => void

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Rows that this route turns off. */
    expressCompat?: { readonly [name in RowName]?: boolean }
  }

  interface FastifyInstance {
    /** `app.use(prefix, express.static(folder, options))`. */
    expressStatic (prefix: string, folder: string, options?: ServeStaticOptions): void
  }

  interface FastifyReply {
    json (value?: unknown): FastifyReply
    jsonp (value?: unknown): FastifyReply
    sendStatus (status: number): FastifyReply
    redirect (url: string, status?: number): FastifyReply
    redirect (status: number, url: string): FastifyReply
    cookie (name: string, value: unknown, options?: CookieOptions): this
    clearCookie (name: string, options?: CookieOptions): this
    append (name: string, value: string | readonly string[]): FastifyReply
    vary (fields: string | string[]): FastifyReply
    links (targets: Readonly<Record<string, string | readonly string[]>>): FastifyReply
    location (url: string): FastifyReply
    format (handlers: FormatHandlers): FastifyReply
    attachment (filename?: string): FastifyReply
    download (path: string, name?: string | SendFileOptions | Done, options?: SendFileOptions | Done, done?: Done): FastifyReply
    sendFile (path: string, options?: SendFileOptions | Done, done?: Done): FastifyReply
    contentType (type: string): FastifyReply
    set (name: string, value: unknown): FastifyReply
    set (headers: Readonly<Record<string, unknown>>): FastifyReply
    setHeader (name: string, value: unknown): FastifyReply
    get (name: string): number | string | string[] | undefined
    end (chunk?: string | Uint8Array, encoding?: BufferEncoding): FastifyReply
    locals: Record<string, unknown>
  }

  interface FastifyRequest {
    get (name: string): string | string[] | undefined
    header (name: string): string | string[] | undefined
    readonly secure: boolean
    readonly subdomains: string[]
    readonly xhr: boolean
    readonly fresh: boolean
    readonly stale: boolean
    readonly path: string
    readonly baseUrl: string
    cookies: Record<string, unknown>
    signedCookies: Record<string, unknown>
    accepts (): string[]
    accepts (...types: Array<string | string[]>): string | false
    acceptsEncodings (...encodings: string[]): string | string[] | false
    acceptsCharsets (...charsets: string[]): string | string[] | false
    acceptsLanguages (...languages: string[]): string | string[] | false
    is (...types: Array<string | string[]>): string | false | null
    range (size: number, options?: ParseRangeOptions): Ranges | Result | undefined
  }
}
