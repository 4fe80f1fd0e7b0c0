/** The major versions of Express that the plugin can answer as. */
export type ExpressMajor = 4 | 5

/** Where a row is seen by a client or a handler; groups the reference page. */
export type Area = 'routing' | 'request body' | 'query and params' | 'response' | 'errors' | 'connection' | 'request' | 'reply'

/**
 * One behaviour that differs between Express and Fastify.
 *
 * - `majors`: the versions whose default turns the row on.
 * - `factory`: the row works through options of the Fastify constructor, which `expressOptions()` returns.
 * - `route`: the row can be turned off for one route with `config.expressCompat`.
 */
export interface Row {
  readonly area: Area
  readonly express: string
  readonly fastify: string
  readonly majors: readonly ExpressMajor[]
  readonly factory?: boolean
  readonly route?: boolean
}
