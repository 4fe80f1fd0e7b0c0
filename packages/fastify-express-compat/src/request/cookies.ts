import { unsign } from 'cookie-signature'
import { cookie } from '../libraries.ts'

type Cookies = Record<string, unknown>

/** The cookies of a header as cookie-parser gives them: plain ones, and the signed ones whose signature holds (or false). */
export function readCookies (header: string | undefined, secrets: readonly string[]): { cookies: Cookies, signedCookies: Cookies } {
  const cookies: Cookies = header ? cookie.parse(header) : Object.create(null) as Cookies
  const signedCookies: Cookies = Object.create(null) as Cookies
  if (secrets.length > 0) {
    for (const [name, value] of Object.entries(cookies)) {
      const opened = openSigned(value as string, secrets)
      if (opened === value) continue
      signedCookies[name] = opened
      delete cookies[name]
    }
  }
  return { cookies: readJson(cookies), signedCookies: readJson(signedCookies) }
}

function openSigned (value: string, secrets: readonly string[]): string | false {
  if (!value.startsWith('s:')) return value
  for (const secret of secrets) {
    const opened = unsign(value.slice(2), secret)
    if (opened !== false) return opened
  }
  return false
}

function readJson (cookies: Cookies): Cookies {
  for (const [name, value] of Object.entries(cookies)) {
    if (typeof value !== 'string' || !value.startsWith('j:')) continue
    try {
      // cookie-parser keeps the text where the value is falsy.
      cookies[name] = JSON.parse(value.slice(2)) || value
    } catch {
      // Not JSON after all: cookie-parser keeps the text.
    }
  }
  return cookies
}
