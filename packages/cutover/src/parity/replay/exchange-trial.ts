import type { Exchange, ExchangeRequest, ExchangeResponse } from '../../message/exchange.ts'
import { isSafe } from '../../message/method.ts'
import type { Route } from '../../config/settings.ts'
import type { Aliases } from '../alias.ts'
import { causeOf } from '../cause.ts'
import type { Comparison } from '../compare/compare.ts'
import type { Difference } from '../compare/difference.ts'
import { learnNoise } from '../noise.ts'
import type { Sender } from '../send/sender.ts'
import { isTagNoise, withComparableTags } from '../trial/entity-tag.ts'
import type { SendFailure } from '../trial/result.ts'
import type { Side, SideName } from '../trial/side.ts'
import type { TrialContext } from '../trial/trial.ts'
import { comparePair, type Clock } from './compare-pair.ts'
import { endpointName, pathOf } from './endpoint.ts'
import type { Counterparts } from './counterparts.ts'
import { causesOf, type Found, type Gathered } from './gathered.ts'
import type { Plans } from './plans.ts'
import { prepare, reasonToSkip, type PrepareOptions } from './prepare.ts'

/** What the exchanges of a replay share. */
export interface ReplayWorld {
  readonly context: TrialContext
  readonly sender: Sender
  readonly plans: Plans
  /** Which value of the candidate's stands for which of legacy's. */
  readonly pairing: Aliases
  readonly counterparts: Readonly<Record<SideName, Counterparts>>
  readonly prepare: (side: SideName) => PrepareOptions
  readonly unsafe: boolean
  /** When the replay began, milliseconds since 1970. */
  readonly begun: number
  readonly routes: readonly Route[]
  /** Brings up a side that did not take a connection; false when it stays down. */
  revive (side: Side): Promise<boolean>
}

type Answer = { readonly request: ExchangeRequest, readonly response: ExchangeResponse, readonly durationMs: number, readonly startedAt: string } | { readonly failure: SendFailure }
type Answers = Readonly<Record<'legacy' | 'candidate', Answer>> & { readonly twin: Answer | undefined }

/** Tries of a request that may be sent again, the first included. */
const tries = 3

/** Sends one recorded request to all sides, and gathers how their answers differ. */
export async function tryExchange (recorded: Exchange, where: { readonly case: string, readonly step: number }, world: ReplayWorld, gathered: Gathered): Promise<void> {
  const { request } = recorded
  const skipped = reasonToSkip(request, recorded.response.status, world.unsafe)
  if (skipped !== undefined) return gathered.skip(skipped)
  const prepared = preparedFor(request, world)
  if (typeof prepared === 'string') return gathered.skip(prepared)
  const endpoint = endpointName(request.method, request.target, world.routes)
  const answers = await ask(prepared, world)
  const { legacy } = answers
  gathered.asked(endpoint, 'response' in legacy ? legacy.response.status : undefined)
  if ('response' in legacy && recorded.response.status !== 0 && legacy.response.status !== recorded.response.status) gathered.strayed++
  for (const [name, answer] of Object.entries(answers) as ReadonlyArray<[SideName, Answer | undefined]>) {
    if (answer !== undefined && 'response' in answer) world.counterparts[name].learn(request, recorded.response, answer.response)
  }
  const first = judge(endpoint, request, answers, world, gathered)
  if (first.length === 0) return
  const confirmed = await confirm(first, prepared, endpoint, request, world)
  for (const one of first) {
    gathered.add({ cause: one.cause, kind: one.kind, endpoint, message: one.message, confirmed: confirmed.has(one.cause), retried: isSafe(request.method) }, {
      ...where,
      ...(one.difference && { difference: one.difference }),
      ...pairOf(answers)
    })
  }
}

type Judged = Pick<Found, 'cause' | 'kind' | 'message'> & { readonly difference?: Difference }

/** A read is sent again, until each difference has shown twice; those of a write are looked at when all is done. */
async function confirm (first: readonly Judged[], prepared: Prepared, endpoint: string, request: ExchangeRequest, world: ReplayWorld): Promise<ReadonlySet<string>> {
  const confirmed = new Set<string>()
  if (!isSafe(request.method)) return confirmed
  for (let again = 1; again < tries && confirmed.size < first.length; again++) {
    const answers = await ask(prepared, world)
    for (const one of judge(endpoint, request, answers, world, undefined)) confirmed.add(one.cause)
  }
  return confirmed
}

type Prepared = Readonly<Record<'legacy' | 'candidate', ExchangeRequest>> & { readonly twin: ExchangeRequest | undefined }

function preparedFor (request: ExchangeRequest, world: ReplayWorld): Prepared | string {
  const forSide = (name: SideName): ExchangeRequest | string => prepare(request, world.counterparts[name], world.prepare(name))
  const legacy = forSide('legacy')
  const candidate = forSide('candidate')
  const twin = world.context.sides.twin === undefined ? undefined : forSide('twin')
  // What one side lacks would be a difference of its making.
  for (const one of [legacy, candidate, twin]) if (typeof one === 'string') return one
  return { legacy, candidate, twin } as Prepared
}

async function ask (prepared: Prepared, world: ReplayWorld): Promise<Answers> {
  const { legacy, candidate, twin } = world.context.sides
  const [one, other, again] = await Promise.all([
    answerOf(legacy, prepared.legacy, world),
    answerOf(candidate, prepared.candidate, world),
    twin === undefined || prepared.twin === undefined ? undefined : answerOf(twin, prepared.twin, world)
  ])
  return { legacy: one, candidate: other, twin: again }
}

async function answerOf (side: Side, request: ExchangeRequest, world: ReplayWorld): Promise<Answer> {
  const { context: { timeoutMs, bodyLimit, signal } } = world
  for (let again = false; ; again = true) {
    const startedAt = new Date().toISOString()
    const sent = await world.sender.send(side.origin(), request, { timeoutMs, bodyLimit, signal })
    if ('response' in sent) return { request, response: sent.response, durationMs: sent.durationMs, startedAt }
    // Nothing listens: it may have died of an earlier request, and this one was not sent.
    if (sent.failure.kind !== 'refused' || again || !await world.revive(side)) return { failure: sent.failure }
  }
}

function judge (endpoint: string, request: ExchangeRequest, { legacy, candidate, twin }: Answers, { context, plans, pairing, begun }: ReplayWorld, gathered: Gathered | undefined): readonly Judged[] {
  if ('failure' in legacy || 'failure' in candidate) return failuresOf(endpoint, legacy, candidate, twin)
  const { method } = request
  const path = pathOf(request.target)
  if (twin !== undefined && 'response' in twin) {
    const { other } = withComparableTags(legacy.response, twin.response, isTagNoise(legacy.response, twin.response))
    context.noise = learnNoise(context.noise, endpoint, legacy.response, other, plans.without({ method, path, name: endpoint }), method)
  }
  const comparison = comparePair(legacy, candidate, {
    plan: plans.of({ method, path, name: endpoint }, context.sides.twin === undefined ? undefined : context.noise),
    pairing,
    clocks: context.sides.twin === undefined ? nowClocks(begun) : undefined,
    twin: twin !== undefined && 'response' in twin ? twin.response : undefined
  })
  gathered?.leaveOut(endpoint, comparison)
  return causesOf(endpoint, comparison.differences)
}

function nowClocks (from: number): { readonly legacy: Clock, readonly candidate: Clock } {
  const clock = { from, to: Date.now() }
  return { legacy: clock, candidate: clock }
}

function failuresOf (endpoint: string, legacy: Answer, candidate: Answer, twin: Answer | undefined): readonly Judged[] {
  const [ours, theirs] = ['failure' in legacy ? legacy.failure : undefined, 'failure' in candidate ? candidate.failure : undefined]
  if (ours?.kind === theirs?.kind) return []
  // Legacy and its twin do not agree either.
  if (twin !== undefined && ('failure' in twin ? twin.failure.kind : undefined) !== ours?.kind) return []
  const detail = theirs === undefined ? `legacy ${ours!.kind}` : `candidate ${theirs.kind}`
  const message = theirs === undefined ? `legacy did not answer, the candidate did: ${ours!.message}` : `the candidate did not answer: ${theirs.message}`
  return [{ cause: causeOf({ kind: 'failure', endpoint, detail }), kind: 'failure', message }]
}

function pairOf ({ legacy, candidate }: Answers): { readonly exchanges?: { readonly legacy: Exchange, readonly candidate: Exchange } } {
  if ('failure' in legacy || 'failure' in candidate) return {}
  return { exchanges: { legacy: { ...legacy, backend: 'legacy' }, candidate: { ...candidate, backend: 'candidate' } } }
}

/** What a comparison still shows of a cause by what is known now. */
export function stillShows (comparison: Comparison, endpoint: string, cause: string): boolean {
  return causesOf(endpoint, comparison.differences).some(one => one.cause === cause)
}
