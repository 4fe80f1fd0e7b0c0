import { join } from 'node:path'
import type { RecordDrop, RecordStatus } from '../../config/admin-api.ts'
import type { RecordSettings, Settings } from '../../config/settings.ts'
import type { BasisPoints } from '../../config/target.ts'
import type { Exchange } from '../../message/exchange.ts'
import { openRecording, type RecordingWriter } from '../../message/recording/writer.ts'
import { BUCKETS, bucketOf } from '../bucket.ts'

/** What to record. */
export interface RecordingOrder {
  /** Of the clients. */
  readonly share: BasisPoints
  /** All requests when undefined. */
  readonly features?: readonly string[] | undefined
  /** Until it is stopped when undefined. */
  readonly milliseconds?: number | undefined
  /** Absolute; a new one below the configured folder when undefined. */
  readonly folder?: string | undefined
}

/** The recording of live traffic: one at a time. */
export class LiveRecording {
  readonly #settings: RecordSettings
  readonly #redact: Settings['redact']
  readonly #changed: () => void
  #writer: RecordingWriter | undefined
  #order: RecordingOrder = { share: 0 }
  #features: ReadonlySet<string> | undefined
  #folder: string | undefined
  #startedAt: Date | undefined
  #endsAt: Date | undefined
  #timer: NodeJS.Timeout | undefined
  #last = { written: 0, dropped: 0 as number, failure: undefined as string | undefined }
  #dropped: Record<RecordDrop, number> = { aborted: 0, queue: 0, error: 0 }

  /** @param changed called when it begins or ends */
  constructor (settings: Pick<Settings, 'record' | 'redact'>, changed: () => void) {
    this.#settings = settings.record
    this.#redact = settings.redact
    this.#changed = changed
  }

  get active (): boolean {
    return this.#writer !== undefined
  }

  /** Begins a recording; one that is under way ends first. @throws CUT_RECORDING_UNWRITABLE */
  async start (order: RecordingOrder): Promise<RecordStatus> {
    await this.stop()
    const now = new Date()
    const folder = order.folder ?? join(this.#settings.folder, now.toISOString().replaceAll(/[:.]/g, '-'))
    const writer = await openRecording(folder, {
      redact: this.#redact,
      bodyLimit: this.#settings.bodyLimitBytes,
      totalBytes: this.#settings.totalBytes,
      queueBytes: this.#settings.memoryBytes
    })
    // Another start may have been faster.
    await this.stop()
    this.#order = order
    this.#features = order.features === undefined ? undefined : new Set(order.features)
    this.#folder = folder
    this.#startedAt = now
    this.#dropped = { aborted: 0, queue: 0, error: 0 }
    this.#endsAt = order.milliseconds === undefined ? undefined : new Date(now.getTime() + order.milliseconds)
    if (order.milliseconds !== undefined) this.#timer = setTimeout(() => { this.stop().catch(() => {}) }, order.milliseconds).unref()
    this.#writer = writer
    this.#changed()
    return this.status()
  }

  /** Ends it and waits until all is on disk. */
  async stop (): Promise<RecordStatus> {
    clearTimeout(this.#timer)
    const writer = this.#writer
    this.#writer = undefined
    if (writer !== undefined) {
      this.#changed()
      this.#keep(await writer.close())
    }
    return this.status()
  }

  /** Whether this client's exchange is wanted. */
  wants (feature: string | undefined, session: () => string): string | undefined {
    if (this.#writer === undefined) return undefined
    if (this.#features !== undefined && (feature === undefined || !this.#features.has(feature))) return undefined
    const whose = session()
    return this.#order.share >= BUCKETS || bucketOf(0, whose) < this.#order.share ? whose : undefined
  }

  take (exchange: Exchange): void {
    this.#writer?.record(exchange)
  }

  drop (why: RecordDrop): void {
    this.#dropped[why]++
  }

  status (): RecordStatus {
    if (this.#writer !== undefined) this.#keep(this.#writer.counts())
    const { written, dropped, failure } = this.#last
    return {
      active: this.active,
      share: this.#order.share,
      ...(this.#order.features === undefined ? {} : { features: this.#order.features }),
      ...(this.#folder === undefined ? {} : { folder: this.#folder }),
      ...(this.#startedAt === undefined ? {} : { startedAt: this.#startedAt.toISOString() }),
      ...(this.#endsAt === undefined ? {} : { endsAt: this.#endsAt.toISOString() }),
      recorded: written,
      dropped: { ...this.#dropped, queue: dropped },
      ...(failure === undefined ? {} : { failure })
    }
  }

  #keep ({ written, dropped, failure }: ReturnType<RecordingWriter['counts']>): void {
    this.#last = { written, dropped, failure: failure?.message }
  }
}
