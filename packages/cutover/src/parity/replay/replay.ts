import { resolve } from 'node:path'
import { fault } from '../../errors.ts'
import type { Note } from '../../message/note.ts'
import { Aliases } from '../alias.ts'
import { causeOf } from '../cause.ts'
import { saidOf } from '../difference-text.ts'
import { createSender } from '../send/sender.ts'
import type { ParityReport } from '../finding.ts'
import type { Side, SideName } from '../trial/side.ts'
import { judgeStates } from '../trial/trial-state.ts'
import { Counterparts } from './counterparts.ts'
import { tryExchange, type ReplayWorld } from './exchange-trial.ts'
import { Gathered } from './gathered.ts'
import { judgeAgain } from './judge-again.ts'
import type { ReplayOptions } from './options.ts'
import { Pace } from './pace.ts'
import { Plans } from './plans.ts'
import type { PrepareOptions } from './prepare.ts'
import { ProgressFile } from './progress-file.ts'
import { readRecorded } from './recorded.ts'
import { replayNotes } from './replay-notes.ts'
import { signIn } from './sign-in.ts'
import { SessionIndex, type RecordedSession } from './sessions.ts'
import { Spool } from './spool.ts'
import { untestedRoutes } from './untested.ts'

const defaultConcurrency = 8
const noiseEveryMs = 2000
const sessionsTriedAgain = 20

/**
 * Sends the requests of a recording (of cutover, a HAR file or a Postman collection) to all sides and compares their
 * answers. The requests of a session keep their order, and those that overlapped when they were recorded overlap again.
 * What is found when the signal of the context ends the run is in the report.
 * @throws CUT_RECORDING_NOT_FOUND, CUT_RECORDING_INVALID, CUT_RECORDING_VERSION, CUT_RECORDING_TOO_LARGE, CUT_HAR_INVALID,
 * CUT_POSTMAN_INVALID, CUT_REPLAY_CHANGED; CUT_SIDE_DOWN when legacy is down from the start
 */
export async function replay (recording: string, options: ReplayOptions): Promise<ParityReport> {
  const spool = await Spool.open()
  const sender = options.sender ?? createSender({ keepAlive: true })
  try {
    return await new Replaying(recording, options, spool, sender).run()
  } finally {
    if (options.sender === undefined) sender.close()
    await spool.close()
  }
}

class Replaying {
  readonly #recording: string
  readonly #options: ReplayOptions
  readonly #spool: Spool
  readonly #world: ReplayWorld
  readonly #total = new Gathered()
  readonly #unread = new Map<string, number>()
  readonly #prepared = new Map<SideName, PrepareOptions>()
  #signedIn: Partial<Readonly<Record<SideName, Readonly<Record<string, string>>>>> = {}
  readonly #cookies = new Set<string>()
  readonly #headerNames = new Set<string>()
  readonly #stopping = new AbortController()
  readonly #started = performance.now()
  readonly #startedAt = new Date().toISOString()
  #progress: ProgressFile | undefined
  #noiseKeptAt = 0
  #down: string | undefined
  #answered = 0

  constructor (recording: string, options: ReplayOptions, spool: Spool, sender: ReplayWorld['sender']) {
    this.#recording = recording
    this.#options = options
    this.#spool = spool
    const { context } = options
    const { sides } = context
    const headersOf = (side: SideName) => ({ ...this.#signedIn[side], ...lowerNames(typeof options.headers === 'function' ? options.headers(side) : options.headers ?? {}) })
    const unsafe = options.unsafe ?? [sides.legacy, sides.candidate].every(side => side.state !== undefined)
    const prepared = (side: SideName) => {
      const headers = headersOf(side)
      return { unsafe, headers, added: new Set(Object.keys(headers).filter(name => !this.#headerNames.has(name))), secrets: options.secrets ?? {}, onCookie: (name: string) => { this.#cookies.add(name) } }
    }
    this.#world = {
      context,
      sender,
      plans: new Plans(context.rules),
      pairing: new Aliases(),
      counterparts: { legacy: new Counterparts(), twin: new Counterparts(), candidate: new Counterparts() },
      prepare: side => {
        if (!this.#prepared.has(side)) this.#prepared.set(side, prepared(side))
        return this.#prepared.get(side)!
      },
      unsafe,
      begun: Date.now(),
      routes: options.routes ?? [],
      revive: async side => await this.#revive(side)
    }
  }

  async run (): Promise<ParityReport> {
    const sessions = await this.#read()
    const finished = await this.#resume(`${resolve(this.#recording)} ${this.#spool.size} ${this.#spool.bytes}`)
    await this.#resetAll()
    const open = sessions.filter(({ name }) => !finished.has(name))
    const pace = this.#paceOf(open)
    await this.#runAll(open, pace, sessions)
    const cut = this.#options.context.signal?.aborted === true || this.#down !== undefined
    judgeAgain(this.#total, this.#world)
    if (!cut) {
      await this.#compareStates()
      await this.#confirmWrites(sessions)
    }
    const unwritten = await this.#progress?.written()
    if (!cut) await this.#progress?.remove()
    const all = this.#total
    return {
      command: 'replay',
      startedAt: this.#startedAt,
      durationMs: Math.round(performance.now() - this.#started),
      cases: all.cases,
      findings: all.findings(),
      leftOut: all.leftOut,
      coverage: all.endpoints(),
      untested: untestedRoutes(this.#world.routes, all.coverage.keys()),
      notes: replayNotes({
        gathered: all,
        unread: this.#unread,
        cookies: this.#cookies,
        sessions: { finished: all.cases.length, all: sessions.length, resumed: finished.size },
        down: this.#down,
        aborted: this.#options.context.signal?.aborted === true,
        hasProgress: this.#progress !== undefined,
        unwritten,
        lateMs: pace.lateMs,
        sides: this.#options.context.sides
      })
    }
  }

  /** Reads the recording once, and sorts it by session. */
  async #read (): Promise<readonly RecordedSession[]> {
    const { onNote, inOrder, context } = this.#options
    const note = (one: Note): void => {
      const key = `${one.kind === 'torn' ? 'its last line' : 'a piece'}: ${one.what}`
      this.#unread.set(key, (this.#unread.get(key) ?? 0) + 1)
      onNote?.(one)
    }
    const index = new SessionIndex()
    for await (const exchange of readRecorded(this.#recording, note)) {
      context.signal?.throwIfAborted()
      for (const [name] of exchange.request.headers) this.#headerNames.add(name.toLowerCase())
      index.add(inOrder === true ? 'everything' : exchange.session ?? 'requests without a session', await this.#spool.add(exchange, this.#recording))
    }
    if (this.#spool.size === 0) throw fault('CUT_RECORDING_INVALID', this.#recording, 'it holds no exchange that can be read')
    return index.sorted(this.#spool)
  }

  async #resume (identity: string): Promise<ReadonlySet<string>> {
    const { progress, context } = this.#options
    const finished = new Set<string>()
    if (progress === undefined) return finished
    const file = new ProgressFile(progress.file)
    if (progress.resume) {
      for await (const { session, gathered, aliases, noise } of file.finished(identity)) {
        finished.add(session)
        this.#total.merge(gathered)
        for (const [side, bound] of Object.entries(aliases) as ReadonlyArray<[SideName, NonNullable<typeof aliases.legacy>]>) this.#world.counterparts[side].restore(bound)
        if (noise !== undefined) context.noise = noise
      }
      this.#answered = this.#total.requests
    }
    if (finished.size === 0) await file.begin(identity)
    this.#progress = file
    return finished
  }

  async #resetAll (): Promise<void> {
    const { legacy, twin, candidate } = this.#options.context.sides
    await Promise.all([legacy, twin, candidate].map(async side => await side?.state?.reset()))
    const { settleMs } = this.#options.context
    if (settleMs !== undefined && legacy.state !== undefined) await new Promise(resolve => setTimeout(resolve, settleMs))
    await this.#signIn()
  }

  async #signIn (): Promise<void> {
    const { signIn: given, context } = this.#options
    if (given === undefined) return
    const { legacy, twin, candidate } = context.sides
    const sides = [legacy, twin, candidate].filter(side => side !== undefined)
    const headers = await Promise.all(sides.map(async side => [side.name, lowerNames(await signIn(side, given, context, this.#world.sender))] as const))
    this.#signedIn = Object.fromEntries(headers)
    this.#prepared.clear()
  }

  #paceOf (sessions: readonly RecordedSession[]): Pace {
    const { concurrency = defaultConcurrency, rate, speed } = this.#options
    const begin = sessions.find(({ startedAt }) => !Number.isNaN(startedAt))?.startedAt ?? 0
    return new Pace({ concurrency, rate, speed, begin, signal: this.#signal })
  }

  get #signal (): AbortSignal {
    const { signal } = this.#options.context
    return signal === undefined ? this.#stopping.signal : AbortSignal.any([signal, this.#stopping.signal])
  }

  async #runAll (sessions: readonly RecordedSession[], pace: Pace, all: readonly RecordedSession[]): Promise<void> {
    const { concurrency = defaultConcurrency, speed } = this.#options
    const signal = this.#signal
    const running = new Set<Promise<void>>()
    const tell = (): void => this.#options.onProgress?.({
      sessions: { finished: this.#total.cases.length, all: all.length },
      requests: { sent: this.#answered, all: this.#spool.size },
      findings: this.#total.found.size,
      skipped: [...this.#total.skipped.values()].reduce((sum, count) => sum + count, 0)
    })
    tell()
    try {
      for (const session of sessions) {
        if (speed === undefined && running.size >= concurrency) await Promise.race(running)
        await pace.until(session.startedAt)
        if (signal.aborted) break
        const done = this.#runSession(session, pace, signal, tell).finally(() => { running.delete(done) })
        running.add(done)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      await Promise.all(running)
    }
    tell()
  }

  async #runSession (session: RecordedSession, pace: Pace, signal: AbortSignal, tell: () => void): Promise<void> {
    const began = performance.now()
    const gathered = new Gathered()
    const flying: Array<{ readonly end: number, readonly done: Promise<void> }> = []
    let failure: unknown
    let whole = true
    for (const [at, index] of session.exchanges.entries()) {
      const start = this.#spool.startOf(index)
      // NaN is not larger than anything: what has no time waits for all before it.
      await Promise.all(flying.filter(({ end }) => !(end > start)).map(async ({ done }) => await done))
      for (let each = flying.length - 1; each >= 0; each--) if (!(flying[each]!.end > start)) flying.splice(each, 1)
      if (signal.aborted || failure !== undefined) {
        whole = false
        break
      }
      const recorded = await this.#spool.read(index)
      const release = await pace.admit(start).catch((error: unknown) => { failure ??= error })
      if (release === undefined) continue
      const done = tryExchange(recorded, { case: session.name, step: at + 1 }, this.#world, gathered)
        .then(() => { this.#answered++ }, (error: unknown) => { failure ??= error })
        .finally(() => { release(); tell() })
      flying.push({ end: this.#spool.endOf(index), done })
    }
    await Promise.all(flying.map(async ({ done }) => await done))
    if (failure !== undefined && !signal.aborted) throw failure
    this.#finish(session, gathered, performance.now() - began, whole && failure === undefined && !signal.aborted)
  }

  #finish ({ name, exchanges }: RecordedSession, gathered: Gathered, durationMs: number, whole: boolean): void {
    const causes = [...gathered.found.keys()]
    const skipped = gathered.requests === 0 && gathered.skipped.size > 0
    if (whole || gathered.requests > 0) {
      gathered.cases.push({
        name,
        steps: exchanges.length,
        durationMs: Math.round(durationMs),
        outcome: causes.length > 0 ? 'different' : !whole ? 'failed' : skipped ? 'skipped' : 'same',
        causes,
        ...(!whole ? { note: 'it was cut short' } : skipped ? { note: [...gathered.skipped.keys()][0]! } : {})
      })
    }
    if (whole && this.#progress !== undefined) {
      const { context: { noise }, counterparts } = this.#world
      const keepNoise = performance.now() - this.#noiseKeptAt > noiseEveryMs
      if (keepNoise) this.#noiseKeptAt = performance.now()
      this.#progress.add({
        session: name,
        gathered,
        aliases: { legacy: counterparts.legacy.takeNew(), twin: counterparts.twin.takeNew(), candidate: counterparts.candidate.takeNew() },
        ...(keepNoise && { noise })
      })
    }
    this.#total.merge(gathered)
  }

  /** What the databases hold when all sessions are done. Sessions that ran side by side may have met in another order on each side. */
  async #compareStates (): Promise<void> {
    const { context, concurrency = defaultConcurrency, inOrder } = this.#options
    const { legacy, twin, candidate } = context.sides
    if (legacy.state === undefined || candidate.state === undefined) return
    const { state, stateLeftOut, unstableState = [] } = await judgeStates(context, this.#world.pairing)
    const unstable = new Set(unstableState.map(({ kind, pattern }) => `${kind} ${pattern}`))
    for (const difference of state.filter(({ kind, pattern }) => !unstable.has(`${kind} ${pattern}`))) {
      const { kind, pattern } = difference
      const endpoint = pattern.split('/')[1] ?? ''
      const cause = causeOf({ kind: 'state', endpoint, difference: { kind, pattern } })
      const confirmed = twin !== undefined || inOrder === true || concurrency === 1
      this.#total.add({ cause, kind: 'state', endpoint, message: `${saidOf(difference)} in what was stored`, confirmed, retried: true }, { case: 'the databases after all sessions', difference })
    }
    if (stateLeftOut.length > 0) this.#total.leaveOut('databases', { leftOut: stateLeftOut, differences: [], total: 0, counts: {} })
  }

  /**
   * A write cannot be sent again. What showed only once in one is looked for by replaying its session alone on fresh
   * databases; where there are none, it counts as confirmed.
   */
  async #confirmWrites (sessions: readonly RecordedSession[]): Promise<void> {
    const { sides } = this.#options.context
    const open = [...this.#total.found.values()].filter(found => !found.confirmed && !found.retried)
    const fresh = [sides.legacy, sides.candidate].every(side => side.state !== undefined)
    for (const found of open) found.confirmed = !fresh || found.occurrences > 1
    const again = sessions.filter(({ name }) => open.some(found => !found.confirmed && found.samples[0]!.case === name))
    for (const session of again.slice(0, sessionsTriedAgain)) {
      await this.#resetAll()
      const gathered = new Gathered()
      const world = { ...this.#world, pairing: new Aliases(), counterparts: { legacy: new Counterparts(), twin: new Counterparts(), candidate: new Counterparts() } }
      for (const [at, index] of session.exchanges.entries()) {
        if (this.#signal.aborted) return
        await tryExchange(await this.#spool.read(index), { case: session.name, step: at + 1 }, world, gathered)
      }
      for (const found of open) found.confirmed ||= gathered.found.has(found.cause)
    }
  }

  /** Several requests may meet a dead side at once: it is started once. */
  readonly #reviving = new Map<Side, Promise<boolean>>()

  async #revive (side: Side): Promise<boolean> {
    let coming = this.#reviving.get(side)
    if (coming === undefined) {
      coming = side.revive().then(() => true, (error: Error) => {
        this.#down ??= error.message
        if (this.#total.requests === 0 && this.#answered === 0 && side.name === 'legacy') throw error
        this.#stopping.abort(error)
        return false
      }).finally(() => { this.#reviving.delete(side) })
      this.#reviving.set(side, coming)
    }
    return await coming
  }
}

function lowerNames (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
