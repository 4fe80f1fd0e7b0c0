/** A user with what is needed to check a sign-in. */
export interface Account {
  readonly id: string
  readonly email: string
  readonly passwordHash: string
}

/** The answer to a sign-in. `expiresIn` is in seconds. */
export interface Session {
  readonly token: string
  readonly tokenType: 'Bearer'
  readonly expiresIn: number
  readonly user: { readonly id: string, readonly email: string }
}
