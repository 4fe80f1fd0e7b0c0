import type { ExchangeRequest } from '../../message/exchange.ts'
import type { Step } from './scenario.ts'

/** Values by name, as JSON has them. */
export type Values = ReadonlyMap<string, unknown>

/**
 * The request of a step with a side's own values in it. Of `${name}` in a text, `$${name}` is the text itself.
 * @returns what stands in the way when a value is not there or cannot stand where it should
 */
export function fillStep (step: Step, values: Values): ExchangeRequest | { readonly problem: string } {
  throw new Error(`not built yet ${step.request} ${values.size}`)
}

/** A text that {@link fillStep} leaves as it is, whatever it looks like. */
export function literal (text: string): string {
  return text.replace(/\$\{[\w-]+\}/g, name => `$${name}`)
}
