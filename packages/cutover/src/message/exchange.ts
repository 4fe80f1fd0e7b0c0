/** A header or trailer as sent: name in its own case, value with one character for each byte (Latin-1), as Node gives it. */
export type Field = readonly [name: string, value: string]

/** What is known of a body that was not kept whole. */
export interface BodyDigest {
  /** Bytes of the whole body. */
  readonly length: number
  /** SHA-256 of the whole body, 64 lower-case hexadecimal digits; absent when nobody saw the body (a HAR without it): then nothing equals it. */
  readonly sha256?: string
  /** Set by redaction: `sha256` is an HMAC with the recording's key, so that the body cannot be guessed from it. */
  readonly keyed?: true
}

/** The part of a message that requests and responses share. */
export interface Payload {
  /** In the order sent, duplicates included. */
  readonly headers: readonly Field[]
  /** As on the wire without transfer coding, content coding kept; empty when `truncated` is there. */
  readonly body: Buffer
  /** There when the body was not kept: `body` is empty then and says nothing. */
  readonly truncated?: BodyDigest
  /** After a chunked body. */
  readonly trailers?: readonly Field[]
}

export interface ExchangeRequest extends Payload {
  /** As sent; upper case for the methods of RFC 9110. */
  readonly method: string
  /** The request target as sent: usually path and query, percent-encoding untouched. */
  readonly target: string
}

export interface ExchangeResponse extends Payload {
  readonly status: number
}

/** One request with its response, as observed. */
export interface Exchange {
  readonly request: ExchangeRequest
  readonly response: ExchangeResponse
  /** When the request began, RFC 3339 in UTC. */
  readonly startedAt?: string
  /** From the request's begin to the response's last byte. */
  readonly durationMs?: number
  /** The x-request-id that the switch gave or passed on. */
  readonly requestId?: string
  /** Exchanges of one client share it and keep their order in a replay. */
  readonly session?: string
  /** The feature whose route it met. */
  readonly feature?: string
  /** Who answered: `legacy`, `candidate` or `twin`. */
  readonly backend?: string
}
