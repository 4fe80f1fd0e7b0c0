import { hash, verify } from '@node-rs/argon2'
import type { Account, Profile, ProfileChanges, Registration, Session } from '../types/account.ts'
import { failed, success, type Result } from '../types/result.ts'
import type { Tokens } from './tokens.ts'

export interface AccountStore {
  /** The address is compared without regard to case. */
  findByEmail (email: string): Promise<Account | undefined>
  find (id: string): Promise<Profile | undefined>
  /** Undefined when the address is taken. */
  insert (account: { readonly email: string, readonly name: string, readonly passwordHash: string }): Promise<Profile | undefined>
  /** Undefined when there is no such account. */
  update (id: string, changes: ProfileChanges): Promise<Profile | undefined>
}

export interface Accounts {
  register (registration: Registration): Promise<Result<Session>>
  signIn (email: string, password: string): Promise<Result<Session>>
  profile (userId: string): Promise<Result<Profile>>
  change (userId: string, changes: ProfileChanges): Promise<Result<Profile>>
}

// The first choice of OWASP's password storage guide: argon2id (the library's default), 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const gone = failed({ kind: 'missing', code: 'ACCOUNT_NOT_FOUND', message: 'There is no account of this token any more' })

/** The PHC string of a password. */
export function hashPassword (password: string): Promise<string> {
  return hash(password, cost)
}

export function createAccounts ({ store, tokens }: { store: AccountStore, tokens: Tokens }): Accounts {
  // An unknown address costs as much as a wrong password, so that timing does not tell which addresses exist.
  let decoy: Promise<string> | undefined

  function session ({ id, email, name }: Profile): Result<Session> {
    return success({ token: tokens.issue(id), tokenType: 'Bearer', expiresIn: tokens.lifetime, user: { id, email, name } })
  }

  return {
    async register ({ email, password, name }) {
      const added = await store.insert({ email, name, passwordHash: await hashPassword(password) })
      if (added === undefined) return failed({ kind: 'conflict', code: 'EMAIL_TAKEN', message: 'There is an account with this e-mail address' })
      return session(added)
    },
    async signIn (email, password) {
      const account = await store.findByEmail(email)
      decoy ??= hashPassword('no account has this password')
      const right = await verify(account?.passwordHash ?? await decoy, password)
      if (account === undefined || !right) {
        return failed({ kind: 'unauthenticated', code: 'CREDENTIALS_WRONG', message: 'The e-mail address or the password is wrong' })
      }
      return session(account)
    },
    async profile (userId) {
      const profile = await store.find(userId)
      return profile === undefined ? gone : success(profile)
    },
    async change (userId, changes) {
      const profile = await store.update(userId, changes)
      return profile === undefined ? gone : success(profile)
    }
  }
}
