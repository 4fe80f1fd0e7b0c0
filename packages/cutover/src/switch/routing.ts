import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Control, Explanation } from '../config/control.ts'
import type { Settings } from '../config/settings.ts'
import type { BackendName } from '../config/target.ts'
import { isSafe } from '../message/method.ts'
import type { Cell } from '../metrics/cell.ts'
import { BUCKETS, bucketOf, onCandidate } from './bucket.ts'
import { decide, needsKey } from './decide.ts'
import { type Decision, type DecisionSet, FeatureRuntime, makeDecisions } from './feature.ts'
import { clientAddress, compileTrust, type Trust } from './forwarded.ts'
import { RouteTable } from './route-table.ts'
import { isEngineIo, Sessions } from './sessions.ts'
import { stickyKey } from './sticky.ts'

/** What gives the metrics of a feature, or of the unlisted requests, on one backend; those that a tester forces apart. */
export type Cells = (feature: string | undefined, backend: BackendName, forced: boolean) => Cell | undefined

/** Finds a request's feature and decides on its backend. Reads requests, changes nothing but breakers and sessions. */
export class Routing {
  readonly features: ReadonlyMap<string, FeatureRuntime>
  readonly sessions = new Sessions()
  readonly trust: Trust
  readonly #table: RouteTable<FeatureRuntime>
  readonly #unlisted: DecisionSet
  readonly #force: { readonly header: string, readonly digest: Buffer } | undefined
  readonly #random: () => number

  constructor (settings: Settings, cells: Cells, random: () => number) {
    const pair = (feature: string | undefined, forced: boolean) => ({ legacy: cells(feature, 'legacy', forced)!, candidate: cells(feature, 'candidate', forced)! })
    this.features = new Map(settings.features.map(feature => [feature.name, new FeatureRuntime(feature, settings.breaker, pair(feature.name, false), pair(feature.name, true))]))
    this.#table = new RouteTable(settings.features.flatMap(feature =>
      feature.routes.map(route => [route, this.features.get(feature.name)!] as const)))
    this.#unlisted = makeDecisions(undefined, pair(undefined, false))
    this.trust = compileTrust(settings.trustedProxies)
    this.#random = random
    const { header, secret } = settings.force
    this.#force = secret === undefined ? undefined : { header: header.toLowerCase(), digest: digest(secret) }
  }

  /** @param now milliseconds of a steady clock */
  decide (request: IncomingMessage, now: number): Decision {
    const feature = this.#table.find(request.method!, request.url!)
    const forced = this.#force === undefined ? undefined : this.#forced(request)
    if (feature === undefined) return forced === undefined ? this.#unlisted.legacy.unlisted : this.#unlisted[forced].forced
    if (forced === undefined && this.sessions.size > 0 && isEngineIo(request.url!)) {
      const held = this.sessions.backendOf(request.url!)
      if (held !== undefined && !(held === 'candidate' && feature.rolledBack)) return feature.decisions[held].session
    }
    return decide(feature, this.keyOf(feature, request), forced, isSafe(request.method), now, this.#random)
  }

  /** What `decide` would say of a described request; neither a breaker's probe nor a draw is used up. */
  explain ({ method, url, headers = {}, address = '127.0.0.1' }: Parameters<Control['explain']>[0]): Explanation {
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    const request = { method: method.toUpperCase(), url, headers: lower, rawHeaders: Object.entries(lower).flat(), socket: { remoteAddress: address } } as unknown as IncomingMessage
    const found = this.#table.find(request.method!, url)
    const forced = this.#force === undefined ? undefined : this.#forced(request)
    if (found === undefined) return { backend: forced ?? 'legacy', reason: forced === undefined ? 'unlisted' : 'forced', feature: undefined, bucket: undefined }
    const key = found.feature.stickyBy === undefined ? undefined : stickyKey(found.feature.stickyBy, request, () => clientAddress(request, this.trust))
    const { backend, reason } = decide(withoutProbing(found), key, forced, isSafe(request.method), 0, Math.random)
    return { backend, reason, feature: found.name, bucket: key === undefined ? undefined : bucketOf(found.seed, key) }
  }

  /** What `decide` would say of a user. @returns undefined when a key decides and there is none, or when each request is drawn */
  sideOf (feature: FeatureRuntime, key: string | undefined): Explanation | undefined {
    const { name, share, seed, pins, rolledBack, feature: { stickyBy } } = feature
    const split = share > 0 && share < BUCKETS
    const told = stickyBy === undefined ? undefined : key
    if (told === undefined && (split || (pins !== undefined && !rolledBack))) return undefined
    const { backend, reason } = decide(withoutProbing(feature), told, undefined, true, 0, () => 0)
    return { backend, reason, feature: name, bucket: told === undefined ? undefined : bucketOf(seed, told) }
  }

  /** The request's sticky key, where it matters. */
  keyOf (feature: FeatureRuntime, request: IncomingMessage): string | undefined {
    return needsKey(feature) ? stickyKey(feature.feature.stickyBy!, request, () => clientAddress(request, this.trust)) : undefined
  }

  /**
   * A sticky key for a client that had none, made to fall on the side that its first request was given.
   * @param make makes a random key
   */
  freshKey ({ feature, reason, backend }: Decision, make: () => string): string {
    const { seed, share } = feature!
    let key = make()
    if (reason !== 'share' || share === 0 || share >= BUCKETS) return key
    while (onCandidate(bucketOf(seed, key), share) !== (backend === 'candidate')) key = make()
    return key
  }

  #forced (request: IncomingMessage): BackendName | undefined {
    const { header, digest: expected } = this.#force!
    const value = request.headers[header]
    if (typeof value !== 'string') return undefined
    const [, backend, secret] = /^(legacy|candidate) (.+)$/.exec(value) ?? []
    // Digests have one length, so that comparing them tells nothing of the secret's.
    return secret !== undefined && timingSafeEqual(digest(secret), expected) ? backend as BackendName : undefined
  }
}

/** A feature as it is now, of which asking uses up no probe of the breaker. */
function withoutProbing (feature: FeatureRuntime): FeatureRuntime {
  return Object.assign(Object.create(FeatureRuntime.prototype), feature, { breaker: { allows: () => feature.breaker.state === 'closed' } }) as FeatureRuntime
}

function digest (secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
