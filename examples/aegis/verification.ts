import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { startMongo } from '@cutover-examples/runtime/mongodb'
import { connect } from './data/connection.ts'
import { seed } from './data/seed.ts'
import { prepareAll } from './services.ts'
import { openAuthenticator } from './verification/authenticator.ts'

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
  readonly state: { readonly url: string, readonly collections: readonly string[] }
  close (): Promise<void>
}

// GridFS and what belongs to it has no model; the embedded server cannot list collections.
const unmodelled = ['content.files', 'content.works']
const page = 'http://localhost:3000'

/** What scenarios cannot write down: the answers of an authenticator, one passkey for each name. */
export const derive = {
  attestation ({ with: given }: { readonly with: unknown }) {
    const { passkey, options, origin = page } = given as { passkey: string, options: PublicKeyCredentialCreationOptionsJSON, origin?: string }
    return openAuthenticator(passkey, origin).create(options)
  },
  assertion ({ with: given }: { readonly with: unknown }) {
    const { passkey, options, origin = page, counter } = given as { passkey: string, options: PublicKeyCredentialRequestOptionsJSON, origin?: string, counter: number }
    return openAuthenticator(passkey, origin).get(options, counter)
  }
}

/** Starts what `cutover verify` and `cutover fuzz` run the faces on: a database with the demo users, embedded without MONGODB_URI. */
export default async function openSurroundings (): Promise<Surroundings> {
  const embedded = process.env.MONGODB_URI ? undefined : await startMongo('aegis')
  try {
    const url = process.env.MONGODB_URI || embedded!.url
    const connection = await connect(url)
    const collections: string[] = [...unmodelled]
    try {
      for (const prepare of prepareAll) await prepare(connection)
      await seed(connection)
      collections.push(...Object.values(connection.models).map(({ collection }) => collection.collectionName))
    } finally {
      await connection.close()
    }
    return {
      state: { url, collections },
      env: { NODE_ENV: 'test', LOG_LEVEL: 'silent', SEED_DEMO_DATA: 'false', WEB_ORIGINS: page, WEBAUTHN_RP_ID: 'localhost', ...verificationSecrets },
      async close () { await embedded?.stop() }
    }
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}
