import type { IncomingHttpHeaders } from 'node:http'
import type { Provider } from '../../types/models.ts'
import type { Asked, Said } from './text.ts'

/** A provider's public format, from its own side. */
export interface ProviderWire {
  readonly provider: Provider
  /** The key of a request, wherever this provider's are. */
  key (headers: IncomingHttpHeaders): string | undefined
  /** @throws TypeError when the body is not a request */
  read (body: unknown): Asked
  answer (asked: Asked, said: Said): string
  /** A stream: what comes before the deltas, each delta, what comes after, and the marker of the end. */
  frames (asked: Asked, said: Said): { readonly head: string, readonly deltas: readonly string[], readonly tail: string, readonly end: string }
  /** The body of an error, and the event that ends a stream with one. */
  refusal (status: number, message: string): string
  errorEvent (message: string): string
}

/** The text of a message's content, which both formats allow to be a text or parts. */
export function textOf (content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) throw new TypeError('content is neither a text nor parts')
  return content.map((part: { text?: unknown }) => typeof part?.text === 'string' ? part.text : '').join('')
}
