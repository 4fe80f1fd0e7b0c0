import type { ServerResponse } from 'node:http'
import type { Behaviour } from './behaviour.ts'
import { answerTo, type Asked } from './text.ts'
import type { ProviderWire } from './wire.ts'

/** What an answer may wait for, and how it breaks a connection without counting as left. */
export interface Surroundings {
  slowly (response: ServerResponse): Promise<void>
  held (response: ServerResponse): Promise<void>
  breakOff (response: ServerResponse): void
}

const retryAfter: Readonly<Partial<Record<Behaviour, () => string>>> = {
  limit: () => '0', 'limit-date': () => new Date().toUTCString(), 'limit-long': () => '3600'
}

/** Answers a request as its behaviour says. */
export async function respond (wire: ProviderWire, asked: Asked, behaviour: Behaviour, response: ServerResponse, { slowly, held, breakOff }: Surroundings): Promise<void> {
  if (behaviour === 'hang') return
  if (behaviour === 'down') return breakOff(response)
  if (behaviour === 'slow') await slowly(response)
  if (behaviour === 'hold' && !asked.stream) await held(response)
  if (response.destroyed) return
  if (behaviour === 'fail' || (behaviour === 'error' && !asked.stream)) return refuse(response, wire, 500, 'The server had an error while processing your request.')
  if (behaviour === 'overloaded') return refuse(response, wire, 529, 'Overloaded')
  if (behaviour === 'reject') return refuse(response, wire, 400, 'This prompt violates the policy.')
  if (behaviour.startsWith('limit')) {
    const seconds = retryAfter[behaviour]?.()
    return refuse(response, wire, 429, 'Rate limit reached for requests', seconds === undefined ? {} : { 'retry-after': seconds })
  }
  if (behaviour === 'garbage') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Down for maintenance</html>')
    return
  }
  await (asked.stream ? stream : answer)(wire, asked, behaviour, response, { slowly, held, breakOff })
}

/** An error in the provider's format. */
export function refuse (response: ServerResponse, wire: ProviderWire, status: number, message: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(wire.refusal(status, message))
}

async function answer (wire: ProviderWire, asked: Asked, behaviour: Behaviour, response: ServerResponse, { breakOff }: Surroundings): Promise<void> {
  const text = wire.answer(asked, answerTo(asked))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  if (behaviour === 'cut' || behaviour === 'end-early') response.write(text.slice(0, text.length / 2), () => breakOff(response))
  else if (behaviour === 'cut-early') flushThen(response, () => breakOff(response))
  else if (behaviour === 'stall') response.write(text.slice(0, text.length / 2))
  else if (behaviour === 'shred') await shred(response, text)
  else response.end(text)
}

async function stream (wire: ProviderWire, asked: Asked, behaviour: Behaviour, response: ServerResponse, { held, breakOff }: Surroundings): Promise<void> {
  const { head, deltas, tail, end } = wire.frames(asked, answerTo(asked))
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  const some = head + deltas.slice(0, 3).join('')
  if (behaviour === 'cut') response.write(some, () => breakOff(response))
  else if (behaviour === 'cut-early') response.write(head, () => breakOff(response))
  else if (behaviour === 'end-early') response.end(head + deltas.join('') + tail)
  else if (behaviour === 'garbage-late') response.end(`${some}data: {"choices": [\n\n`)
  else if (behaviour === 'error') response.end(some + wire.errorEvent('Overloaded'))
  else if (behaviour === 'stall') response.write(head + deltas.slice(0, 1).join(''))
  else if (behaviour === 'shred') await shred(response, head + deltas.join('') + tail + end)
  else if (behaviour === 'hold') {
    response.write(head + deltas.slice(0, 1).join(''))
    await held(response)
    if (!response.destroyed) response.end(deltas.slice(1).join('') + tail + end)
  } else {
    response.write(head)
    for (const delta of deltas) response.write(delta)
    response.end(tail + end)
  }
}

function flushThen (response: ServerResponse, then: () => void): void {
  response.flushHeaders()
  response.socket?.write('', then)
}

/** Pieces of one to twenty-three bytes, each in a packet of its own as far as the network keeps them apart. */
async function shred (response: ServerResponse, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  response.socket?.setNoDelay(true)
  let at = 0
  for (let length = 1; at + length < bytes.length && !response.destroyed; at += length, length = length % 23 + 1) {
    response.write(bytes.subarray(at, at + length))
    await new Promise<void>(resolve => setImmediate(resolve))
  }
  // The last one ends it, so that it counts as open no longer than its client waits for it.
  response.end(bytes.subarray(at))
}
