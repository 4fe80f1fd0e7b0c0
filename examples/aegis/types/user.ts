/** A user as that user sees it. Texts that begin with `encrypted` are ciphertext to the server; times are ISO 8601 in UTC. */
export interface User {
  readonly id: string
  readonly email: string
  /** X25519, 32 bytes in base64: others encrypt for this user with it. */
  readonly publicKey: string
  /** What the client derives its keys from the password with, 16 bytes in base64. */
  readonly salt: string
  readonly encryptedPrivateKey: string
  readonly encryptedProfile: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

/** A user with what is needed to check a sign-in. */
export interface Account {
  readonly user: User
  /** Argon2id of what the client derived from the password; the password itself never comes here. */
  readonly passwordHash: string
}

/** What a client sends to become a user. */
export interface Registration {
  readonly email: string
  /** Derived from the password by the client, 32 bytes in base64. */
  readonly authHash: string
  readonly salt: string
  readonly publicKey: string
  readonly encryptedPrivateKey: string
}

/** What a client may change; a new password comes with all that depends on it, and with the old one. */
export interface UserChanges {
  readonly email?: string | undefined
  readonly encryptedProfile?: string | null | undefined
  readonly currentAuthHash?: string | undefined
  readonly authHash?: string | undefined
  readonly salt?: string | undefined
  readonly encryptedPrivateKey?: string | undefined
}

/** What a client needs before it can sign in, and others to encrypt for this user. */
export interface Discovery {
  readonly email: string
  readonly salt: string
  readonly publicKey: string
}
