import { generateAuthenticationOptions, generateRegistrationOptions, verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import type { AuthenticationResponseJSON, PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { failed, success, type Result } from '../types/result.ts'
import type { Passkey, StoredPasskey } from '../types/passkey.ts'
import type { Client, SignedIn, UserStore } from './auth.ts'
import type { Caller, Trail } from './ports.ts'
import type { Sessions } from './sessions.ts'

export interface PasskeyStore {
  /** False when somebody has this passkey already. */
  insert (passkey: Omit<StoredPasskey, 'createdAt' | 'lastUsedAt'>): Promise<Passkey | undefined>
  /** Newest first. */
  list (userId: string): Promise<readonly Passkey[]>
  find (id: string): Promise<StoredPasskey | undefined>
  /** Notes a use; false when the counter is no longer what it was. */
  use (id: string, counter: { readonly from: number, readonly to: number }): Promise<boolean>
  /** False when that user has no such passkey. */
  remove (userId: string, id: string): Promise<boolean>
}

/** What a challenge was made for: it is good for nothing else. A sign-in has no user yet. */
export interface ChallengePurpose {
  readonly kind: 'register' | 'login'
  readonly userId?: string
}

export interface ChallengeStore {
  keep (challenge: string, purpose: ChallengePurpose, expires: Date): Promise<void>
  /** Whether it was kept for this, and is not over. It is gone then, so that nobody uses it twice. */
  take (challenge: string, purpose: ChallengePurpose, now: Date): Promise<boolean>
}

/** Passkeys (WebAuthn Level 3). */
export interface Passkeys {
  registerOptions (caller: Caller): Promise<Result<PublicKeyCredentialCreationOptionsJSON>>
  register (caller: Caller, credential: RegistrationResponseJSON): Promise<Result<Passkey>>
  /** The same for everybody: the passkey itself tells whose it is. */
  loginOptions (): Promise<PublicKeyCredentialRequestOptionsJSON>
  login (credential: AuthenticationResponseJSON, rememberMe: boolean, client: Client): Promise<Result<SignedIn>>
  list (caller: Caller): Promise<readonly Passkey[]>
  remove (caller: Caller, id: string): Promise<Result<undefined>>
}

export interface PasskeyParts {
  readonly users: Pick<UserStore, 'find'>
  readonly passkeys: PasskeyStore
  readonly challenges: ChallengeStore
  readonly sessions: Sessions
  readonly trail: Trail
  /** The domain that passkeys belong to. */
  readonly domain: string
  /** Pages that may use them. */
  readonly origins: readonly string[]
  readonly now: () => Date
}

/** For a user to find and touch a key, in milliseconds. */
const patience = 5 * 60_000
// EdDSA, ES256 and RS256: what authenticators have.
const algorithms = [-8, -7, -257]

const gone = failed({ kind: 'unauthenticated', code: 'SESSION_INVALID', message: 'The session is not valid, or has expired: sign in again' })
const unverified = failed({ kind: 'unprocessable', code: 'PASSKEY_UNVERIFIED', message: 'The passkey could not be verified: ask for new options and try again' })
const wrong = failed({ kind: 'unauthenticated', code: 'PASSKEY_WRONG', message: 'The passkey is not known, or could not be verified: ask for new options and try again' })
const exists = failed({ kind: 'conflict', code: 'PASSKEY_EXISTS', message: 'This passkey is registered already' })
const unknown = failed({ kind: 'missing', code: 'PASSKEY_NOT_FOUND', message: 'You have no such passkey' })

export function createPasskeys ({ users, passkeys, challenges, sessions, trail, domain, origins, now }: PasskeyParts): Passkeys {
  async function keep (challenge: string, purpose: ChallengePurpose): Promise<void> {
    await challenges.keep(challenge, purpose, new Date(now().getTime() + patience))
  }

  /** The challenge that a credential answers, if it was made for that and is used for the first time. */
  async function take (clientDataJSON: string, purpose: ChallengePurpose): Promise<string | undefined> {
    const challenge = challengeOf(clientDataJSON)
    return challenge !== undefined && await challenges.take(challenge, purpose, now()) ? challenge : undefined
  }

  async function verifiedLogin (credential: AuthenticationResponseJSON): Promise<StoredPasskey | undefined> {
    const expectedChallenge = await take(credential.response.clientDataJSON, { kind: 'login' })
    const passkey = await passkeys.find(credential.id)
    if (expectedChallenge === undefined || passkey === undefined) return undefined
    const { id, counter, publicKey } = passkey
    const verification = await orUndefined(verifyAuthenticationResponse({
      response: credential, expectedChallenge, expectedOrigin: [...origins], expectedRPID: domain, credential: { id, counter, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64')) }
    }))
    if (verification?.verified !== true) return undefined
    return await passkeys.use(id, { from: counter, to: verification.authenticationInfo.newCounter }) ? passkey : undefined
  }

  return {
    async registerOptions ({ userId }) {
      const [account, known] = await Promise.all([users.find(userId), passkeys.list(userId)])
      if (account === undefined) return gone
      const options = await generateRegistrationOptions({
        rpName: 'Aegis',
        rpID: domain,
        userID: new Uint8Array(Buffer.from(userId, 'hex')),
        userName: account.user.email,
        timeout: patience,
        excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        supportedAlgorithmIDs: algorithms
      })
      await keep(options.challenge, { kind: 'register', userId })
      return success(options)
    },

    async register ({ userId, requestId, address }, response) {
      const expectedChallenge = await take(response.response.clientDataJSON, { kind: 'register', userId })
      if (expectedChallenge === undefined) return unverified
      const verification = await orUndefined(verifyRegistrationResponse({ response, expectedChallenge, expectedOrigin: [...origins], expectedRPID: domain, supportedAlgorithmIDs: algorithms }))
      if (verification?.verified !== true) return unverified
      const { credential } = verification.registrationInfo
      const passkey = await passkeys.insert({
        id: credential.id,
        userId,
        publicKey: Buffer.from(credential.publicKey).toString('base64'),
        counter: credential.counter,
        transports: credential.transports ?? []
      })
      if (passkey === undefined) return exists
      await trail.activity({ userId, action: 'passkey.registered', resource: 'passkey' })
      await trail.audit({ userId, event: 'auth.passkey.registered', requestId, address })
      return success(passkey)
    },

    async loginOptions () {
      const options = await generateAuthenticationOptions({ rpID: domain, timeout: patience, userVerification: 'required' })
      await keep(options.challenge, { kind: 'login' })
      return options
    },

    async login (credential, rememberMe, client) {
      const passkey = await verifiedLogin(credential)
      const account = passkey === undefined ? undefined : await users.find(passkey.userId)
      if (account === undefined) {
        await trail.audit({ event: 'auth.login.failed', ...client, details: { method: 'passkey' } })
        return wrong
      }
      const { user } = account
      await trail.audit({ userId: user.id, event: 'auth.login.succeeded', ...client, details: { method: 'passkey', remembered: rememberMe } })
      return success({ user, session: sessions.issue(user.id, { remember: rememberMe }) })
    },

    async list ({ userId }) {
      return await passkeys.list(userId)
    },

    async remove ({ userId, requestId, address }, id) {
      if (!await passkeys.remove(userId, id)) return unknown
      await trail.activity({ userId, action: 'passkey.removed', resource: 'passkey' })
      await trail.audit({ userId, event: 'auth.passkey.removed', requestId, address })
      return success(undefined)
    }
  }
}

function challengeOf (clientDataJSON: string): string | undefined {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as { challenge?: unknown }
    return typeof challenge === 'string' ? challenge : undefined
  } catch {
    return undefined
  }
}

/** The library throws at whatever is wrong with what a client sent; nothing in it reaches the database. */
async function orUndefined<Value> (verification: Promise<Value>): Promise<Value | undefined> {
  try {
    return await verification
  } catch {
    return undefined
  }
}
