import { Schema, Types, type Connection, type Model, type SchemaDefinition } from 'mongoose'
import type { Owned, OwnedStore } from '../domain/owned-records.ts'

/** What every document of one owner has. */
export interface OwnedRow {
  readonly _id: Types.ObjectId
  readonly ownerId: Types.ObjectId
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A collection of such documents, as a repository defines it. */
export interface OwnedCollection<Row extends OwnedRow> {
  /** The same model for each call with one connection. */
  modelOf (connection: Connection): Model<Row>
}

/**
 * Defines a collection. It comes to be with its first document, its indexes when they are asked for; beside those that are
 * given there is one for the newest of an owner.
 * @param indexes keys after the owner's
 */
export function defineCollection<Row extends OwnedRow> (name: string, collection: string, definition: SchemaDefinition, indexes: ReadonlyArray<Readonly<Record<string, 1 | -1>>> = []): OwnedCollection<Row> {
  const schema = new Schema({
    ownerId: { type: Schema.Types.ObjectId, required: true },
    ...definition,
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true }
  }, { collection, autoCreate: false, autoIndex: false, versionKey: false })
  for (const keys of [{ _id: -1 }, ...indexes] as const) schema.index({ ownerId: 1, ...keys })
  return {
    modelOf: connection => (connection.models[name] ?? connection.model(name, schema)) as unknown as Model<Row>
  }
}

/** What a repository of one resource is made of. */
export interface OwnedRepository<Fields, Row extends OwnedRow> {
  readonly store: OwnedStore<Fields>
  /** Documents of one owner that meet a condition, as they are stored. */
  rows (ownerId: string, condition: Readonly<Record<string, unknown>>, options?: FindOptions): Promise<readonly Row[]>
  toRecord (row: Row): Owned<Fields>
}

interface FindOptions {
  /** Default: newest first. */
  readonly sort?: Readonly<Record<string, 1 | -1>>
  /** Default: all. */
  readonly limit?: number
  /** Saves a real MongoDB from sending the rest; the embedded server sends all the same. */
  readonly projection?: Readonly<Record<string, 0 | 1>>
}

export interface OwnedMapping<Fields, Row extends OwnedRow> {
  readonly model: Model<Row>
  /** The fields as they are stored, of those that are given. */
  toRow (fields: Partial<Fields>): object
  toFields (row: Row): Fields
  readonly now: () => Date
}

/** Documents that belong to one owner each: every filter names the owner, and lists are read as they come, without mongoose's documents around them. */
export function createOwnedRepository<Fields extends object, Row extends OwnedRow> ({ model, toRow, toFields, now }: OwnedMapping<Fields, Row>): OwnedRepository<Fields, Row> {
  function toRecord (row: Row): Owned<Fields> {
    return { id: row._id.toHexString(), ...toFields(row), version: row.version, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() }
  }

  async function rows (ownerId: string, condition: Readonly<Record<string, unknown>>, { sort = { _id: -1 }, limit = 0, projection = {} }: FindOptions = {}): Promise<readonly Row[]> {
    // The driver's own collection: what it reads needs no mongoose around it.
    return await model.collection.find({ ...condition, ownerId: new Types.ObjectId(ownerId) }, { sort: { ...sort }, limit, projection }).toArray() as unknown as Row[]
  }

  const store: OwnedStore<Fields> = {
    async list (ownerId, { limit, before }) {
      const condition = before === undefined ? {} : { _id: { $lt: new Types.ObjectId(before) } }
      return (await rows(ownerId, condition, { limit })).map(toRecord)
    },

    async find (ownerId, id) {
      const key = keyOf(ownerId, id)
      const row = key && await model.findOne(key).lean<Row>()
      return row ? toRecord(row) : undefined
    },

    async insert (ownerId, fields) {
      const at = now()
      const row = { _id: new Types.ObjectId(), ownerId: new Types.ObjectId(ownerId), version: 1, createdAt: at, updatedAt: at, ...toRow(fields) } as unknown as Row
      await model.create(row)
      return toRecord(row)
    },

    async update (ownerId, id, version, changes) {
      const key = keyOf(ownerId, id)
      const row = key && await model.findOne({ ...key, version }).lean<Row>()
      if (!row) return undefined
      const fields = { ...toRow(changes), updatedAt: now() }
      // Not findOneAndUpdate: the embedded server's lets two win that come at once.
      const { modifiedCount } = await model.updateOne({ ...key, version }, { $set: fields, $inc: { version: 1 } }, { runValidators: true })
      return modifiedCount === 1 ? toRecord({ ...row, ...fields, version: version + 1 }) : undefined
    },

    async remove (ownerId, id) {
      const key = keyOf(ownerId, id)
      return key !== undefined && (await model.deleteOne(key)).deletedCount === 1
    }
  }

  return { store, rows, toRecord }
}

/** Undefined when the text is no id: 24 lower-case hexadecimal digits. */
export function toObjectId (text: string): Types.ObjectId | undefined {
  return /^[0-9a-f]{24}$/.test(text) ? new Types.ObjectId(text) : undefined
}

function keyOf (ownerId: string, id: string): { readonly _id: Types.ObjectId, readonly ownerId: Types.ObjectId } | undefined {
  const _id = toObjectId(id)
  return _id && { _id, ownerId: new Types.ObjectId(ownerId) }
}

/** The given times as they are stored. */
export function toDates (times: Readonly<Record<string, string | null | undefined>>): Record<string, Date | null> {
  return stored(times, time => new Date(time))
}

/** The given ids of other records as they are stored. */
export function toIds (ids: Readonly<Record<string, string | null | undefined>>): Record<string, Types.ObjectId | null> {
  return stored(ids, id => new Types.ObjectId(id))
}

function stored<Value> (texts: Readonly<Record<string, string | null | undefined>>, convert: (text: string) => Value): Record<string, Value | null> {
  const values: Record<string, Value | null> = {}
  for (const [name, text] of Object.entries(texts)) {
    if (text !== undefined) values[name] = text === null ? null : convert(text)
  }
  return values
}

/** A stored time as clients see it. */
export function toTime (date: Date | null): string | null {
  return date === null ? null : date.toISOString()
}
