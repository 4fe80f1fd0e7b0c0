import type { Provider } from '../../types/models.ts'

/**
 * How a provider behaves.
 * `ok`: as the provider does; `shred`: so, in pieces of a few bytes; `slow`: so, after a minute; `hold`: so, after `release()`;
 * `hang`: says nothing; `stall`: streams one delta and nothing more; `down`: the connection breaks without a head;
 * `fail`: 500; `overloaded`: 529; `reject`: 400; `limit`: 429 with Retry-After 0; `limit-date`: with the date that is now;
 * `limit-long`: with an hour; `limit-silent`: without; `garbage`: 200 with what is not the format; `garbage-late`: a stream
 * so, after a delta; `error`: an error event after a delta, plain 500; `cut`: the connection breaks mid-way, after deltas;
 * `cut-early`: after the head, before any delta; `end-early`: a stream ends tidily, after deltas, without its end marker.
 */
export const behaviours = [
  'ok', 'shred', 'slow', 'hold', 'hang', 'stall', 'down', 'fail', 'overloaded', 'reject', 'limit', 'limit-date', 'limit-long',
  'limit-silent', 'garbage', 'garbage-late', 'error', 'cut', 'cut-early', 'end-early'
] as const
export type Behaviour = typeof behaviours[number]

/** What the directive of a prompt (`[stand-in openai=fail gpt-4o=cut all=ok]`) says for a model: the nearest name counts. */
export function directed (prompt: string, model: string, provider: Provider): Behaviour | undefined {
  const directive = /\[stand-in ([^\]]*)\]/.exec(prompt)?.[1]
  if (directive === undefined) return undefined
  const said = new Map(directive.trim().split(/\s+/).map(word => word.split('=', 2) as [string, string | undefined]))
  const name = said.get(model) ?? said.get(provider) ?? said.get('all')
  return behaviours.find(behaviour => behaviour === name)
}
