import { ResponseError, ResponseParser } from '../../src/message/response-parser.ts'

/** What a parser made of the bytes of a connection. */
export interface Parsed {
  informational: number[]
  status: number | undefined
  reason: string | undefined
  headers: string[]
  body: string
  trailers: readonly string[]
  keepAlive: boolean | undefined
  /** Whether the response came to its end. */
  complete: boolean
  /** The rule that was broken. */
  error: string | undefined
}

/**
 * Gives the bytes to a parser, piece by piece.
 * @param pieces latin1
 */
export function parse (pieces: readonly string[], { head = false, close = false } = {}): Parsed {
  const parsed: Parsed = { informational: [], status: undefined, reason: undefined, headers: [], body: '', trailers: [], keepAlive: undefined, complete: false, error: undefined }
  const parser = new ResponseParser()
  let ends = 0
  parser.reset({
    informational: ({ status }) => parsed.informational.push(status),
    head: ({ status, reason, headers, keepAlive }) => {
      if (parsed.status !== undefined) throw new Error('a second head')
      Object.assign(parsed, { status, reason, headers: [...headers], keepAlive })
    },
    body: (chunk, last) => {
      if (ends > 0) throw new Error('a body after the end')
      parsed.body += chunk.toString('latin1')
      if (last) ends++
    },
    end: trailers => {
      ends++
      parsed.trailers = trailers
    }
  }, head)
  try {
    for (const piece of pieces) parser.push(Buffer.from(piece, 'latin1'))
    if (close) parser.close()
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error
    parsed.error = error.message
  }
  if (ends > 1) throw new Error('ended twice')
  parsed.complete = ends === 1
  if (parsed.error === undefined && parser.done !== parsed.complete) throw new Error('done does not say whether the response ended')
  return parsed
}
