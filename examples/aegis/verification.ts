import { startMongo } from '@cutover-examples/runtime/mongodb'
import { connect } from './data/connection.ts'
import { seed } from './data/seed.ts'
import { prepareAll } from './services.ts'

/** What sessions and CSRF tokens are made with while the faces are compared; anyone can read them. */
export const verificationSecrets = {
  SESSION_SECRET: 'only for verification: anyone can read this secret',
  CSRF_SECRET: 'only for verification: anyone can forge tokens with this'
}

/** What both faces need while they are compared. */
export interface Surroundings {
  /** The environment of each of them. */
  readonly env: Readonly<Record<string, string>>
  /** The database of which each of them gets a copy. */
  readonly state: { readonly url: string }
  close (): Promise<void>
}

/** Starts what `cutover verify` and `cutover fuzz` run the faces on: a database with the demo users, embedded without MONGODB_URI. */
export default async function openSurroundings (): Promise<Surroundings> {
  const embedded = process.env.MONGODB_URI ? undefined : await startMongo('aegis')
  try {
    const url = process.env.MONGODB_URI || embedded!.url
    const connection = await connect(url)
    try {
      for (const prepare of prepareAll) await prepare(connection)
      await seed(connection)
    } finally {
      await connection.close()
    }
    return {
      state: { url },
      env: { NODE_ENV: 'test', LOG_LEVEL: 'silent', SEED_DEMO_DATA: 'false', ...verificationSecrets },
      async close () { await embedded?.stop() }
    }
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}
