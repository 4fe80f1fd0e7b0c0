import { hash, verify } from '@node-rs/argon2'
import type { Account, Session } from '../types/account.ts'
import { failed, success, type Result } from '../types/result.ts'
import type { Tokens } from './tokens.ts'

export interface AccountStore {
  /** The address is compared without regard to case. */
  findByEmail (email: string): Promise<Account | undefined>
}

export interface Accounts {
  signIn (email: string, password: string): Promise<Result<Session>>
}

// The first choice of OWASP's password storage guide: argon2id (the library's default), 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The PHC string of a password. */
export function hashPassword (password: string): Promise<string> {
  return hash(password, cost)
}

export function createAccounts ({ store, tokens }: { store: AccountStore, tokens: Tokens }): Accounts {
  // An unknown address costs as much as a wrong password, so that timing does not tell which addresses exist.
  let decoy: Promise<string> | undefined

  return {
    async signIn (email, password) {
      const account = await store.findByEmail(email)
      decoy ??= hashPassword('no account has this password')
      const right = await verify(account?.passwordHash ?? await decoy, password)
      if (account === undefined || !right) {
        return failed({ kind: 'unauthenticated', code: 'CREDENTIALS_WRONG', message: 'The e-mail address or the password is wrong' })
      }
      return success({
        token: tokens.issue(account.id),
        tokenType: 'Bearer',
        expiresIn: tokens.lifetime,
        user: { id: account.id, email: account.email }
      })
    }
  }
}
