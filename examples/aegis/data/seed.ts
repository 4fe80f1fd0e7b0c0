import type { Connection } from 'mongoose'
import { hashAuth } from '../domain/auth.ts'
import { createUserRepository } from './user-repository.ts'

/** What the clients of the demo users derived from their passwords: 32 bytes each, here a repeated letter. */
export const demoUsers = ['ada', 'grace', 'linus'].map((name, index) => ({
  email: `${name}@example.com`,
  authHash: Buffer.alloc(32, name[0]).toString('base64'),
  salt: Buffer.alloc(16, index + 1).toString('base64'),
  publicKey: Buffer.alloc(32, index + 1).toString('base64'),
  encryptedPrivateKey: Buffer.alloc(48, index + 1).toString('base64')
}))

/** Puts the demo users into the database, where they are not there yet. */
export async function seed (connection: Connection): Promise<void> {
  const users = createUserRepository(connection)
  for (const { authHash, ...user } of demoUsers) {
    if (await users.findByEmail(user.email) === undefined) await users.insert({ ...user, passwordHash: await hashAuth(authHash) })
  }
}
