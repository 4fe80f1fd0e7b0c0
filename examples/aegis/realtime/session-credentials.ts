import { sessionCookie } from '../cookies.ts'
import type { Sessions } from '../domain/sessions.ts'
import type { Authenticate } from './realtime.ts'

const named = new RegExp(`(?:^|;)\\s*${sessionCookie}=([^;]*)`)

/** Sockets show the sessions that requests show: a token, else the cookie. */
export function bySession (sessions: Pick<Sessions, 'authenticate'>): Authenticate {
  return async ({ token, cookie }) => {
    const presented = sessions.authenticate({
      authorization: token === undefined ? undefined : `Bearer ${token}`,
      cookie: named.exec(cookie ?? '')?.[1]?.trim()
    })
    return presented.ok ? presented.value.session : undefined
  }
}
