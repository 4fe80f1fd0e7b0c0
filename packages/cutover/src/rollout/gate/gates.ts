import type { GateResult } from '../../config/control.ts'
import type { RolloutSettings } from '../../config/rollout-settings.ts'
import type { Reading } from '../reading.ts'
import type { Gate, Json } from './gate.ts'

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
  /** What every gate says, in the order of the config, after `burst`. */
  judge (state: GatesState): readonly GateResult[]
}

/**
 * The gates of a feature's rollout: those of its settings, and `burst`, which fails as soon as the breaker opens.
 * @param feature sticky: by whose choice `sampleRatio` is left out, as users are split and not their requests
 */
export function gatesOf (settings: RolloutSettings, feature: { readonly sticky: boolean }): Gates {
  return joined(settings, feature, [])
}

function joined (_settings: RolloutSettings, _feature: { readonly sticky: boolean }, gates: ReadonlyArray<Gate<Json>>): Gates {
  const each = (seen: GatesState['seen'], change: (gate: Gate<Json>, seen: Json) => Json): GatesState['seen'] =>
    Object.fromEntries(gates.map(gate => [gate.name, change(gate, seen[gate.name] ?? gate.open())]))
  return {
    open: () => ({ seen: each({}, (_, seen) => seen), failed: {} }),
    enterStage: state => ({ ...state, seen: each(state.seen, (gate, seen) => gate.enterStage(seen)) }),
    observe (state, before, now) {
      const seen = each(state.seen, (gate, was) => gate.observe(was, before, now))
      const fresh = gates.filter(gate => state.failed[gate.name] === undefined && gate.alarmed(seen[gate.name]!))
      return { seen, failed: { ...state.failed, ...Object.fromEntries(fresh.map(gate => [gate.name, gate.judge(seen[gate.name]!)])) } }
    },
    failure: state => Object.values(state.failed)[0],
    judge: state => gates.map(gate => state.failed[gate.name] ?? gate.judge(state.seen[gate.name] ?? gate.open()))
  }
}
