import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { ShadowFind, ShadowResponse, ShadowSkip, ShadowStatus } from '../../config/admin-api.ts'
import type { Settings } from '../../config/settings.ts'
import type { BackendName, BasisPoints, Target } from '../../config/target.ts'
import type { Exchange } from '../../message/exchange.ts'
import { mediaType } from '../../message/headers.ts'
import { isSafe } from '../../message/method.ts'
import { openRecording, type RecordingWriter } from '../../message/recording/writer.ts'
import { createRedactor, type Redactor } from '../../message/redaction/redact.ts'
import { BUCKETS } from '../bucket.ts'
import type { Decision } from '../feature.ts'
import { forwardingHeaders } from '../forwarded.ts'
import { Pool } from '../forward/pool.ts'
import { requestHead } from '../forward/request-head.ts'
import { isEngineIo } from '../sessions.ts'
import type { Answer, Question } from './answer-sink.ts'
import { ListenerDesk } from './ask-listener.ts'
import { askOrigin } from './ask-origin.ts'
import { MemoryBudget } from './memory-budget.ts'
import { nextPace, startingPace, type Pace } from './pace.ts'
import { ShadowCounts } from './shadow-counts.ts'
import { SpareTurns } from './spare-turns.ts'

/** What a comparison says, as far as shadowing needs it. */
export interface Verdict {
  readonly total: number
  readonly counts: Readonly<Record<string, number | undefined>>
  readonly differences: ReadonlyArray<{ readonly kind: string, readonly pointer: string, readonly legacy?: { readonly text: string }, readonly candidate?: { readonly text: string } }>
}

/** Compares what both answered to one request. */
export type CompareLive = (legacy: Exchange, candidate: Exchange) => Verdict

/** An exchange that waits for its turn. */
interface Waiting {
  readonly exchange: () => Exchange
  /** Gives up what it holds beside the overhead. */
  readonly release: () => void
  readonly feature: string
  readonly additions: string
  readonly address: string
  readonly at: number
}

interface Job {
  readonly primary: Exchange
  readonly feature: string
  readonly bytes: number
}

interface Side { ask (question: Question, ended: (answer: Answer) => void): void, close (): void, readonly host: string, readonly prefix: string, readonly dropped: ReadonlySet<string> }

const tickMs = 25
const mostWaiting = 1_000
const mostFinds = 100
const mostShown = 20
/** Finds whose values are kept, a second: redacting takes time that belongs to clients. */
const keptPerSecond = 10
const keptBytes = 64_000_000
const header = 'x-cutover-shadow'
/** What an exchange holds beside its bodies, about. */
const overheadBytes = 1_000
/** Bodies that differ and have more, both together, take so long to compare that clients would notice. */
const largeBytes = 16_000

/** Sends requests that a client has had its answer to to the other backend too, and compares. */
export class Shadow {
  readonly #settings: Settings
  readonly #targets: Readonly<Record<BackendName, Target>>
  readonly #sides: Partial<Record<BackendName, Side>> = {}
  readonly #compare: CompareLive
  readonly #random: () => number
  readonly #redactor: Redactor
  readonly #features: ReadonlySet<string>
  readonly budget: MemoryBudget
  readonly counts: ShadowCounts
  readonly #waiting: Waiting[] = []
  readonly #finds: ShadowFind[] = []
  readonly #changed: () => void
  #writer: Promise<RecordingWriter | undefined> | undefined
  #share: BasisPoints
  #running = 0
  readonly #turns = new SpareTurns()
  #scheduled = false
  #pace: Pace = startingPace
  #left = startingPace.allowed
  #ticker: NodeJS.Timeout | undefined
  #kept = { second: 0, count: 0 }
  /** When large bodies may be compared again, and when values of a difference may be kept. */
  #largeFrom = 0
  #findsFrom = 0
  #closed = false

  /** @param changed called when it is turned on or off */
  constructor (settings: Settings, targets: Readonly<Record<BackendName, Target>>, compare: CompareLive, random: () => number, changed: () => void) {
    this.#settings = settings
    this.#targets = targets
    this.#compare = compare
    this.#random = random
    this.#changed = changed
    this.#redactor = createRedactor(settings.redact)
    const names = settings.features.map(feature => feature.name)
    this.#features = new Set(settings.shadow.features ?? names)
    this.counts = new ShadowCounts(names)
    this.budget = new MemoryBudget(settings.shadow.memoryBytes)
    this.#share = settings.shadow.share
    if (this.active) this.#watchLoad()
  }

  get active (): boolean {
    return this.#share > 0
  }

  get bodyLimit (): number {
    return this.#settings.shadow.bodyLimitBytes
  }

  setShare (share: BasisPoints): void {
    this.#share = share
    if (this.active) this.#watchLoad()
    else this.#endWatch()
    this.#changed()
  }

  /** Whether a request is drawn, and can be shadowed as far as is known when it begins. What is drawn and cannot is counted. */
  wants (request: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>, { feature, backend }: Decision): boolean {
    this.#turns.moved()
    if (!this.active || feature === undefined || !this.#features.has(feature.name)) return false
    if (this.#share < BUCKETS && this.#random() * BUCKETS >= this.#share) return false
    const why = this.#against(request, backend === 'legacy' ? 'candidate' : 'legacy', feature.breaker.state)
    if (why !== undefined) this.counts.skipped(feature.name, why)
    return why === undefined
  }

  skip (feature: string, why: ShadowSkip): void {
    this.counts.skipped(feature, why)
  }

  /**
   * Takes an exchange whose client has its whole answer.
   * @param exchange makes it; called when its turn comes
   * @param release called once when it was taken, after `exchange` or instead of it
   * @returns whether it was taken
   */
  take (exchange: () => Exchange, release: () => void, feature: string, { additions, address }: { readonly additions: string, readonly address: string }): boolean {
    if (this.#closed) return false
    this.#turns.moved()
    while (!this.budget.take(overheadBytes)) {
      if (!this.#dropOldest('memory')) {
        this.skip(feature, 'memory')
        return false
      }
    }
    if (this.#waiting.length >= mostWaiting) this.#dropOldest('concurrency')
    this.#waiting.push({ exchange, release, feature, additions, address, at: performance.now() })
    this.#schedule()
    return true
  }

  status (): ShadowStatus {
    return { share: this.#share, features: this.counts.snapshot(), waiting: this.#waiting.length, running: this.#running }
  }

  report (): ShadowResponse {
    return { ...this.status(), finds: this.#finds.slice() }
  }

  async close (): Promise<void> {
    this.#closed = true
    this.#turns.close()
    this.#endWatch()
    while (this.#dropOldest('aborted'));
    for (const side of Object.values(this.#sides)) side.close()
    await (await this.#writer)?.close()
  }

  #against ({ method, url, rawHeaders }: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>, other: BackendName, breaker: string): ShadowSkip | undefined {
    // The other backend does not know the session, and would open one that nobody uses.
    if (isEngineIo(url!)) return 'stream'
    if (!isSafe(method) && this.#settings.shadow.unsafe[other] === undefined) return 'unsafe'
    const target = this.#targets[other]
    if (target.kind === 'listener' && target.shadowable === false) return 'unsupported'
    if (other === 'candidate' && breaker !== 'closed') return 'breaker'
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const { length } = rawHeaders[i]!
      if (length === 7 && rawHeaders[i]!.toLowerCase() === 'upgrade') return 'stream'
      // One that is a shadow already must not cast another.
      if (length === header.length && rawHeaders[i]!.toLowerCase() === header) return 'unsafe'
    }
    if (this.#left <= 0) return 'load'
    this.#left--
    return undefined
  }

  #dropOldest (why: ShadowSkip): boolean {
    const oldest = this.#waiting.shift()
    if (oldest === undefined) return false
    oldest.release()
    this.budget.give(overheadBytes)
    this.skip(oldest.feature, why)
    return true
  }

  #schedule (): void {
    if (this.#scheduled || this.#waiting.length === 0 || this.#running >= this.#settings.shadow.concurrency) return
    this.#scheduled = true
    this.#turns.add(() => {
      this.#scheduled = false
      const oldest = performance.now() - this.#settings.shadow.timeoutMs
      while (this.#waiting.length > 0 && this.#waiting[0]!.at < oldest) this.#dropOldest('concurrency')
      const next = this.#waiting.shift()
      if (next !== undefined) this.#begin(next)
      this.#schedule()
    })
  }

  #begin ({ exchange, release, feature, additions, address }: Waiting): void {
    let primary: Exchange | undefined
    let why: ShadowSkip | undefined
    try {
      primary = exchange()
      why = primary.request.truncated !== undefined
        ? 'size'
        : /^text\/event-stream/.test(mediaType(primary.response.headers)) ? 'stream' : isOwnError(primary) ? 'failed' : undefined
    } catch {
      why = 'error'
    }
    release()
    const bytes = why === undefined ? primary!.request.body.length + primary!.response.body.length : 0
    if (why === undefined && !this.budget.take(bytes)) why = 'memory'
    if (why === undefined) return this.#run({ primary: primary!, feature, bytes: bytes + overheadBytes }, additions, address)
    this.budget.give(overheadBytes)
    this.skip(feature, why)
  }

  #run (job: Job, additions: string, address: string): void {
    this.#running++
    let over = false
    const ended = (answer: Answer): void => {
      if (over) return
      over = true
      // Comparing is work of its own: not in the turn in which the answer came.
      this.#turns.add(() => {
        try {
          this.#judge(job, answer)
        } catch {
          this.skip(job.feature, 'error')
        }
        this.#running--
        this.budget.give(job.bytes)
        this.#schedule()
      })
    }
    try {
      const side = this.#sideOf(job.primary.backend === 'legacy' ? 'candidate' : 'legacy')
      const { method, target, headers, body, trailers } = job.primary.request
      const hasBody = body.length > 0 || headers.some(([name]) => name.toLowerCase() === 'content-length' || name.toLowerCase() === 'transfer-encoding')
      const raw = (trailers === undefined ? headers : headers.filter(([name]) => name.toLowerCase() !== 'trailer')).flat()
      const { text } = requestHead({ method, url: target, rawHeaders: raw }, side.prefix, `${additions}${header}: 1\r\n`, side.dropped, side.host, hasBody ? body.length : -1)
      const expected = job.primary.response.truncated?.length ?? job.primary.response.body.length
      const limit = this.bodyLimit
      side.ask({ method, head: text, body, address, limit, most: Math.max(limit, expected), safe: isSafe(method) }, ended)
    } catch {
      ended({ kind: 'failed' })
    }
  }

  #judge (job: Job, answer: Answer): void {
    const { feature, primary } = job
    if (answer.kind !== 'answer') return this.skip(feature, answer.kind)
    const other: Exchange = { ...primary, backend: primary.backend === 'legacy' ? 'candidate' : 'legacy', response: { ...answer.response, headers: answer.response.headers.filter(([name]) => !this.#stamped(name)) } }
    const [legacy, candidate] = primary.backend === 'legacy' ? [primary, other] : [other, primary]
    if (isBeyondJudging(legacy, candidate)) return this.skip(feature, 'size')
    const isLarge = legacy.response.body.length + candidate.response.body.length > largeBytes && !legacy.response.body.equals(candidate.response.body)
    const begun = performance.now()
    if (isLarge && begun < this.#largeFrom) return this.skip(feature, 'load')
    const verdict = this.#compare(legacy, candidate)
    if (isLarge) this.#largeFrom = spaced(begun)
    if (verdict.total === 0) return this.counts.same(feature)
    const kinds = Object.fromEntries(Object.entries(verdict.counts).map(([kind, count]) => [kind, count ?? 0]))
    this.counts.different(feature, kinds)
    this.#turns.add(() => {
      const from = performance.now()
      if (from < this.#findsFrom) return
      try {
        this.#find(feature, legacy, candidate)
      } catch { /* it is counted; its values are not kept */ }
      this.#findsFrom = spaced(from)
    })
  }

  /** The switch puts its own in place of a backend's, so that only one of the two would have it. */
  #stamped (name: string): boolean {
    const { routedTo, requestId, serverTiming } = this.#settings.headers
    const lower = name.toLowerCase()
    return (routedTo && lower === 'x-routed-to') || (requestId && lower === 'x-request-id') || (serverTiming && lower === 'server-timing')
  }

  /** Keeps a find, secrets redacted: its differences are those of the redacted answers. */
  #find (feature: string, legacy: Exchange, candidate: Exchange): void {
    const second = Math.floor(performance.now() / 1000)
    if (this.#kept.second !== second) this.#kept = { second, count: 0 }
    if (++this.#kept.count > keptPerSecond) return
    const clean = [this.#redactor.redact(legacy), this.#redactor.redact(candidate)] as const
    const { total, differences } = this.#compare(...clean)
    this.#finds.push({
      at: new Date().toISOString(),
      feature,
      requestId: legacy.requestId ?? '',
      method: legacy.request.method,
      target: clean[0].request.target,
      statuses: { legacy: legacy.response.status, candidate: candidate.response.status },
      total,
      differences: differences.slice(0, mostShown).map(({ kind, pointer, legacy, candidate }) => ({ kind, pointer, ...(legacy && { legacy: legacy.text }), ...(candidate && { candidate: candidate.text }) }))
    })
    if (this.#finds.length > mostFinds) this.#finds.shift()
    this.#writer ??= openRecording(join(this.#settings.stateDir, 'shadow'), { redact: this.#settings.redact, totalBytes: keptBytes, queueExchanges: 100, queueBytes: 4_000_000 }).catch(() => undefined)
    this.#writer.then(writer => {
      writer?.record(legacy)
      writer?.record(candidate)
    }).catch(() => {})
  }

  #sideOf (name: BackendName): Side {
    const side = this.#sides[name] ?? this.#openSide(name)
    this.#sides[name] = side
    return side
  }

  #openSide (name: BackendName): Side {
    const target = this.#targets[name]
    const { timeouts, headers, force, shadow } = this.#settings
    const dropped = ['expect', header, ...(headers.requestId ? ['x-request-id'] : []), ...(force.secret === undefined ? [] : [force.header])]
    if (target.kind === 'listener') {
      const desk = new ListenerDesk(target)
      return { host: 'localhost', prefix: '', dropped: new Set(dropped), ask: (question, ended) => desk.ask(question, this.budget, shadow.timeoutMs, ended), close: () => desk.close() }
    }
    const pool = new Pool(target.url, timeouts)
    return {
      host: target.url.host,
      prefix: target.url.pathname.replace(/\/$/, ''),
      dropped: new Set([...dropped, ...(headers.forwarded ? forwardingHeaders : [])]),
      ask: (question, ended) => askOrigin(pool, question, this.budget, shadow.timeoutMs, ended),
      close: () => pool.close()
    }
  }

  #watchLoad (): void {
    if (this.#ticker !== undefined) return
    let before = performance.eventLoopUtilization()
    let last = performance.now()
    this.#ticker = setInterval(() => {
      const now = performance.now()
      const reading = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(reading, before)
      this.#pace = nextPace(this.#pace, { utilization, lateMs: now - last - tickMs }, this.#pace.allowed - this.#left, this.#settings.shadow.utilization)
      this.#left = this.#pace.allowed
      before = reading
      last = now
    }, tickMs).unref()
  }

  #endWatch (): void {
    clearInterval(this.#ticker)
    this.#ticker = undefined
  }
}

/** When work may be done again of which a piece began at this time, so that all of it takes a fiftieth of the time. */
function spaced (begun: number): number {
  const now = performance.now()
  return now + (now - begun) * 50
}

/** An answer of the switch itself says nothing of a backend. */
function isOwnError ({ response: { status, body } }: Exchange): boolean {
  return status >= 400 && body.subarray(0, 40).includes('"code":"CUT_')
}

/** Large bodies that are not the same might still mean the same; those that are no text cannot. */
function isBeyondJudging ({ response: a }: Exchange, { response: b }: Exchange): boolean {
  if (a.truncated === undefined && b.truncated === undefined) return false
  if (a.truncated?.sha256 !== undefined && a.truncated.sha256 === b.truncated?.sha256) return false
  return /json|^text\/|xml|javascript|form|multipart/.test(mediaType(a.headers))
}
