import type { FastifyReply, onRequestHookHandler } from 'fastify'
import { setSession } from '../cookies.ts'
import type { SignedIn } from '../domain/auth.ts'
import type { Services } from '../services.ts'
import type { User } from '../types/user.ts'

/** Sets the cookies of a sign-in. The body has the token for clients without them. */
export function answerSession ({ csrf, web }: Services, reply: FastifyReply, { user, session }: SignedIn): { user: User, token: string } {
  setSession(reply.cookie.bind(reply), web, session, csrf.issue(session.session.id))
  return { user, token: session.token }
}

/** Answers with keys and tokens are kept by nobody. */
export const keepNowhere: onRequestHookHandler = (_request, reply, done) => {
  reply.header('cache-control', 'no-store')
  done()
}
