import { fault } from '../../errors.ts'
import { filledJson, type Values } from './fill.ts'
import { NumberText } from './number-text.ts'
import type { Scenario, Step } from './scenario.ts'

/** What a function that derives a value is given. */
export interface DeriveInput {
  /** What this side captured and derived so far, and the scenario's `let`, by name. Numbers beyond what a double holds are texts. */
  readonly values: Readonly<Record<string, unknown>>
  /** What the step gives it beside its name, with this side's values filled in; undefined when it gives nothing. */
  readonly with: unknown
  /** Where this side answers. */
  readonly origin: string
}

/** Computes a value from earlier answers, as a client does: a signature, an assertion, a one-time code. */
export type Derive = (input: DeriveInput) => unknown

/** Functions by the names that scenarios give them. */
export type Derivations = Readonly<Record<string, Derive>>

/** The functions that a step calls, by the name of the value, in their order. */
export function derivationsOf (step: Pick<Step, 'derive'>): ReadonlyArray<{ readonly name: string, readonly by: string, readonly given: unknown }> {
  return Object.entries(step.derive ?? {}).map(([name, value]) => typeof value === 'string' ? { name, by: value, given: undefined } : { name, by: value.by, given: value.with })
}

/** Whether what a step derives may rest on any value: a function that is given nothing sees them all. */
export function derivesFromAll (step: Pick<Step, 'derive'>): boolean {
  return derivationsOf(step).some(({ given }) => given === undefined)
}

/**
 * Checks that all that scenarios derive can be derived.
 * @param derivations what the surroundings give
 * @throws CUT_DERIVE_UNKNOWN
 */
export function checkDerivations (scenarios: readonly Scenario[], derivations: Derivations = {}): void {
  for (const scenario of scenarios) {
    for (const [index, step] of scenario.steps.entries()) {
      const unknown = derivationsOf(step).find(({ by }) => !Object.hasOwn(derivations, by))
      if (unknown !== undefined) throw fault('CUT_DERIVE_UNKNOWN', scenario.name, index + 1, unknown.name, unknown.by, Object.keys(derivations).join(', ') || 'none')
    }
  }
}

/**
 * Derives what a step asks for; each value may rest on the one before.
 * @param values of one side; what is derived is added
 * @param timeoutMs for each of them
 * @returns what was derived, and what stands in the way when something could not be
 */
export async function deriveFor (step: Pick<Step, 'derive'>, values: Map<string, unknown>, derivations: Derivations | undefined, origin: URL, timeoutMs: number): Promise<{ readonly derived: Readonly<Record<string, unknown>>, readonly problem?: string }> {
  const derived: Record<string, unknown> = {}
  for (const { name, by, given } of derivationsOf(step)) {
    const derive = derivations !== undefined && Object.hasOwn(derivations, by) ? derivations[by] : undefined
    try {
      if (derive === undefined) throw new Error('the module of parity.surroundings gives no such function')
      const value = await within(timeoutMs, async () => await derive({ values: plain(values), with: filled(given, values), origin: origin.origin }))
      derived[name] = jsonValue(value)
      values.set(name, derived[name])
    } catch (error) {
      return { derived, problem: `${name} could not be derived by ${by}: ${error instanceof Error ? error.message : String(error)}` }
    }
  }
  return { derived }
}

function plain (values: Values): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...values].map(([name, value]) => [name, withoutNumberText(value)]))
}

function filled (given: unknown, values: Values): unknown {
  return given === undefined ? undefined : withoutNumberText(filledJson(given, values))
}

function withoutNumberText (value: unknown): unknown {
  if (value instanceof NumberText) return String(value)
  if (Array.isArray(value)) return value.map(withoutNumberText)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNumberText(inner)]))
}

function jsonValue (value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new Error(`it gave ${typeof value}, which is no value of JSON`)
  return JSON.parse(text) as unknown
}

async function within<Result> (ms: number, work: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
