import type { ExchangeResponse, Field } from '../../../src/message/exchange.ts'
import { compareResponses, type CompareOptions } from '../../../src/parity/compare/compare.ts'

/** An answer with a body of a type. */
export function answer (body: string | Buffer, type = 'application/json', more: { status?: number, headers?: readonly Field[] } = {}): ExchangeResponse {
  return {
    status: more.status ?? 200,
    headers: [...(type === '' ? [] : [['Content-Type', type] as const]), ...more.headers ?? []],
    body: typeof body === 'string' ? Buffer.from(body) : body
  }
}

/** Kinds and pointers of the differences of two answers: `value /body/id`. */
export function differences (legacy: ExchangeResponse, candidate: ExchangeResponse, options?: CompareOptions): string[] {
  return compareResponses(legacy, candidate, options).differences.map(({ kind, pointer }) => `${kind} ${pointer}`)
}

/** The same for two JSON texts. */
export function jsonDifferences (legacy: string, candidate: string, options?: CompareOptions): string[] {
  return differences(answer(legacy), answer(candidate), options)
}
