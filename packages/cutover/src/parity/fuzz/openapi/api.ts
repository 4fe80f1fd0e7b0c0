import type { Schema } from './schema.ts'

export type ParameterPlace = 'path' | 'query' | 'header' | 'cookie'

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string
  readonly in: ParameterPlace
  readonly required: boolean
  readonly schema: Schema
}

/** What an operation takes as its body, in one media type. */
export interface BodyContent {
  /** Lower case, without parameters. */
  readonly mediaType: string
  readonly schema: Schema
}

/** One method on one path. */
export interface Operation {
  /** Its name in coverage, noise and findings, in the way of scenarios: `PUT /api/vehicles/${id}`. */
  readonly endpoint: string
  /** Upper case. */
  readonly method: string
  /** As the description writes it: `/api/vehicles/{id}`. */
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: { readonly required: boolean, readonly contents: readonly BodyContent[] } | undefined
  /** By status as described, `4XX` and `default` too; undefined for an answer without a described body. */
  readonly responses: Readonly<Record<string, Schema | undefined>>
  /** Whether it asks for credentials. */
  readonly secured: boolean
}

/** What a backend is described, or was seen, to offer. */
export interface Api {
  /** Where it is from, for a person. */
  readonly source: string
  readonly operations: readonly Operation[]
}

/** The name of an operation in coverage and findings. */
export function endpointOf (method: string, path: string): string {
  return `${method.toUpperCase()} ${path.replace(/\{([^{}]+)\}/g, (_, name: string) => `\${${name}}`)}`
}
