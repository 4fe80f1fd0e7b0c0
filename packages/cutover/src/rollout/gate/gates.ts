import type { GateResult } from '../../config/control.ts'
import type { GateSettings, RolloutSettings } from '../../config/rollout-settings.ts'
import type { Reading } from '../reading.ts'
import { splitAlpha } from './alpha.ts'
import { askedGate } from './asked-gate.ts'
import { burstGate } from './burst-gate.ts'
import { failureGate } from './failure-gate.ts'
import type { Gate, Json } from './gate.ts'
import { latencyGate } from './latency-gate.ts'
import { parityGate } from './parity-gate.ts'
import type { Certainty } from './part.ts'
import { processGate } from './process-gate.ts'
import { sampleRatioGate } from './sample-ratio-gate.ts'

/** What all gates of one feature's rollout have seen: plain JSON, which may be kept and taken up again. */
export interface GatesState {
  /** By the gate's name. */
  readonly seen: Readonly<Record<string, Json>>
  /** Gates that failed, with what they said at that moment: a failure stays. */
  readonly failed: Readonly<Record<string, GateResult>>
}

/** The gates of one feature's rollout. Pure: every method gives a new state and changes nothing. */
export interface Gates {
  /** At the start of a rollout. */
  open (): GatesState
  /** When a stage begins; also the first. */
  enterStage (state: GatesState): GatesState
  /** At every tick. `before` is the reading of the tick before, undefined at the first. */
  observe (state: GatesState, before: Reading | undefined, now: Reading): GatesState
  /** The first gate that failed; undefined while none has. Quick: for every tick. */
  failure (state: GatesState): GateResult | undefined
  /** What every gate says: `burst`, then those of the config in its order. */
  judge (state: GatesState): readonly GateResult[]
}

/**
 * The gates of a feature's rollout: those of its settings, and `burst`, which fails as soon as the breaker opens.
 * @param feature whether it is sticky: then `sampleRatio` is left out, as users are split and not their requests
 */
export function gatesOf ({ gates: all, alpha, confidence }: Pick<RolloutSettings, 'gates' | 'alpha' | 'confidence'>, feature: { readonly sticky: boolean }): Gates {
  const wanted = all.filter(({ kind }) => !(feature.sticky && kind === 'sampleRatio'))
  const alphas = splitAlpha(alpha, wanted)
  return joined([plain(burstGate), ...wanted.map((settings, place) => gateOf(settings, { alpha: alphas[place]!, confidence }))])
}

function gateOf (settings: GateSettings, certainty: Certainty): Gate<Json> {
  switch (settings.kind) {
    case 'errorRate': case 'fallbacks': return plain(failureGate(settings, certainty))
    case 'latency': return plain(latencyGate(settings, certainty))
    case 'memory': case 'cpu': case 'eventLoopDelay': return plain(processGate(settings))
    case 'parity': return plain(parityGate(settings))
    case 'sampleRatio': return plain(sampleRatioGate(settings.name, certainty))
    case 'custom': return plain(askedGate(settings.name, 'the function of this gate'))
    case 'prometheus': return plain(askedGate(settings.name, `Prometheus at ${settings.url.origin}`))
  }
}

/** A gate's state is of its own type inside, and only JSON outside. */
function plain<S> (gate: Gate<S>): Gate<Json> {
  return gate as unknown as Gate<Json>
}

function joined (gates: ReadonlyArray<Gate<Json>>): Gates {
  const each = (seen: GatesState['seen'], change: (gate: Gate<Json>, seen: Json) => Json): GatesState['seen'] => {
    const changed: Record<string, Json> = {}
    for (const gate of gates) changed[gate.name] = change(gate, seen[gate.name] ?? gate.open())
    return changed
  }
  return {
    open: () => ({ seen: each({}, (_, seen) => seen), failed: {} }),
    enterStage: state => ({ ...state, seen: each(state.seen, (gate, seen) => gate.enterStage(seen)) }),
    observe (state, before, now) {
      const seen = each(state.seen, (gate, was) => gate.observe(was, before, now))
      const fresh = gates.filter(gate => state.failed[gate.name] === undefined && gate.alarmed(seen[gate.name]!))
      if (fresh.length === 0) return { seen, failed: state.failed }
      return { seen, failed: { ...state.failed, ...Object.fromEntries(fresh.map(gate => [gate.name, gate.judge(seen[gate.name]!)])) } }
    },
    failure: ({ failed }) => Object.values(failed)[0],
    judge: ({ seen, failed }) => gates.map(gate => failed[gate.name] ?? gate.judge(seen[gate.name] ?? gate.open()))
  }
}
