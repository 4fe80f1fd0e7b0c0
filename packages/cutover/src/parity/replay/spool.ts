import { Buffer } from 'node:buffer'
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fault } from '../../errors.ts'
import type { Exchange } from '../../message/exchange.ts'
import { exchangeLine, parseExchangeLine } from '../../message/recording/format.ts'

/** Exchanges that one spool may hold: its index is in memory, about 40 bytes for each. */
export const exchangesKept = 2_000_000

const batchBytes = 1024 * 1024

/**
 * Exchanges on disk, to be read again in any order: only their places and times are in memory. The file is readable by
 * its owner only and has no name any more while it is used, so that nothing is left behind when the process is killed.
 */
export class Spool {
  readonly #folder: string
  readonly #file: FileHandle
  readonly #limit: number
  readonly #offsets = new Column()
  readonly #starts = new Column()
  readonly #ends = new Column()
  #pending: Buffer[] = []
  #pendingBytes = 0
  #written = 0
  #writing: Promise<void> = Promise.resolve()
  #bytes = 0
  #begin = NaN

  private constructor (folder: string, file: FileHandle, limit: number) {
    this.#folder = folder
    this.#file = file
    this.#limit = limit
  }

  /** @param limit exchanges at most */
  static async open (limit: number = exchangesKept): Promise<Spool> {
    const folder = await mkdtemp(join(tmpdir(), 'cutover-spool-'))
    const file = await open(join(folder, 'exchanges'), 'wx+', 0o600)
    // Where an open file cannot be removed, close() does it.
    await rm(folder, { recursive: true }).catch(() => {})
    return new Spool(folder, file, limit)
  }

  get size (): number {
    return this.#offsets.length
  }

  /** Bytes of all exchanges. */
  get bytes (): number {
    return this.#bytes
  }

  /**
   * Adds an exchange.
   * @param name what an error calls the recording
   * @returns its index
   * @throws CUT_RECORDING_TOO_LARGE
   */
  async add (exchange: Exchange, name: string): Promise<number> {
    if (this.size >= this.#limit) throw fault('CUT_RECORDING_TOO_LARGE', name, this.#limit)
    const line = Buffer.from(exchangeLine(exchange))
    const index = this.#offsets.push(this.#bytes)
    const start = exchange.startedAt === undefined ? NaN : Date.parse(exchange.startedAt)
    this.#starts.push(start)
    if (!(this.#begin <= start)) this.#begin = Number.isNaN(start) ? this.#begin : start
    this.#ends.push(exchange.durationMs === undefined ? NaN : start + exchange.durationMs)
    this.#bytes += line.length
    this.#pending.push(line)
    this.#pendingBytes += line.length
    if (this.#pendingBytes >= batchBytes) await this.#flush()
    return index
  }

  /** When the first of all requests began, milliseconds since 1970; NaN when no time was recorded. */
  get begin (): number {
    return this.#begin
  }

  /** When its request began, milliseconds since 1970; NaN when that was not recorded. */
  startOf (index: number): number {
    return this.#starts.at(index)
  }

  /** When its answer was complete; NaN when that was not recorded. */
  endOf (index: number): number {
    return this.#ends.at(index)
  }

  async read (index: number): Promise<Exchange> {
    // Also where another read has begun to write what this one needs.
    await (this.#pendingBytes > 0 ? this.#flush() : this.#writing)
    const from = this.#offsets.at(index)
    const length = (index + 1 < this.size ? this.#offsets.at(index + 1) : this.#bytes) - from
    const buffer = Buffer.allocUnsafe(length)
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.#file.read(buffer, done, length - done, from + done)
      if (bytesRead === 0) throw new Error(`the spooled exchange ${index} ends early`)
      done += bytesRead
    }
    const exchange = parseExchangeLine(buffer.toString('utf8'))
    if (typeof exchange === 'string') throw new Error(`the spooled exchange ${index} cannot be read: ${exchange}`)
    return exchange
  }

  async close (): Promise<void> {
    await this.#file.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #flush (): Promise<void> {
    const bytes = Buffer.concat(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    const at = this.#written
    this.#written += bytes.length
    this.#writing = this.#writing.then(async () => {
      for (let done = 0; done < bytes.length;) done += (await this.#file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
    })
    await this.#writing
  }
}

/** Numbers in a row, eight bytes for each. */
class Column {
  #values = new Float64Array(1024)
  length = 0

  push (value: number): number {
    if (this.length === this.#values.length) {
      const wider = new Float64Array(this.length * 2)
      wider.set(this.#values)
      this.#values = wider
    }
    this.#values[this.length] = value
    return this.length++
  }

  at (index: number): number {
    return this.#values[index]!
  }
}
