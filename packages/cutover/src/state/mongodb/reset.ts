import type { Db } from 'mongodb'
import type { Driver } from './driver.ts'
import { idValue, parse, readDocuments, type Baseline, type ExactDocument } from './documents.ts'
import { insert } from './server.ts'

/** Documents that are moved so that all stand in the source's order again; beyond that, only what lacks is inserted, at the end. */
const movedAtMost = 20_000
// Chunks of files have a quarter of a megabyte each.
const batch = 100

/** What has to be done so that a collection holds what it held, in the same natural order. */
export interface Repair {
  /** Ids of documents to delete. */
  readonly remove: readonly string[]
  /** Ids of documents to replace where they stand. */
  readonly replace: readonly string[]
  /** Ids of documents to insert, in their order. */
  readonly insert: readonly string[]
}

/**
 * Compares what a collection holds with what it held.
 * @param order ids in natural order
 * @param changed ids of documents that hold something else
 */
export function repairOf ({ order: wanted, digests }: Baseline, order: readonly string[], changed: ReadonlySet<string>, moveAtMost = movedAtMost): Repair {
  const present = new Set(order)
  const surplus = order.filter(id => !digests.has(id))
  const left = surplus.length === 0 ? order : order.filter(id => digests.has(id))
  let same = 0
  while (same < left.length && left[same] === wanted[same]) same++
  if (same === wanted.length || left.length - same > moveAtMost) {
    return { remove: surplus, replace: [...changed], insert: wanted.filter(id => !present.has(id)) }
  }
  // From the first one that is out of its place on, all are written anew.
  const tail = new Set(wanted.slice(same))
  return { remove: [...surplus, ...left.slice(same)], replace: [...changed].filter(id => !tail.has(id)), insert: wanted.slice(same) }
}

/** Puts back the documents of a collection; its indexes stay as they are. */
export async function putBack (db: Db, template: Db, name: string, baseline: Baseline, driver: Driver): Promise<void> {
  const order: string[] = []
  const changed = new Set<string>()
  for await (const { id, digest } of readDocuments(db.collection(name), driver)) {
    order.push(id)
    const before = baseline.digests.get(id)
    if (before !== undefined && before !== digest) changed.add(id)
  }
  const repair = repairOf(baseline, order, changed)
  await remove(db, name, repair.remove, driver)
  try {
    for await (const documents of sourceDocuments(template, name, repair.replace, driver)) {
      for (const document of documents) await db.collection(name).replaceOne({ _id: document._id as never }, document, { upsert: true })
    }
  } catch (error) {
    // Two documents that have exchanged what is unique: neither can be first.
    if (Number((error as { code?: unknown }).code) !== 11000) throw error
    await remove(db, name, repair.replace, driver)
    for await (const documents of sourceDocuments(template, name, repair.replace, driver)) await insert(db, name, documents)
  }
  for await (const documents of sourceDocuments(template, name, repair.insert, driver)) await insert(db, name, documents)
}

async function remove (db: Db, name: string, ids: readonly string[], driver: Driver): Promise<void> {
  for (let at = 0; at < ids.length; at += batch) {
    await db.collection(name).deleteMany({ _id: { $in: ids.slice(at, at + batch).map(id => idValue(id, driver)) as never[] } })
  }
}

/** Documents of the source, in the order of their ids. */
async function * sourceDocuments (template: Db, name: string, ids: readonly string[], driver: Driver): AsyncGenerator<readonly ExactDocument[]> {
  for (let at = 0; at < ids.length; at += batch) {
    const some = ids.slice(at, at + batch)
    const found = new Map<string, ExactDocument>()
    const key = (document: ExactDocument) => driver.BSON.EJSON.stringify(document._id as never, { relaxed: false })
    for (const bytes of await template.collection(name).find({ _id: { $in: some.map(id => idValue(id, driver)) as never[] } }, { raw: true }).toArray()) {
      const document = parse(bytes as unknown as Buffer, driver)
      found.set(key(document), document)
    }
    yield some.flatMap(id => [found.get(key({ _id: idValue(id, driver) }))].filter(document => document !== undefined))
  }
}
