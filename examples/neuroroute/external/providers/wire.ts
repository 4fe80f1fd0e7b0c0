import type { Completion, TokenUsage } from '../../types/providers.ts'

/** A provider's format, without the network. What is not the format is a {@link FormatError}. */
export interface Wire {
  /** Below the API's base. */
  readonly path: string
  headers (key: string): Record<string, string>
  body (model: string, completion: Completion, stream: boolean): string
  /** @throws FormatError */
  readAnswer (body: unknown): { readonly output: string, readonly usage: TokenUsage }
  createReader (): StreamReader
}

/** Reads the events of one streamed answer. */
export interface StreamReader {
  /** Set when the marker of the end has come. */
  readonly usage: TokenUsage | undefined
  /**
   * The text that an event adds, often none.
   * @throws FormatError, or {@link ErrorEvent} when the provider says that it failed
   */
  read (data: string): string
}

/** The provider's answer is not in its format. */
export class FormatError extends Error {}

/** A stream ended with an error of the provider's. */
export class ErrorEvent extends Error {}

/** @throws FormatError */
export function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new FormatError('no JSON')
  }
}

/** A member of an object; undefined where there is none, whatever the value is. */
export function member (value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>)[name] : undefined
}

/** The first element of a list that is there. */
export function first (value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined
}

/**
 * A text that can be written as UTF-8: halves of surrogate pairs, which JSON may name, are replaced.
 * @throws FormatError when it is no text
 */
export function textOf (value: unknown): string {
  if (typeof value !== 'string') throw new FormatError('no text')
  return value.replace(/\p{Surrogate}/gu, '\ufffd')
}

/** @throws FormatError when it is not a number of tokens */
export function tokensOf (value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 2_147_483_647) throw new FormatError('no number of tokens')
  return value as number
}
