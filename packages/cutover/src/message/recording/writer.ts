import { randomUUID } from 'node:crypto'
import { open, rm, stat, type FileHandle } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { fault, type CutoverError } from '../../errors.ts'
import { digestOf, NO_BODY } from '../body.ts'
import type { Exchange, Payload } from '../exchange.ts'
import { createRedactor, type Redactor } from '../redaction/redact.ts'
import type { RedactionRules } from '../redaction/rules.ts'
import { exchangeLine, headerLine, RECORDING_VERSION } from './format.ts'
import { makeFolder } from './make-folder.ts'
import { LINE_LIMIT, partNumber, partsIn } from './reader.ts'

export interface RecordingOptions {
  /** What to redact beside the defaults. */
  readonly redact?: RedactionRules
  /** Bytes of a body that are kept; of a longer one its length and digest. Default 256 KiB. */
  readonly bodyLimit?: number
  /** Bytes after which a new part is begun. Default 64 MiB. */
  readonly partBytes?: number
  /** Exchanges after which a new part is begun. Default 100 000. */
  readonly partExchanges?: number
  /** Bytes that all parts together may have. Default 1 GiB. */
  readonly totalBytes?: number
  /** When `totalBytes` are there: remove the oldest part (the default), or write no more. */
  readonly whenFull?: 'drop-oldest' | 'stop'
  /** Exchanges that may wait to be written; what comes on top is dropped and counted. Default 1 000. */
  readonly queueExchanges?: number
  /** Bytes of bodies and headers that may wait to be written. Default 32 MiB. */
  readonly queueBytes?: number
}

export interface RecordingCounts {
  /** Exchanges on disk, those in parts removed since included. */
  readonly written: number
  /** Exchanges not taken: the queue was full, the recording was full or closed, or the disk failed. */
  readonly dropped: number
  /** Parts removed to stay within `totalBytes`. */
  readonly partsRemoved: number
  /** Why nothing more is written, CUT_RECORDING_UNWRITABLE. */
  readonly failure?: CutoverError
}

/** A recording being written. */
export interface RecordingWriter {
  /**
   * Takes an exchange to be redacted and written later. Returns at once and never throws.
   * @returns false when it was dropped
   */
  record (exchange: Exchange): boolean
  /**
   * The same for who can wait: until there is room in the queue.
   * @returns false when it was dropped: the recording is full or closed, or the disk failed
   */
  write (exchange: Exchange): Promise<boolean>
  counts (): RecordingCounts
  /** Writes what waits, closes the file. Further exchanges are dropped. */
  close (): Promise<RecordingCounts>
}

const defaults = {
  bodyLimit: 256 * 1024,
  partBytes: 64 * 1024 * 1024,
  partExchanges: 100_000,
  totalBytes: 1024 * 1024 * 1024,
  whenFull: 'drop-oldest',
  queueExchanges: 1_000,
  queueBytes: 32 * 1024 * 1024
} as const

const BATCH_BYTES = 256 * 1024

/** After a line that took longer than this the thread is left to others for a multiple of it: the queue drops sooner than clients wait. */
const LONG_MS = 2
const REST = 3

/**
 * Begins to write a recording into a folder, as parts `000001.ndjson`, …, each readable by its owner only. Parts that are
 * there already are kept and count towards `totalBytes`.
 * @param folder made when it is not there
 * @throws CUT_RECORDING_UNWRITABLE
 */
export async function openRecording (folder: string, options: RecordingOptions = {}): Promise<RecordingWriter> {
  try {
    await makeFolder(resolve(folder), 0o700)
    const parts: Part[] = []
    for (const name of await partsIn(folder)) parts.push({ number: partNumber(name), bytes: (await stat(join(folder, name))).size })
    const writer = new FolderWriter(folder, options, parts)
    await writer.begin()
    return writer
  } catch (error) {
    throw fault('CUT_RECORDING_UNWRITABLE', folder, (error as Error).message)
  }
}

interface Part {
  readonly number: number
  bytes: number
}

class FolderWriter implements RecordingWriter {
  readonly #id = randomUUID()
  readonly #folder: string
  readonly #options: Required<Omit<RecordingOptions, 'redact'>>
  readonly #partBytes: number
  readonly #redactor: Redactor
  readonly #parts: Part[]
  #file: FileHandle | undefined
  #inPart = 0
  #queue: Exchange[] = []
  #queued = 0
  /** Taken, and neither written nor dropped yet. */
  #waiting = 0
  #draining: Promise<void> | undefined
  #full = false
  #closed = false
  #written = 0
  #dropped = 0
  #partsRemoved = 0
  #failure: CutoverError | undefined

  constructor (folder: string, options: RecordingOptions, parts: Part[]) {
    this.#folder = folder
    const { redact, ...limits } = options
    this.#options = { ...defaults, ...limits }
    // Whole parts are removed, so that one of two always stays.
    this.#partBytes = Math.min(this.#options.partBytes, this.#options.totalBytes / 2)
    this.#redactor = createRedactor(redact)
    this.#parts = parts
  }

  record (exchange: Exchange): boolean {
    const size = weight(exchange)
    if (this.#closed || this.#full || this.#failure !== undefined ||
      this.#waiting >= this.#options.queueExchanges || this.#queued + size > this.#options.queueBytes) {
      this.#dropped++
      return false
    }
    this.#queue.push(exchange)
    this.#waiting++
    this.#queued += size
    this.#draining ??= this.#drain()
    return true
  }

  async write (exchange: Exchange): Promise<boolean> {
    const { queueExchanges, queueBytes } = this.#options
    while (this.#draining !== undefined && (this.#waiting >= queueExchanges || this.#queued + weight(exchange) > queueBytes)) await this.#draining
    return this.record(exchange)
  }

  counts (): RecordingCounts {
    return {
      written: this.#written,
      dropped: this.#dropped,
      partsRemoved: this.#partsRemoved,
      ...(this.#failure === undefined ? {} : { failure: this.#failure })
    }
  }

  async close (): Promise<RecordingCounts> {
    this.#closed = true
    await this.#draining
    await this.#file?.close().catch(() => {})
    this.#file = undefined
    return this.counts()
  }

  async begin (): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
    const number = (this.#parts.at(-1)?.number ?? 0) + 1
    const path = join(this.#folder, `${String(number).padStart(6, '0')}.ndjson`)
    const header = headerLine({ cutover: 'recording', version: RECORDING_VERSION, id: this.#id, part: number, startedAt: new Date().toISOString() })
    this.#file = await open(path, 'wx', 0o600)
    await this.#file.appendFile(header)
    this.#parts.push({ number, bytes: Buffer.byteLength(header) })
    this.#inPart = 0
  }

  async #drain (): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const taken = this.#queue
        this.#queue = []
        let batch: string[] = []
        let bytes = 0
        for (const exchange of taken) {
          // Requests of the process go first: redacting is work on their thread.
          await setImmediate()
          const start = performance.now()
          const line = this.#line(exchange)
          const took = performance.now() - start
          if (took > LONG_MS && !this.#closed) await setTimeout(took * REST)
          this.#queued -= weight(exchange)
          if (line === undefined) this.#drop()
          else {
            batch.push(line)
            bytes += Buffer.byteLength(line)
          }
          if (bytes >= BATCH_BYTES) {
            await this.#write(batch)
            batch = []
            bytes = 0
          }
        }
        await this.#write(batch)
      }
    } catch (error) {
      this.#failure = fault('CUT_RECORDING_UNWRITABLE', this.#folder, (error as Error).message)
      this.#dropped += this.#waiting
      this.#queue = []
      this.#waiting = 0
      this.#queued = 0
    } finally {
      this.#draining = undefined
    }
  }

  /** The line of an exchange; undefined when it cannot be made: one that cannot be redacted is not written in the clear. */
  #line (exchange: Exchange): string | undefined {
    try {
      const line = exchangeLine(this.#redactor.redact({
        ...exchange,
        request: cut(exchange.request, this.#options.bodyLimit),
        response: cut(exchange.response, this.#options.bodyLimit)
      }))
      if (line.length < LINE_LIMIT / 3) return line
    } catch { /* whatever is wrong with it, it is dropped */ }
    return undefined
  }

  #drop (): void {
    this.#dropped++
    this.#waiting--
  }

  async #write (lines: readonly string[]): Promise<void> {
    let batch = ''
    let count = 0
    const flush = async (): Promise<void> => {
      if (count === 0) return
      await this.#file!.appendFile(batch)
      this.#written += count
      this.#waiting -= count
      batch = ''
      count = 0
    }
    for (const line of lines) {
      const bytes = Buffer.byteLength(line)
      let part = this.#parts.at(-1)!
      if (this.#inPart > 0 && (part.bytes + bytes > this.#partBytes || this.#inPart >= this.#options.partExchanges)) {
        await flush()
        if (!this.#full) await this.begin()
        part = this.#parts.at(-1)!
      }
      if (!await this.#room(bytes)) {
        this.#drop()
        continue
      }
      part.bytes += bytes
      this.#inPart++
      batch += line
      count++
    }
    await flush()
  }

  /** Makes room for a line; false when there is none. The part being written is never removed. */
  async #room (bytes: number): Promise<boolean> {
    if (this.#full) return false
    let total = bytes
    for (const part of this.#parts) total += part.bytes
    while (total > this.#options.totalBytes) {
      if (this.#options.whenFull === 'stop' || this.#parts.length < 2) {
        this.#full = this.#options.whenFull === 'stop'
        return false
      }
      const oldest = this.#parts.shift()!
      await rm(join(this.#folder, `${String(oldest.number).padStart(6, '0')}.ndjson`), { force: true })
      this.#partsRemoved++
      total -= oldest.bytes
    }
    return true
  }
}

/** Bytes that a waiting exchange holds, about. */
function weight ({ request, response }: Exchange): number {
  let size = 1_000 + request.body.length + response.body.length + request.target.length
  for (const [name, value] of request.headers) size += name.length + value.length
  for (const [name, value] of response.headers) size += name.length + value.length
  return size
}

function cut<P extends Payload> (payload: P, limit: number): P {
  if (payload.body.length <= limit) return payload
  return { ...payload, body: NO_BODY, truncated: digestOf(payload.body) }
}
