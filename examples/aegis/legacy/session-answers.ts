import type { RequestHandler, Response } from 'express'
import { setSession } from '../cookies.ts'
import type { SignedIn } from '../domain/auth.ts'
import type { Services } from '../services.ts'

/** Answers a sign-in: the cookies, and the token for clients without. */
export function sendSession ({ csrf, web }: Services, response: Response, { user, session }: SignedIn): void {
  setSession(response.cookie.bind(response), web, session, csrf.issue(session.session.id))
  response.json({ user, token: session.token })
}

/** Answers with keys and tokens are kept by nobody. */
export function keepNowhere (): RequestHandler {
  return (_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  }
}
