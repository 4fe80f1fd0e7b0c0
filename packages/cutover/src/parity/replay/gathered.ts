import type { Exchange } from '../../message/exchange.ts'
import { exchangeLine, parseExchangeLine } from '../../message/recording/format.ts'
import { causeOf } from '../cause.ts'
import type { Comparison } from '../compare/compare.ts'
import type { Difference } from '../compare/difference.ts'
import type { CaseResult, EndpointCoverage, Finding, FindingKind } from '../finding.ts'
import { addLeftOut, type LeftOutCounts } from '../noise.ts'
import { saidOf } from '../difference-text.ts'

/** What was sent and answered at one occurrence. */
export interface Sample {
  readonly case: string
  readonly step?: number
  readonly difference?: Difference
  readonly exchanges?: { readonly legacy: Exchange, readonly candidate: Exchange }
}

/** A cause with its occurrences. */
export interface Found {
  readonly cause: string
  readonly kind: FindingKind
  readonly endpoint: string
  readonly message: string
  occurrences: number
  confirmed: boolean
  /** Whether it was looked for again by sending the same request again. */
  retried: boolean
  /** The first and the latest ones, so that they can be judged again by what is known at the end. */
  readonly samples: Sample[]
}

const samplesKept = 3

/** What pairs of answers gave, added up; of one session, or of a whole run. */
export class Gathered {
  readonly cases: CaseResult[] = []
  readonly found = new Map<string, Found>()
  readonly coverage = new Map<string, { requests: number, statuses: Map<string, number> }>()
  readonly skipped = new Map<string, number>()
  leftOut: LeftOutCounts = {}
  /** Requests that legacy answered with another status than was recorded. */
  strayed = 0
  /** Causes that were dropped, because legacy and its twin differ there too. */
  unstable = 0
  requests = 0

  asked (endpoint: string, status: number | undefined): void {
    this.requests++
    const known = this.coverage.get(endpoint) ?? { requests: 0, statuses: new Map<string, number>() }
    known.requests++
    const key = status === undefined ? 'none' : String(status)
    known.statuses.set(key, (known.statuses.get(key) ?? 0) + 1)
    this.coverage.set(endpoint, known)
  }

  skip (reason: string): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1)
  }

  leaveOut (endpoint: string, comparison: Comparison): void {
    this.leftOut = addLeftOut(this.leftOut, endpoint, comparison)
  }

  /** One occurrence of something that nothing explains. */
  add (one: Omit<Found, 'occurrences' | 'samples'>, sample: Sample): void {
    const known = this.found.get(one.cause)
    if (known === undefined) {
      this.found.set(one.cause, { ...one, occurrences: 1, samples: [sample] })
      return
    }
    known.occurrences++
    known.confirmed ||= one.confirmed
    known.retried ||= one.retried
    keepSample(known.samples, sample)
  }

  /** Adds what another one gathered. */
  merge (other: Gathered): void {
    this.cases.push(...other.cases)
    this.requests += other.requests
    this.strayed += other.strayed
    for (const [reason, count] of other.skipped) this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + count)
    for (const [endpoint, { requests, statuses }] of other.coverage) {
      const known = this.coverage.get(endpoint) ?? { requests: 0, statuses: new Map<string, number>() }
      known.requests += requests
      for (const [status, count] of statuses) known.statuses.set(status, (known.statuses.get(status) ?? 0) + count)
      this.coverage.set(endpoint, known)
    }
    for (const [endpoint, leftOut] of Object.entries(other.leftOut)) {
      this.leftOut = addLeftOut(this.leftOut, endpoint, { leftOut, differences: [], total: 0, counts: {} })
    }
    for (const one of other.found.values()) {
      const known = this.found.get(one.cause)
      if (known === undefined) this.found.set(one.cause, one)
      else {
        known.occurrences += one.occurrences
        known.confirmed ||= one.confirmed
        known.retried ||= one.retried
        for (const sample of one.samples) keepSample(known.samples, sample)
      }
    }
  }

  /** By kind, then by endpoint; unconfirmed ones last. */
  findings (): readonly Finding[] {
    return [...this.found.values()].map(({ samples, retried: _, ...one }): Finding => {
      const { case: name, step, difference, exchanges } = samples[0]!
      return { ...one, case: name, ...(step !== undefined && { step }), ...(difference && { difference }), ...(exchanges && { exchanges }) }
    }).sort((a, b) => Number(b.confirmed) - Number(a.confirmed) || a.kind.localeCompare(b.kind) || a.endpoint.localeCompare(b.endpoint) || a.message.localeCompare(b.message))
  }

  endpoints (): readonly EndpointCoverage[] {
    return [...this.coverage].map(([endpoint, { requests, statuses }]) => ({ endpoint, requests, statuses: Object.fromEntries([...statuses].sort()) }))
      .sort((a, b) => a.endpoint.localeCompare(b.endpoint))
  }

  /** As JSON, to go on from elsewhere. */
  toJSON (): object {
    return {
      cases: this.cases,
      requests: this.requests,
      strayed: this.strayed,
      leftOut: this.leftOut,
      skipped: [...this.skipped],
      coverage: [...this.coverage].map(([endpoint, { requests, statuses }]) => [endpoint, requests, [...statuses]]),
      found: [...this.found.values()].map(one => ({
        ...one,
        samples: one.samples.map(({ exchanges, ...sample }) => ({ ...sample, ...(exchanges && { exchanges: [exchangeLine(exchanges.legacy), exchangeLine(exchanges.candidate)] }) }))
      }))
    }
  }

  /** Reads what {@link toJSON} wrote. */
  static from (json: GatheredJson): Gathered {
    const gathered = new Gathered()
    gathered.cases.push(...json.cases)
    gathered.requests = json.requests
    gathered.strayed = json.strayed
    gathered.leftOut = json.leftOut
    for (const [reason, count] of json.skipped) gathered.skipped.set(reason, count)
    for (const [endpoint, requests, statuses] of json.coverage) gathered.coverage.set(endpoint, { requests, statuses: new Map(statuses) })
    for (const one of json.found) {
      gathered.found.set(one.cause, { ...one, samples: one.samples.map(({ exchanges, ...sample }) => ({ ...sample, ...pairFrom(exchanges) })) })
    }
    return gathered
  }
}

export interface GatheredJson {
  readonly cases: readonly CaseResult[]
  readonly requests: number
  readonly strayed: number
  readonly leftOut: LeftOutCounts
  readonly skipped: ReadonlyArray<readonly [string, number]>
  readonly coverage: ReadonlyArray<readonly [string, number, ReadonlyArray<readonly [string, number]>]>
  readonly found: ReadonlyArray<Omit<Found, 'samples'> & { readonly samples: ReadonlyArray<Omit<Sample, 'exchanges'> & { readonly exchanges?: readonly [string, string] }> }>
}

function pairFrom (lines: readonly [string, string] | undefined): Pick<Sample, 'exchanges'> {
  if (lines === undefined) return {}
  const [legacy, candidate] = lines.map(parseExchangeLine)
  return typeof legacy === 'object' && typeof candidate === 'object' ? { exchanges: { legacy, candidate } } : {}
}

function keepSample (samples: Sample[], sample: Sample): void {
  if (samples.length < samplesKept) samples.push(sample)
  else samples[samplesKept - 1] = sample
}

/** What differs between two answers, each cause once. Where the status differs, the rest follows from it. */
export function causesOf (endpoint: string, differences: readonly Difference[]): ReadonlyArray<Pick<Found, 'cause' | 'kind' | 'endpoint' | 'message'> & { readonly difference: Difference }> {
  const status = differences.find(({ kind }) => kind === 'status')
  const causes = new Map((status === undefined ? differences : [status]).toReversed().map(difference => {
    const { kind, pattern } = difference
    const cause = causeOf({ kind: 'answer', endpoint, difference: { kind, pattern } })
    return [cause, { cause, kind: 'answer' as const, endpoint, message: saidOf(difference), difference }]
  }))
  return [...causes.values()].toReversed()
}
