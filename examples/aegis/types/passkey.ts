/** A passkey as its owner sees it. `id` is WebAuthn's credential id in base64url; times are ISO 8601 in UTC. */
export interface Passkey {
  readonly id: string
  readonly transports: readonly string[]
  readonly createdAt: string
  readonly lastUsedAt: string | null
}

/** A passkey with what is needed to check a signature of it. */
export interface StoredPasskey extends Passkey {
  readonly userId: string
  /** COSE, in base64. */
  readonly publicKey: string
  /** How often the authenticator says that it was used; 0 for those that do not count. */
  readonly counter: number
}
