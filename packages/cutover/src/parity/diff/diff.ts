import type { Buffer } from 'node:buffer'
import { fault } from '../../errors.ts'
import type { Exchange } from '../../message/exchange.ts'
import type { Note } from '../../message/note.ts'
import { Aliases } from '../alias.ts'
import type { ParityReport } from '../finding.ts'
import { comparePair, type Clock } from '../replay/compare-pair.ts'
import { endpointName, pathOf } from '../replay/endpoint.ts'
import { causesOf, Gathered } from '../replay/gathered.ts'
import { Plans } from '../replay/plans.ts'
import { readRecorded } from '../replay/recorded.ts'
import { SessionIndex } from '../replay/sessions.ts'
import { Spool } from '../replay/spool.ts'
import { tag } from '../replay/tags.ts'
import { untestedRoutes } from '../replay/untested.ts'
import { substitute } from '../substitute.ts'
import type { DiffOptions } from './options.ts'
import { Partners } from './partners.ts'

const noSession = 'requests without a session'
const unpairedShown = 50

/**
 * Compares the answers of two recordings of the same requests; the first is legacy's, the second the candidate's.
 * Exchanges belong together by request id, or else by session, method, target and order. Both are read twice and never
 * held in memory.
 * @throws CUT_RECORDING_NOT_FOUND, CUT_RECORDING_INVALID, CUT_RECORDING_VERSION, CUT_RECORDING_TOO_LARGE, CUT_HAR_INVALID,
 * CUT_POSTMAN_INVALID, CUT_DIFF_NOTHING; the signal's reason when it is aborted
 */
export async function diff (legacy: string, candidate: string, options: DiffOptions = {}): Promise<ParityReport> {
  const started = performance.now()
  const startedAt = new Date().toISOString()
  const ours = await Spool.open()
  const theirs = await Spool.open()
  try {
    const { gathered, notes } = await compareAll({ legacy, candidate, ours, theirs }, options)
    return {
      command: 'diff',
      startedAt,
      durationMs: Math.round(performance.now() - started),
      cases: gathered.cases,
      findings: gathered.findings(),
      leftOut: gathered.leftOut,
      coverage: gathered.endpoints(),
      untested: untestedRoutes(options.routes ?? [], gathered.coverage.keys()),
      notes
    }
  } finally {
    await Promise.all([ours.close(), theirs.close()])
  }
}

interface Recordings {
  readonly legacy: string
  readonly candidate: string
  readonly ours: Spool
  readonly theirs: Spool
}

async function compareAll ({ legacy, candidate, ours, theirs }: Recordings, options: DiffOptions): Promise<{ readonly gathered: Gathered, readonly notes: readonly string[] }> {
  const { routes = [], onProgress, signal } = options
  const gathered = new Gathered()
  const notes: string[] = []
  let read = 0
  const readAll = async function * (path: string, spool: Spool): AsyncGenerator<readonly [exchange: Exchange, index: number]> {
    const note = (one: Note): void => {
      notes.push(`${one.where}: ${one.what}.`)
      options.onNote?.(one)
    }
    for await (const exchange of readRecorded(path, note)) {
      signal?.throwIfAborted()
      yield [exchange, await spool.add(exchange, path)]
      read++
      onProgress?.({ read, compared: 0, all: 0, findings: 0 })
    }
  }
  const partners = new Partners()
  for await (const [{ request, session = noSession, requestId }, index] of readAll(legacy, ours)) {
    partners.add({ session, requestId, method: request.method, target: request.target, endpoint: endpointName(request.method, request.target, routes) }, index)
  }
  const sessions = new SessionIndex()
  for await (const [{ session = noSession }, index] of readAll(candidate, theirs)) {
    sessions.add(session, index)
    partners.expect(session)
  }

  const plans = new Plans(options.rules ?? {})
  const pairing = new Aliases()
  const unpaired = new Map<string, number>()
  let [compared, others] = [0, 0]
  for (const { name, exchanges } of sessions.sorted(theirs)) {
    const began = performance.now()
    const causes = new Set<string>()
    let steps = 0
    for (const [at, index] of exchanges.entries()) {
      signal?.throwIfAborted()
      const right = await theirs.read(index)
      // Ids that the candidate made up stand in its targets.
      const { method, target } = substitute(right.request, pairing, 'to legacy')
      const endpoint = endpointName(method, right.request.target, routes)
      const place = partners.take({ session: name, requestId: right.requestId, method, target, endpoint })
      if (place === undefined) {
        count(unpaired, `only in ${candidate}: ${endpoint}`)
        continue
      }
      const left = await ours.read(place)
      if (withoutTags(substitute(left.request, pairing, 'to candidate').body) !== withoutTags(right.request.body)) others++
      steps++
      gathered.asked(endpoint, left.response.status)
      const plan = plans.without({ method, path: pathOf(left.request.target), name: endpoint })
      const comparison = comparePair(left, right, { plan, pairing, clocks: { legacy: clockOf(ours, place), candidate: clockOf(theirs, index) } })
      gathered.leaveOut(endpoint, comparison)
      for (const { difference, ...one } of causesOf(endpoint, comparison.differences)) {
        causes.add(one.cause)
        gathered.add({ ...one, confirmed: true, retried: false }, { case: name, step: at + 1, difference, exchanges: { legacy: left, candidate: right } })
      }
      compared++
      onProgress?.({ read, compared, all: theirs.size, findings: gathered.found.size })
    }
    if (steps > 0) gathered.cases.push({ name, steps, durationMs: Math.round(performance.now() - began), outcome: causes.size > 0 ? 'different' : 'same', causes: [...causes] })
  }
  if (compared === 0) throw fault('CUT_DIFF_NOTHING', candidate, legacy)
  for (const index of partners.left()) {
    const { request: { method, target } } = await ours.read(index)
    count(unpaired, `only in ${legacy}: ${endpointName(method, target, routes)}`)
  }
  if (others > 0) notes.push(`${others} of ${compared} pairs were asked with bodies that are not the same: their answers may differ for that.`)
  const listed = [...unpaired].map(([what, times]) => `${what}${times === 1 ? '' : ` (${times} times)`}`)
  notes.push(...listed.slice(0, unpairedShown))
  if (listed.length > unpairedShown) notes.push(`and ${listed.length - unpairedShown} more endpoints that are in one recording only.`)
  return { gathered, notes }
}

/** Secrets that were redacted under two keys have two tags. */
function withoutTags (body: Buffer): string {
  return body.toString('latin1').replace(new RegExp(tag, 'g'), '')
}

/** From when its recording began to when it was answered. */
function clockOf (spool: Spool, index: number): Clock {
  const end = spool.endOf(index)
  return { from: spool.begin, to: Number.isNaN(end) ? spool.startOf(index) : end }
}

function count (counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
