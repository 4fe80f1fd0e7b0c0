import type { Sent } from './sent.ts'

const invented = /eyJ[\w-]+\.[\w-]+\.[\w-]*|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[\w-]{16,}|\d+/gi

/**
 * Answers to copies of one request in an order that does not depend on which came first, nor on the values that a side
 * made up: the first of one side then belongs to the first of another.
 */
export function inOrder (sent: readonly Sent[]): readonly Sent[] {
  if (sent.length < 2) return sent
  return sent.map(each => ({ each, key: keyOf(each) })).sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0).map(({ each }) => each)
}

function keyOf (sent: Sent): string {
  if ('failure' in sent) return `~${sent.failure.kind}`
  const { status, body } = sent.exchange.response
  return `${status} ${body.toString('latin1', 0, 65536).replace(invented, '#')}`
}
