import type { FaultName } from './faults.ts'
import type { World } from './world.ts'

/** What a route gives; undefined for a path that is not its own. */
export interface Reply {
  readonly status: number
  readonly json?: unknown
}

/** A request as the routes read it. */
export interface Asked {
  readonly method: string
  /** Path segments, decoded. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly header: (name: string) => string | undefined
  /** The JSON body; an empty object when there is none. */
  readonly body: Readonly<Record<string, unknown>>
}

/** Answers one request from the world, with one fault or none. */
export type Routes = (asked: Asked, world: World, fault: FaultName | undefined) => Reply | undefined

/** An error body. */
export function problem (status: number, message: string): Reply {
  return { status, json: { error: message } }
}

/** A whole number within bounds; the default when it is not there, undefined when it is something else. */
export function whole (value: unknown, least: number, most: number, otherwise?: number): number | undefined {
  if (value === undefined || value === null) return otherwise
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most ? number : undefined
}
