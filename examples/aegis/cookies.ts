import type { IssuedSession } from './domain/sessions.ts'
import type { WebSettings } from './services.ts'

/** The httpOnly cookie with the encrypted session. */
export const sessionCookie = 'session'
/** The cookie that pages read, to send its value as the header `x-xsrf-token`. */
export const csrfCookie = 'XSRF-TOKEN'

/** Attributes of a cookie, as `response.cookie` of Express takes them; `maxAge` is in milliseconds. */
export interface CookieAttributes {
  readonly httpOnly?: boolean
  readonly secure: boolean
  readonly sameSite: 'lax'
  readonly path: '/'
  readonly maxAge?: number
}

/** Sets one cookie: both faces have such a method. */
export type SetCookie = (name: string, value: string, attributes: CookieAttributes) => unknown

function attributes ({ secureCookies }: WebSettings, httpOnly: boolean): CookieAttributes {
  return { ...httpOnly && { httpOnly }, secure: secureCookies, sameSite: 'lax', path: '/' }
}

/** The two cookies of a sign-in, always in this order. */
export function setSession (set: SetCookie, web: WebSettings, session: IssuedSession, csrfToken: string): void {
  const lifetime = session.maxAge === undefined ? {} : { maxAge: session.maxAge }
  set(sessionCookie, session.cookie, { ...attributes(web, true), ...lifetime })
  set(csrfCookie, csrfToken, { ...attributes(web, false), ...lifetime })
}

export function setCsrf (set: SetCookie, web: WebSettings, csrfToken: string): void {
  set(csrfCookie, csrfToken, attributes(web, false))
}

/** @param clear sets a cookie that is over */
export function clearSession (clear: (name: string, attributes: CookieAttributes) => unknown, web: WebSettings): void {
  clear(sessionCookie, attributes(web, true))
  clear(csrfCookie, attributes(web, false))
}
