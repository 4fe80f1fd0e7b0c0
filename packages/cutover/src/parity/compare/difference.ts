/**
 * What is wrong at a place: something is `missing` in the candidate's answer or `extra` in it; it has another
 * JSON `type`, another `value` or the same in another `format`; a list has another `order` or a body another `length`;
 * or a `header`, `cookie attribute`, the `status` or the content `encoding` is another.
 */
export type DifferenceKind = 'missing' | 'extra' | 'type' | 'value' | 'order' | 'format' | 'header' | 'cookie attribute' | 'status' | 'encoding' | 'length'

export type ValueType = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'text' | 'bytes'

/** A value as a report shows it. */
export interface Shown {
  readonly type: ValueType
  /** JSON text for JSON, the plain text for the rest; at most {@link shownLength} characters and an ellipsis. */
  readonly text: string
  /** Length of the whole value in its source, bytes (characters in a header). */
  readonly length: number
}

/** One place where two answers differ. */
export interface Difference {
  readonly kind: DifferenceKind
  /** Where: a JSON pointer (RFC 6901) over `{ status, headers, body, trailers }`, by legacy's indexes. */
  readonly pointer: string
  /** The candidate's place, where its index is another one. */
  readonly candidatePointer?: string
  /** The place with `*` for every array index: what rules and noise are keyed by. */
  readonly pattern: string
  /** What legacy has there; undefined when it is extra. */
  readonly legacy?: Shown
  /** What the candidate has there; undefined when it is missing. */
  readonly candidate?: Shown
  /** More for a person, such as "line 3" or "key given twice". */
  readonly note?: string
}

/** The longest text that a {@link Shown} holds, characters. */
export const shownLength = 200

/** Shows a text. */
export function show (type: ValueType, text: string, length: number = text.length): Shown {
  return { type, text: text.length > shownLength ? `${cut(text)}…` : text, length }
}

/** Never in the middle of a surrogate pair. */
function cut (text: string): string {
  const last = text.charCodeAt(shownLength - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? shownLength - 1 : shownLength)
}

/**
 * A difference without its values, for a report that leaves the house: type and length stay.
 * @param secret whether the values of a difference must not be shown
 */
export function redact (difference: Difference, secret: (difference: Difference) => boolean): Difference {
  if (!secret(difference)) return difference
  const hidden = (shown: Shown | undefined) => shown === undefined ? undefined : { ...shown, text: '[redacted]' }
  const legacy = hidden(difference.legacy)
  const candidate = hidden(difference.candidate)
  return { ...difference, ...(legacy && { legacy }), ...(candidate && { candidate }) }
}
