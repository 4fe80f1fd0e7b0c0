import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { mongo, Types, type Connection } from 'mongoose'
import { ContentGone, type ContentFiles, type Written } from '../domain/contents.ts'
import type { Slice } from '../domain/range.ts'

const bucketName = 'content'
/** Four times GridFS's own: fewer documents for large contents, and still little to hold. */
const usualChunkBytes = 1024 * 1024
/** Chunks that a cursor holds at once: the server's own batches of 16 MB would be held by every open download. */
const batchSize = 2
/** Work that is older was not survived by its process: no upload takes so long. */
const forgottenMs = 24 * 3_600_000

interface FileRow {
  readonly _id: Types.ObjectId
  readonly chunkSize: number
  readonly metadata: { readonly noteId: Types.ObjectId }
}

interface ChunkRow {
  readonly files_id: Types.ObjectId
  readonly n: number
  readonly data: mongo.Binary
}

interface WorkRow {
  /** Of the file that it may have made. */
  readonly _id: Types.ObjectId
  readonly noteId: Types.ObjectId
  readonly since: Date
}

export interface ContentStore extends ContentFiles {
  /** Makes the indexes that are missing, and removes what processes that died left behind. */
  prepare (): Promise<void>
}

/** Contents in GridFS. */
export function createContentStore (connection: Connection, { now = () => new Date(), chunkBytes = usualChunkBytes }: { readonly now?: () => Date, readonly chunkBytes?: number } = {}): ContentStore {
  const database = connection.db
  if (database === undefined) throw new Error('the connection is not open')
  const bucket = new mongo.GridFSBucket(database, { bucketName, chunkSizeBytes: chunkBytes })
  const files = database.collection<FileRow>(`${bucketName}.files`)
  const chunks = database.collection<ChunkRow>(`${bucketName}.chunks`)
  const works = database.collection<WorkRow>(`${bucketName}.works`)
  const notes = database.collection<{ readonly content: { readonly fileId: Types.ObjectId } | null }>('notes')

  async function remove (fileId: Types.ObjectId): Promise<void> {
    await files.deleteOne({ _id: fileId })
    await chunks.deleteMany({ files_id: fileId })
  }

  async function filesOf (noteId: Types.ObjectId): Promise<readonly Types.ObjectId[]> {
    return (await files.find({ 'metadata.noteId': noteId }).toArray()).map(({ _id }) => _id)
  }

  /** Removes the files of forgotten work but for the one that the note has. */
  async function recover (): Promise<void> {
    for (const { _id, noteId } of await works.find({ since: { $lt: new Date(now().getTime() - forgottenMs) } }).toArray()) {
      const current = (await notes.findOne({ _id: noteId }))?.content?.fileId
      const underWay = (await works.find({ noteId, since: { $gte: new Date(now().getTime() - forgottenMs) } }).toArray()).map(work => work._id)
      for (const file of [_id, ...await filesOf(noteId)]) {
        if (![current, ...underWay].some(kept => kept?.equals(file))) await remove(file)
      }
      await works.deleteOne({ _id })
    }
  }

  return {
    async prepare () {
      await chunks.createIndex({ files_id: 1, n: 1 }, { unique: true })
      await files.createIndex({ filename: 1, uploadDate: 1 })
      await files.createIndex({ 'metadata.noteId': 1 })
      await works.createIndex({ since: 1 })
      await recover()
    },

    async working (noteId, work) {
      const note = toId(noteId)
      const _id = new Types.ObjectId()
      // A malformed id is no note's: nothing will be made for it.
      if (note !== undefined) await works.insertOne({ _id, noteId: note, since: now() })
      const value = await work(_id.toHexString())
      if (note !== undefined) await works.deleteOne({ _id })
      return value
    },

    async write (noteId, fileId, source, limit) {
      const id = new Types.ObjectId(fileId)
      const upload = bucket.openUploadStreamWithId(id, noteId, { metadata: { noteId: new Types.ObjectId(noteId) } })
      // Told to whoever waits for a piece to be written.
      upload.on('error', () => {})
      let result: Written | undefined
      try {
        result = await transfer(source, upload, limit)
        return result
      } finally {
        if (result?.kind !== 'stored') {
          // No write is open: one that reached the server later would leave its chunk behind.
          upload.destroy()
          await remove(id)
        }
      }
    },

    read ({ fileId, size }, slice = { first: 0, last: size - 1 }) {
      return Readable.from(readChunks(files, chunks, new Types.ObjectId(fileId), slice), { objectMode: false, highWaterMark: 64 * 1024 })
    },

    remove: fileId => remove(new Types.ObjectId(fileId)),

    async removeAll (noteId) {
      for (const file of await filesOf(new Types.ObjectId(noteId))) await remove(file)
    }
  }
}

/** Writes piece by piece, each when the one before it has been taken. */
async function transfer (source: AsyncIterable<Uint8Array>, upload: mongo.GridFSBucketWriteStream, limit: number): Promise<Written> {
  const hash = createHash('sha256')
  // By hand: a loop would tell a source that fails and a database that fails as one.
  const pieces = source[Symbol.asyncIterator]()
  try {
    for (let size = 0; ;) {
      const next = await pieces.next().catch(() => undefined)
      if (next === undefined) return { kind: 'broken-off' }
      if (next.done === true) {
        await done(callback => upload.end(callback), upload)
        return { kind: 'stored', file: { fileId: upload.id.toHexString(), size, sha256: hash.digest('base64') } }
      }
      size += next.value.length
      if (size > limit) return { kind: 'too-large' }
      hash.update(next.value)
      await done(callback => upload.write(next.value, callback), upload)
    }
  } finally {
    await pieces.return?.()
  }
}

function done (act: (callback: (error?: Error | null) => void) => unknown, upload: mongo.GridFSBucketWriteStream): Promise<void> {
  return new Promise((resolve, reject) => {
    upload.once('error', reject)
    act(error => {
      upload.off('error', reject)
      error == null ? resolve() : reject(error)
    })
  })
}

/**
 * The driver's own download stream leaves its cursor open when it is destroyed, and reads batches of 16 MB; this one closes
 * it however it ends, and holds two chunks.
 */
async function * readChunks (files: mongo.Collection<FileRow>, chunks: mongo.Collection<ChunkRow>, fileId: Types.ObjectId, { first, last }: Slice): AsyncGenerator<Uint8Array> {
  if (last < first) return
  const chunkBytes = (await files.findOne({ _id: fileId }))?.chunkSize
  if (chunkBytes === undefined) throw new ContentGone(`the content ${fileId.toHexString()} is gone: it was replaced or removed before it was read`)
  const from = Math.floor(first / chunkBytes)
  const to = Math.floor(last / chunkBytes)
  const cursor = chunks.find({ files_id: fileId, n: { $gte: from, $lte: to } }, { sort: { n: 1 }, batchSize })
  try {
    for (let n = from; n <= to; n++) {
      const chunk = await cursor.next()
      if (chunk?.n !== n) throw new ContentGone(`chunk ${n} of the content ${fileId.toHexString()} is gone: it was replaced or removed while it was read`)
      const bytes = chunk.data.buffer.subarray(0, chunk.data.position)
      const offset = n * chunkBytes
      yield bytes.subarray(Math.max(0, first - offset), Math.min(bytes.length, last - offset + 1))
    }
  } finally {
    await cursor.close()
  }
}

function toId (text: string): Types.ObjectId | undefined {
  return /^[0-9a-f]{24}$/.test(text) ? new Types.ObjectId(text) : undefined
}

/** Makes the indexes that are missing, and removes what processes that died left behind. */
export async function prepareContents (connection: Connection): Promise<void> {
  await createContentStore(connection).prepare()
}
