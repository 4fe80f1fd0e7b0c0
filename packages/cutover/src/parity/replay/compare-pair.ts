import type { Buffer } from 'node:buffer'
import { contentCodings, decodeContent } from '../../message/body.ts'
import type { ExchangeRequest, ExchangeResponse } from '../../message/exchange.ts'
import type { Aliases } from '../alias.ts'
import { compareResponses, type Comparison } from '../compare/compare.ts'
import type { Pairing } from '../compare/findings.ts'
import type { Plan } from '../compare/plan.ts'
import { isTagNoise, withComparableTags } from '../trial/entity-tag.ts'
import { classify } from '../value-class.ts'
import { hasTag, tagged } from './tags.ts'

type Answered = { readonly request: ExchangeRequest, readonly response: ExchangeResponse }

/** Between which moments a side's clock stood, milliseconds since 1970. */
export interface Clock {
  readonly from: number
  readonly to: number
}

/** Clocks of two machines are not exactly the same. */
const clockSlackMs = 2000
const decodedLimit = 32 * 1024 * 1024

interface PairOptions {
  readonly plan: Plan
  readonly pairing: Aliases
  readonly twin?: ExchangeResponse | undefined
  readonly clocks?: { readonly legacy: Clock, readonly candidate: Clock } | undefined
}

/**
 * Compares what legacy and the candidate answered to the same request.
 * @param options `twin` is the answer of legacy's twin, where there is one; without one, `clocks` tells the times that each
 * side may have taken from its clock meanwhile: two of one form in one place are no difference
 */
export function comparePair (legacy: Answered, candidate: Answered, options: PairOptions): Comparison {
  const { plan, twin, clocks } = options
  const { method, target } = legacy.request
  const hasBody = method !== 'HEAD' && legacy.response.status !== 304
  const { other, leftOut } = withComparableTags(legacy.response, candidate.response, twin === undefined ? !hasBody : isTagNoise(legacy.response, twin))
  const pairing = options.pairing.forTarget(target, { legacy: decoded(legacy.response), candidate: decoded(candidate.response) })
  const comparison = compareResponses(legacy.response, other, {
    method,
    plan,
    pairing: withTags(clocks === undefined ? pairing : withClocks(pairing, clocks), options.pairing)
  })
  return leftOut === undefined ? comparison : { ...comparison, leftOut: [...comparison.leftOut, leftOut] }
}

function withClocks (pairing: Pairing, clocks: NonNullable<PairOptions['clocks']>): Pairing {
  return {
    judge: (at, legacy, candidate, mayBind) => {
      const one = classify(legacy)
      const other = classify(candidate)
      const areNow = one?.class === 'timestamp' && other?.class === 'timestamp' && one.form === other.form &&
        isWithin(legacy.text, clocks.legacy) && isWithin(candidate.text, clocks.candidate)
      return areNow ? 'paired' : pairing.judge(at, legacy, candidate, mayBind)
    }
  }
}

/** Secrets that were redacted under two keys: equal ones have equal tags on either side. */
function withTags (pairing: Pairing, aliases: Aliases): Pairing {
  return {
    judge: (at, legacy, candidate, mayBind) => {
      if (!hasTag(legacy.text) || !hasTag(candidate.text)) return pairing.judge(at, legacy, candidate, mayBind)
      const pairs = tagged(legacy.text, candidate.text)
      if (pairs.length === 0) return 'conflict'
      return pairs.some(([ours, theirs]) => aliases.bind({ scope: '', legacy: ours, candidate: theirs }) === 'conflict') ? 'conflict' : 'paired'
    }
  }
}

function isWithin (text: string, { from, to }: Clock): boolean {
  const moment = /^\d{10}$/.test(text) ? Number(text) * 1000 : /^\d{13}$/.test(text) ? Number(text) : Date.parse(text)
  return moment >= from - clockSlackMs && moment <= to + clockSlackMs
}

function decoded (response: ExchangeResponse): Buffer {
  return decodeContent(response.body, contentCodings(response.headers), decodedLimit) ?? response.body
}
