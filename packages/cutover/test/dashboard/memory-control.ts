import type { Change, Control, FeatureState } from '../../src/config/control.ts'
import { fault } from '../../src/errors.ts'

/** Shares that are kept in memory only. */
export function memoryControl (): Control & { readonly changes: Change[], readonly explained: unknown[] } {
  const features = new Map<string, FeatureState>(['health', 'vehicles'].map(feature => [feature, {
    feature, risk: 'low', routes: [`/${feature}`], share: 0, rolledBack: false, breaker: 'closed', stickyBy: undefined
  }]))
  const changes: Change[] = []
  const explained: unknown[] = []
  const find = (name: string) => {
    const state = features.get(name)
    if (state === undefined) throw fault('CUT_FEATURE_UNKNOWN', name, ' Did you mean "vehicles"?', [...features.keys()].join(', '))
    return state
  }
  const change = (kind: Change['kind'], state: FeatureState, to: number, cause: { who: string, why: string }): Change => {
    const made: Change = { at: '2026-01-02T03:04:05.678Z', kind, feature: state.feature, from: state.share, to, ...cause }
    features.set(state.feature, { ...state, share: to, rolledBack: kind === 'rollback' })
    changes.push(made)
    return made
  }
  return {
    changes,
    explained,
    features: () => [...features.values()],
    setShare: async (name, share, cause) => change('share', find(name), share, cause),
    rollback: async (name, cause) => (name === undefined ? [...features.values()] : [find(name)]).map(state => change('rollback', state, 0, cause)),
    history: async limit => changes.slice(-limit),
    explain (request) {
      explained.push(request)
      return { backend: 'legacy', reason: 'share', feature: 'vehicles', bucket: 17 }
    },
    sideOf: () => undefined,
    onChange: () => () => {}
  }
}
