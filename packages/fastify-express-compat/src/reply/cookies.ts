import { sign } from 'cookie-signature'
import type { FastifyReply } from 'fastify'
import type { Compat } from '../compat.ts'
import { cookie } from '../libraries.ts'
import type { CookieOptions } from '../types.ts'
import { append } from './fields.ts'

/** `res.cookie`: `maxAge` in milliseconds, `Path=/` unless given, objects as JSON, signed with the first secret. */
export function createCookie (compat: Compat) {
  const { cookieSecret } = compat.settings
  const secret = typeof cookieSecret === 'string' ? cookieSecret : cookieSecret?.[0]
  return function setCookie (this: FastifyReply, name: string, value: unknown, options: CookieOptions = {}): FastifyReply {
    const { signed, ...attributes } = options
    if (signed && !secret) throw new Error('cookieParser("secret") required for signed cookies')
    let text = typeof value === 'object' ? `j:${JSON.stringify(value)}` : String(value)
    if (signed && secret !== undefined) text = `s:${sign(text, secret)}`
    const settings: Record<string, unknown> = { ...attributes }
    if (attributes.maxAge != null) {
      const maxAge = Number(attributes.maxAge)
      if (!Number.isNaN(maxAge)) {
        settings.expires = new Date(Date.now() + maxAge)
        settings.maxAge = Math.floor(maxAge / 1000)
      }
    }
    settings.path ??= '/'
    return append.call(this, 'Set-Cookie', cookie.serialize(name, text, settings))
  }
}

/** `res.clearCookie`: the empty cookie, expired in 1970. Express 4 keeps `maxAge` and `expires` of the options. */
export function createClearCookie (compat: Compat) {
  const setCookie = createCookie(compat)
  return function clearCookie (this: FastifyReply, name: string, options: CookieOptions = {}): FastifyReply {
    const past = { expires: new Date(1), path: '/' }
    if (compat.major === 4) return setCookie.call(this, name, '', { ...past, ...options })
    const { maxAge, ...rest } = options
    return setCookie.call(this, name, '', { ...rest, path: rest.path ?? '/', expires: past.expires })
  }
}
