/** What a user sees of their account. Times are ISO 8601, in UTC. */
export interface Profile {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly bio: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

/** A user with what is needed to check a sign-in. */
export interface Account extends Profile {
  readonly passwordHash: string
}

/** Who registers. */
export interface Registration {
  readonly email: string
  readonly password: string
  readonly name: string
}

/** The fields of a profile that its owner may change. */
export interface ProfileChanges {
  readonly name?: string
  readonly bio?: string | null
}

/** The answer to a sign-in. `expiresIn` is in seconds. */
export interface Session {
  readonly token: string
  readonly tokenType: 'Bearer'
  readonly expiresIn: number
  readonly user: { readonly id: string, readonly email: string, readonly name: string }
}

/** Whose a valid token is, and until when it is valid. */
export interface Identity {
  readonly userId: string
  /** ISO 8601, in UTC, whole seconds. */
  readonly expiresAt: string
}
