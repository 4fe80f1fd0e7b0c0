import type { Sent } from './sent.ts'

const moments = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?/g
const invented = /eyJ[\w-]+\.[\w-]+\.[\w-]*|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[\w-]{16,}|\d+/gi

/**
 * Answers to copies of one request in an order that does not depend on which came first, nor on the values that a side
 * made up: the first of one side then belongs to the first of another. Those that say the same are in the order of the moments in
 * them, when each was made: a list that is asked for later has them in an order that follows from it.
 */
export function inOrder (sent: readonly Sent[]): readonly Sent[] {
  if (sent.length < 2) return sent
  return sent.map(each => ({ each, key: keyOf(each), moments: momentsOf(each) }))
    .sort((a, b) => compare(a.key, b.key) || compare(a.moments, b.moments)).map(({ each }) => each)
}

function compare (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function momentsOf (sent: Sent): string {
  return 'failure' in sent ? '' : (sent.exchange.response.body.toString('latin1', 0, 65536).match(moments) ?? []).join()
}

function keyOf (sent: Sent): string {
  if ('failure' in sent) return `~${sent.failure.kind}`
  const { status, body } = sent.exchange.response
  const text = body.toString('latin1', 0, 65536)
  const values = (text.match(invented) ?? []).filter(value => value.length >= 16).slice(0, 100)
  // The beginning of a key, told beside it, is as much made up as the key.
  const whole = values.length === 0 ? text : text.replace(/"[^"\\]{4,15}"/g, part => values.some(value => value.includes(part.slice(1, -1))) ? '#' : part)
  return `${status} ${whole.replace(invented, '#')}`
}
