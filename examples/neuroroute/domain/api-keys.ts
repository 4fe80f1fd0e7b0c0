import { hash } from 'node:crypto'
import { scopes as allScopes, type ApiKey, type Scope } from '../types/keys.ts'

const prefixLength = 9

/** A new key with what is kept of it. The key itself is told once and kept nowhere. */
export interface NewApiKey {
  readonly name: string
  readonly prefix: string
  readonly keyHash: string
  readonly scopes: readonly Scope[]
  readonly requestsPerMinute: number
}

/** Where keys are kept. */
export interface ApiKeyStore {
  /** The key with this hash, unless it is revoked. */
  find (keyHash: string): Promise<ApiKey | undefined>
  /** All, revoked ones too: newest first, then by id. */
  list (): Promise<readonly ApiKey[]>
  insert (key: NewApiKey): Promise<ApiKey>
  /** False when there is no such key, or it is revoked already. */
  revoke (id: string): Promise<boolean>
}

export interface ApiKeys {
  /** Whose a key is. A revoked key is nobody's. */
  authenticate (key: string): ApiKey | undefined | Promise<ApiKey | undefined>
  list (): Promise<readonly ApiKey[]>
  create (wanted: { readonly name: string, readonly scopes: readonly Scope[], readonly requestsPerMinute: number }): Promise<{ readonly apiKey: ApiKey, readonly key: string }>
  revoke (id: string): Promise<boolean>
}

/** What is kept of a key: 256 random bits are found by their SHA-256, and a slow hash would add nothing. */
export function hashKey (key: string): string {
  return hash('sha256', key)
}

/** The characters by which its owner knows a key again. */
export function prefixOf (key: string): string {
  return key.slice(0, prefixLength)
}

/**
 * @param options.find as the store's, from what this process knows
 * @param options.wrote called after each change of the store, before anybody is told of it
 * @param options.random 32 random bytes
 */
export function createApiKeys ({ store, find, wrote, random }: {
  readonly store: ApiKeyStore
  readonly find: (keyHash: string) => ApiKey | undefined | Promise<ApiKey | undefined>
  readonly wrote: () => Promise<void>
  readonly random: () => Buffer
}): ApiKeys {
  return {
    authenticate: key => find(hashKey(key)),
    list: () => store.list(),
    async create ({ name, scopes, requestsPerMinute }) {
      const key = `nr_${random().toString('base64url')}`
      const apiKey = await store.insert({ name, prefix: prefixOf(key), keyHash: hashKey(key), scopes: allScopes.filter(scope => scopes.includes(scope)), requestsPerMinute })
      await wrote()
      return { apiKey, key }
    },
    async revoke (id) {
      const revoked = await store.revoke(id)
      if (revoked) await wrote()
      return revoked
    }
  }
}
