import { isDeepStrictEqual } from 'node:util'
import type { ExchangeResponse } from '../../message/exchange.ts'
import { captureFrom } from '../scenario/capture.ts'
import type { Expectation, Step } from '../scenario/scenario.ts'

/** The name under which noise and coverage of a step are kept. */
export function endpointOf (step: Step): string {
  return step.endpoint ?? step.request.split('?', 1)[0]!
}

/** What an answer says otherwise than expected, one line each. */
export function unmet ({ status, json }: Expectation, response: ExchangeResponse): readonly string[] {
  const lines: string[] = []
  if (status !== undefined && response.status !== status) lines.push(`status ${status} was expected, ${response.status} came`)
  for (const [pointer, wanted] of Object.entries(json ?? {})) {
    const value = captureFrom(response, pointer)
    if (!isDeepStrictEqual(value, wanted)) lines.push(`${JSON.stringify(wanted)} was expected at ${pointer || 'the body'}, ${value === undefined ? 'nothing' : JSON.stringify(value)} came`)
  }
  return lines
}
