import type { Db, Document } from 'mongodb'

/** An index as `createIndexes` takes it. */
export type Index = Document & { readonly name: string, readonly key: Readonly<Record<string, unknown>> }

/** The indexes of a collection beside that of its `_id`, by name. Of a collection that is not there: none. */
export async function readIndexes (db: Db, collection: string): Promise<readonly Index[]> {
  let found: Document[]
  try {
    found = await db.collection(collection).listIndexes().toArray()
  } catch (error) {
    if ((error as { codeName?: unknown }).codeName === 'NamespaceNotFound' || Number((error as { code?: unknown }).code) === 26) return []
    throw error
  }
  return found
    .filter(({ name }) => name !== '_id_')
    // The version and the namespace are the server's.
    .map(({ v: _v, ns: _ns, background: _background, ...index }) => index as Index)
    .sort((a, b) => a.name < b.name ? -1 : 1)
}

export async function createIndexes (db: Db, collection: string, indexes: readonly Index[]): Promise<void> {
  if (indexes.length > 0) await db.command({ createIndexes: collection, indexes })
}
