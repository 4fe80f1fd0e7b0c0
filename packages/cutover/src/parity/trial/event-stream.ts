import { Buffer } from 'node:buffer'
import type { ExchangeResponse } from '../../message/exchange.ts'

const eventEnd = /\r\n\r\n|\n\n|\r\r/g

/**
 * Streams that were still open when the time was up: as many whole events of each as all of them have, for how far
 * each got is chance.
 */
export function toSameEvents (responses: readonly ExchangeResponse[]): readonly ExchangeResponse[] {
  const ends = responses.map(({ body }) => [...body.toString('latin1').matchAll(eventEnd)].map(match => match.index + match[0].length))
  const events = Math.min(...ends.map(each => each.length))
  return responses.map((response, index) => ({ ...response, body: Buffer.from(response.body.subarray(0, events === 0 ? 0 : ends[index]![events - 1])) }))
}
