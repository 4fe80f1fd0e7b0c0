import { hash, verify } from '@node-rs/argon2'
import { failed, success, type Result } from '../types/result.ts'
import type { Account, Discovery, Registration, User, UserChanges } from '../types/user.ts'
import { createDecoys } from './decoys.ts'
import type { Caller, Trail } from './ports.ts'
import type { Revocations } from './revocations.ts'
import { rememberedLifetime, type IssuedSession, type Session, type Sessions } from './sessions.ts'

/** What of a user is stored. */
export interface StoredChanges {
  readonly email?: string
  readonly encryptedProfile?: string | null
  readonly passwordHash?: string
  readonly salt?: string
  readonly encryptedPrivateKey?: string
}

/** Where users are kept. Addresses are in lower case. */
export interface UserStore {
  /** Undefined when the address is taken. */
  insert (user: Omit<Registration, 'authHash'> & { readonly passwordHash: string }): Promise<User | undefined>
  find (id: string): Promise<Account | undefined>
  findByEmail (email: string): Promise<Account | undefined>
  update (id: string, changes: StoredChanges): Promise<User | 'taken' | undefined>
}

/** Where a request came from, before anybody is known. */
export type Client = Pick<Caller, 'requestId' | 'address'>

export interface SignedIn {
  readonly user: User
  readonly session: IssuedSession
}

export interface Auth {
  register (registration: Registration, client: Client): Promise<Result<SignedIn>>
  login (credentials: { readonly email: string, readonly authHash: string, readonly rememberMe?: boolean | undefined }, client: Client): Promise<Result<SignedIn>>
  /** Ends the session everywhere: its cookie and its token are worth nothing any more. */
  logout (caller: Caller, session: Session): Promise<void>
  me (caller: Caller): Promise<Result<User>>
  /** A new password ends all sessions of the user but this one. */
  change (caller: Caller, session: Session, changes: UserChanges): Promise<Result<User>>
  /** Answers alike for addresses that nobody has, and always the same for the same one. */
  discover (email: string): Promise<Discovery>
}

// The first choice of OWASP's password storage guide: argon2id (the library's default), 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The PHC string of what a client derived from its password. */
export function hashAuth (authHash: string): Promise<string> {
  return hash(authHash, cost)
}

const gone = failed({ kind: 'unauthenticated', code: 'SESSION_INVALID', message: 'The session is not valid, or has expired: sign in again' })
const wrong = failed({ kind: 'unauthenticated', code: 'CREDENTIALS_WRONG', message: 'The e-mail address or the password is wrong' })
const taken = failed({ kind: 'conflict', code: 'EMAIL_TAKEN', message: 'Another user has this e-mail address', field: 'email' })

export interface AuthParts {
  readonly store: UserStore
  readonly sessions: Sessions
  readonly revocations: Pick<Revocations, 'add'>
  readonly trail: Trail
  /** What the answers about unknown addresses are derived from. */
  readonly secret: string
  readonly now: () => Date
}

/** Registration, sign-in and what a user may change about themself. */
export function createAuth ({ store, sessions, revocations, trail, secret, now }: AuthParts): Auth {
  const decoys = createDecoys(secret)
  // An unknown address costs as much as a wrong password, so that timing does not tell which addresses exist.
  let decoyHash: Promise<string> | undefined

  async function check (account: Account | undefined, authHash: string): Promise<boolean> {
    decoyHash ??= hashAuth('no account has this')
    const right = await verify(account?.passwordHash ?? await decoyHash, authHash)
    return right && account !== undefined
  }

  return {
    async register ({ email, authHash, salt, publicKey, encryptedPrivateKey }, client) {
      const user = await store.insert({ email: normal(email), passwordHash: await hashAuth(authHash), salt, publicKey, encryptedPrivateKey })
      if (user === undefined) return taken
      await trail.activity({ userId: user.id, action: 'user.registered', resource: 'user', resourceId: user.id })
      await trail.audit({ userId: user.id, event: 'auth.registered', ...client })
      return success({ user, session: sessions.issue(user.id) })
    },

    async login ({ email, authHash, rememberMe }, client) {
      const account = await store.findByEmail(normal(email))
      if (!await check(account, authHash)) {
        await trail.audit({ ...account !== undefined && { userId: account.user.id }, event: 'auth.login.failed', ...client, details: { method: 'password' } })
        return wrong
      }
      const { user } = account!
      await trail.audit({ userId: user.id, event: 'auth.login.succeeded', ...client, details: { method: 'password', remembered: rememberMe === true } })
      return success({ user, session: sessions.issue(user.id, { remember: rememberMe === true }) })
    },

    async logout ({ userId, requestId, address }, { id, expires }) {
      await revocations.add({ sessionId: id, expires })
      await trail.audit({ userId, event: 'auth.logout', requestId, address })
    },

    async me ({ userId }) {
      const account = await store.find(userId)
      return account === undefined ? gone : success(account.user)
    },

    async change ({ userId, requestId, address }, session, { currentAuthHash, authHash, email, encryptedProfile, salt, encryptedPrivateKey }) {
      const incomplete = authHash === undefined ? salt !== undefined || encryptedPrivateKey !== undefined : salt === undefined || encryptedPrivateKey === undefined
      if (incomplete) return failed({ kind: 'unprocessable', code: 'KEYS_INCOMPLETE', message: 'A new password needs authHash, salt and encryptedPrivateKey together', field: 'authHash' })
      const account = await store.find(userId)
      if (account === undefined) return gone
      const sensitive = authHash !== undefined || email !== undefined
      if (sensitive && currentAuthHash === undefined) return failed({ kind: 'unprocessable', code: 'CURRENT_AUTH_HASH_REQUIRED', message: 'Changing the address or the password needs the current password', field: 'currentAuthHash' })
      if (currentAuthHash !== undefined && !await check(account, currentAuthHash)) {
        await trail.audit({ userId, event: 'auth.change.refused', requestId, address })
        return failed({ kind: 'forbidden', code: 'CURRENT_PASSWORD_WRONG', message: 'The current password is wrong', field: 'currentAuthHash' })
      }
      const changed = await store.update(userId, {
        ...email !== undefined && { email: normal(email) },
        ...encryptedProfile !== undefined && { encryptedProfile },
        ...authHash !== undefined && { passwordHash: await hashAuth(authHash), salt: salt!, encryptedPrivateKey: encryptedPrivateKey! }
      })
      if (changed === undefined) return gone
      if (changed === 'taken') return taken
      const at = now().getTime()
      if (authHash !== undefined) await revocations.add({ userId, before: at, except: session.id, expires: at + rememberedLifetime })
      await trail.activity({ userId, action: 'user.updated', resource: 'user', resourceId: userId })
      if (sensitive) await trail.audit({ userId, event: 'auth.changed', requestId, address, details: { email: email !== undefined, password: authHash !== undefined } })
      return success(changed)
    },

    async discover (email) {
      const address = normal(email)
      // Made in any case, so that it takes the same time.
      const decoy = decoys.of(address)
      const account = await store.findByEmail(address)
      return { email: address, salt: account?.user.salt ?? decoy.salt, publicKey: account?.user.publicKey ?? decoy.publicKey }
    }
  }
}

function normal (email: string): string {
  return email.toLowerCase()
}
