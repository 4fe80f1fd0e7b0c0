import { ErrorCode, OpenFeatureEventEmitter, ProviderEvents, StandardResolutionReasons, type EvaluationContext, type JsonValue, type Provider, type ResolutionDetails } from '@openfeature/server-sdk'
import type { Control, Explanation, FeatureState } from '../../config/control.ts'
import type { BackendName } from '../../config/target.ts'
import { formatShare } from '../../config/units.ts'
import { decisionIn } from './request-context.ts'

/** What the provider asks of a switch; the `control` of one is more than that. */
export type Asked = Pick<Control, 'features' | 'sideOf' | 'onChange'>

/**
 * A switch of this process as a provider of OpenFeature, with one flag for each feature, named like it: a boolean
 * (whether it is the candidate's turn), a string (`legacy`, `candidate`) and a number (the share in per cent).
 *
 * Which side is told by the context: the decision of a request (see `requestContext`), or a `targetingKey` that is the
 * sticky key of a user. Without either, only a share of 0 % or 100 % has a side; else it is TARGETING_KEY_MISSING.
 */
export function cutoverProvider (of: Asked | { readonly control: Asked }): Provider {
  return new SwitchProvider('control' in of ? of.control : of)
}

/**
 * For a process that is one of the backends, apart from the switch: every request that it gets is on its side, and
 * that is all it knows. Shares are known to the switch alone.
 * @param features their names; other flags are FLAG_NOT_FOUND
 */
export function backendProvider (backend: BackendName, { features }: { readonly features: readonly string[] }): Provider {
  return new BackendProvider(backend, features)
}

/** A flag's value, its variant and why; or what is wrong. */
type Answer<T> = Omit<ResolutionDetails<T>, 'value'> & { readonly value?: T }

abstract class FeatureProvider implements Provider {
  abstract readonly metadata: Provider['metadata']
  readonly runsOn = 'server'

  async resolveBooleanEvaluation (key: string, ifNone: boolean, context: EvaluationContext): Promise<ResolutionDetails<boolean>> {
    const { value, ...side } = this.side(key, context)
    return resolved(value === undefined ? side : { ...side, value: value === 'candidate' }, ifNone)
  }

  async resolveStringEvaluation (key: string, ifNone: string, context: EvaluationContext): Promise<ResolutionDetails<string>> {
    return resolved<string>(this.side(key, context), ifNone)
  }

  async resolveNumberEvaluation (key: string, ifNone: number): Promise<ResolutionDetails<number>> {
    return resolved(this.share(key), ifNone)
  }

  async resolveObjectEvaluation<T extends JsonValue> (key: string, ifNone: T): Promise<ResolutionDetails<T>> {
    const share = this.share(key)
    return resolved<T>(share.errorCode === ErrorCode.FLAG_NOT_FOUND ? { errorCode: share.errorCode } : wrong(ErrorCode.TYPE_MISMATCH, 'The flag of a feature is a boolean, a string or a number.'), ifNone)
  }

  protected abstract side (feature: string, context: EvaluationContext): Answer<BackendName>
  protected abstract share (feature: string): Answer<number>
}

class SwitchProvider extends FeatureProvider {
  readonly metadata = { name: 'cutover' }
  readonly events = new OpenFeatureEventEmitter()
  readonly #control: Asked
  #leave: (() => void) | undefined

  constructor (control: Asked) {
    super()
    this.#control = control
  }

  async initialize (): Promise<void> {
    this.#leave ??= this.#control.onChange(({ feature }) => this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [feature] }))
  }

  async onClose (): Promise<void> {
    this.#leave?.()
    this.#leave = undefined
  }

  protected side (feature: string, context: EvaluationContext): Answer<BackendName> {
    const state = this.#find(feature)
    if (state === undefined) return notFound(feature)
    const side = decisionIn(context, feature) ?? this.#control.sideOf(feature, context.targetingKey)
    if (side === undefined) {
      return wrong(ErrorCode.TARGETING_KEY_MISSING, state.stickyBy === undefined
        ? `Requests of ${feature} are drawn one by one: give requestContext(response).`
        : `Users of ${feature} are told apart by ${state.stickyBy}: give that as targetingKey, or requestContext(response).`)
    }
    const { backend, reason } = side
    return { value: backend, variant: backend, reason: reasonOf(reason, state), flagMetadata: { ...metadataOf(state), decision: reason } }
  }

  protected share (feature: string): Answer<number> {
    const state = this.#find(feature)
    if (state === undefined) return notFound(feature)
    return { value: state.share / 100, variant: formatShare(state.share), reason: StandardResolutionReasons.STATIC, flagMetadata: metadataOf(state) }
  }

  #find (name: string): FeatureState | undefined {
    return this.#control.features().find(({ feature }) => feature === name)
  }
}

class BackendProvider extends FeatureProvider {
  readonly metadata = { name: 'cutover-backend' }
  readonly #backend: BackendName
  readonly #features: ReadonlySet<string>

  constructor (backend: BackendName, features: readonly string[]) {
    super()
    this.#backend = backend
    this.#features = new Set(features)
  }

  protected side (feature: string): Answer<BackendName> {
    if (!this.#features.has(feature)) return notFound(feature)
    return { value: this.#backend, variant: this.#backend, reason: StandardResolutionReasons.STATIC }
  }

  protected share (feature: string): Answer<number> {
    return this.#features.has(feature) ? wrong(ErrorCode.TYPE_MISMATCH, 'Shares are known to the switch alone: ask there, or evaluate a boolean or a string.') : notFound(feature)
  }
}

function resolved<T> ({ value, ...answer }: Answer<T>, ifNone: T): ResolutionDetails<T> {
  return value === undefined ? { reason: StandardResolutionReasons.ERROR, ...answer, value: ifNone } : { ...answer, value }
}

function notFound (feature: string): Answer<never> {
  return wrong(ErrorCode.FLAG_NOT_FOUND, `There is no feature "${feature}".`)
}

function wrong (errorCode: ErrorCode, errorMessage: string): Answer<never> {
  return { errorCode, errorMessage }
}

function reasonOf (reason: Explanation['reason'], { share }: FeatureState): string {
  if (reason === 'share') return share > 0 && share < 10_000 ? StandardResolutionReasons.SPLIT : StandardResolutionReasons.STATIC
  return reason === 'breaker' ? 'BREAKER' : StandardResolutionReasons.TARGETING_MATCH
}

function metadataOf ({ feature, share, risk, rolledBack, breaker }: FeatureState): Record<string, string | number | boolean> {
  return { feature, share: share / 100, risk, rolledBack, breaker }
}
