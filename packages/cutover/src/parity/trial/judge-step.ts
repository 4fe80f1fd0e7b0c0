import { contentCodings, decodeContent } from '../../message/body.ts'
import type { Exchange, ExchangeResponse } from '../../message/exchange.ts'
import type { Aliases } from '../alias.ts'
import { compareResponses } from '../compare/compare.ts'
import type { Difference } from '../compare/difference.ts'
import type { Tally } from '../compare/findings.ts'
import { learnNoise, type NoiseProfile } from '../noise.ts'
import { planFor, type Endpoint } from '../rules.ts'
import type { Step } from '../scenario/scenario.ts'
import { isTagNoise, withComparableTags } from './entity-tag.ts'
import { toSameEvents } from './event-stream.ts'
import { endpointOf, unmet } from './expectation.ts'
import type { LaneStep } from './lane.ts'
import type { Answer, Sent } from './sent.ts'
import type { SendFailure, StepResult } from './result.ts'
import type { TrialContext } from './trial.ts'

/** What the sides gave to a step; a side that could not take part is undefined. */
export interface StepAnswers {
  readonly legacy: LaneStep
  readonly twin: LaneStep | undefined
  readonly candidate: LaneStep | undefined
}

const decodedLimit = 32 * 1024 * 1024

/** Learns from legacy and its twin what is noise in the answers to a step. */
export function learnFromStep (step: Step, { legacy, twin }: StepAnswers, context: TrialContext): readonly Difference[] {
  if (twin === undefined) return []
  const name = endpointOf(step)
  const before = context.noise
  for (const [one, other] of pairs(legacy, twin)) {
    if (!('exchange' in one) || !('exchange' in other)) continue
    const [a, b] = comparable(one, other)
    const plan = planFor(context.rules, endpointFor(one.exchange, name))
    const { other: tagged } = withComparableTags(a, b, isTagNoise(a, b))
    context.noise = learnNoise(context.noise, name, a, tagged, plan, one.exchange.request.method)
  }
  return newlyUnstable(before, context.noise, name)
}

/** Compares what legacy and the candidate answered to a step, under all the noise that is known by now. */
export function judgeStep (step: Step, number: number, answers: StepAnswers, unstable: readonly Difference[], aliases: Aliases, context: TrialContext): StepResult {
  const { legacy, twin, candidate } = answers
  const name = endpointOf(step)
  const differences: Difference[] = []
  const leftOut: Tally[] = []
  if (candidate !== undefined) {
    pairs(legacy, candidate).forEach(([one, other], index) => {
      if (!('exchange' in one) || !('exchange' in other)) return
      const same = twin?.sent[index]
      const isNoise = same !== undefined && 'exchange' in same && isTagNoise(one.exchange.response, same.exchange.response)
      const { request } = one.exchange
      const [a, b] = comparable(one, other)
      const hasBody = request.method !== 'HEAD' && a.status !== 304
      const tagged = withComparableTags(a, b, isNoise || (twin === undefined && !hasBody))
      const plan = planFor(context.rules, endpointFor(one.exchange, name), context.sides.twin === undefined ? undefined : context.noise)
      const pairing = aliases.forTarget(request.target, { legacy: decoded(a), candidate: decoded(b) })
      const comparison = compareResponses(a, tagged.other, { plan, pairing, method: request.method })
      differences.push(...comparison.differences, ...openness(one, other))
      leftOut.push(...comparison.leftOut, ...tagged.leftOut === undefined ? [] : [tagged.leftOut])
    })
    differences.push(...lacking(legacy, candidate).filter(({ pointer }) => !differences.some(known => pointer === known.pointer || pointer.startsWith(`${known.pointer}/`))))
  }
  const exchanges = { ...exchangeOf('legacy', legacy), ...exchangeOf('twin', twin), ...exchangeOf('candidate', candidate) }
  const failures = { ...failureOf('legacy', legacy), ...failureOf('twin', twin), ...failureOf('candidate', candidate) }
  const unexpected = step.expect === undefined ? [] : legacy.sent.flatMap(sent => 'exchange' in sent ? unmet(step.expect!, sent.exchange.response) : [])
  return { step: number, endpoint: name, exchanges, failures, differences, unstable, leftOut, unexpected: [...new Set(unexpected)] }
}

function endpointFor ({ request }: Exchange, name: string): Endpoint {
  return { method: request.method, path: request.target.split('?', 1)[0]!, name }
}

function pairs (legacy: LaneStep, other: LaneStep): ReadonlyArray<readonly [Sent, Sent]> {
  return legacy.sent.flatMap((sent, index) => other.sent[index] === undefined ? [] : [[sent, other.sent[index]] as const])
}

function comparable (one: Answer, other: Answer): readonly [ExchangeResponse, ExchangeResponse] {
  const responses = [one.exchange.response, other.exchange.response] as const
  if (one.cut !== 'timeout' && other.cut !== 'timeout') return responses
  const [a, b] = toSameEvents(responses)
  return [a!, b!]
}

/** One side ends its stream and the other holds it open. */
function openness (one: Answer, other: Answer): readonly Difference[] {
  if ((one.cut === undefined) === (other.cut === undefined)) return []
  const shown = (cut: string | undefined) => ({ type: 'text', text: cut === undefined ? 'ends' : 'stays open', length: 0 }) as const
  return [{ kind: 'format', pointer: '/body', pattern: '/body', legacy: shown(one.cut), candidate: shown(other.cut), note: 'the stream of events' }]
}

/** Captures that only the candidate's answer lacks. */
function lacking (legacy: LaneStep, candidate: LaneStep): readonly Difference[] {
  return candidate.lacking.filter(({ name }) => candidate.sent.some(sent => 'exchange' in sent) && !legacy.lacking.some(other => other.name === name)).map(({ name, from }) => {
    const pointer = from.startsWith('header:') ? `/headers/${from.slice(7).toLowerCase()}` : from.startsWith('cookie:') ? `/headers/set-cookie/${from.slice(7)}` : `/body${from}`
    return { kind: 'missing', pointer, pattern: pointer.replace(/\/\d+(?=\/|$)/g, '/*'), note: `nothing to capture as ${name}` }
  })
}

function decoded (response: ExchangeResponse): Buffer {
  return decodeContent(response.body, contentCodings(response.headers), decodedLimit) ?? response.body
}

function exchangeOf<Name extends string> (name: Name, taken: LaneStep | undefined): Partial<Record<Name, Exchange>> {
  const sent = taken?.sent.find(each => 'exchange' in each)
  return (sent === undefined ? {} : { [name]: (sent as { exchange: Exchange }).exchange }) as Partial<Record<Name, Exchange>>
}

function failureOf<Name extends string> (name: Name, taken: LaneStep | undefined): Partial<Record<Name, SendFailure>> {
  const sent = taken?.sent.find(each => 'failure' in each)
  return (sent === undefined ? {} : { [name]: (sent as { failure: SendFailure }).failure }) as Partial<Record<Name, SendFailure>>
}

function newlyUnstable (before: NoiseProfile, after: NoiseProfile, endpoint: string): readonly Difference[] {
  const known = new Map((Object.hasOwn(before, endpoint) ? before[endpoint]!.unstable : []).map(each => [`${each.kind} ${each.pattern}`, each.count]))
  return (Object.hasOwn(after, endpoint) ? after[endpoint]!.unstable : [])
    .filter(each => each.count > (known.get(`${each.kind} ${each.pattern}`) ?? 0))
    .map(({ kind, pattern, example }) => ({ kind, pattern, pointer: example }))
}
