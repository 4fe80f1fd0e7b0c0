import type { Static, TArray, TObject, TOptional, TProperties, TRecord, TSchema } from 'typebox'
import type { BackendSchema, ConfigSchema } from './schema.ts'

type MayBeLeftOut<S> = S extends TOptional<TSchema> ? true : S extends { default: unknown } ? true : false

type ObjectInput<P extends TProperties> =
  & { readonly [K in keyof P as MayBeLeftOut<P[K]> extends true ? never : K]: Input<P[K]> }
  & { readonly [K in keyof P as MayBeLeftOut<P[K]> extends true ? K : never]?: Input<P[K]> | undefined }

/** What a user writes for a schema: whatever has a default, or is optional, may be left out. */
export type Input<S extends TSchema> =
  S extends TObject<infer P> ? ObjectInput<P>
    : S extends TRecord<string, infer V extends TSchema> ? Readonly<Record<string, Input<V>>>
      : S extends TArray<infer I extends TSchema> ? ReadonlyArray<Input<I>>
        : Static<S>

type AnyFunction = (...values: never[]) => unknown

/** An application of this process: a `(req, res)` function (Express), or an object of a framework (Fastify, Koa, Nest, Hono) or of node:http. */
export type ListenerInput =
  | AnyFunction
  | { readonly routing: AnyFunction }
  | { readonly callback: AnyFunction }
  | { readonly getHttpAdapter: AnyFunction }
  | { readonly fetch: AnyFunction }
  | { readonly emit: AnyFunction }

export type BackendInput = Input<typeof BackendSchema>

type Described = Input<typeof ConfigSchema>

/** The configuration as a user writes it; see docs/reference/config.md. */
export interface ConfigInput extends Omit<Described, 'legacy' | 'candidate'> {
  /** The backend that serves today; an application is short for `{ listener: application }`. */
  readonly legacy: BackendInput | ListenerInput
  /** The backend that is to take over. */
  readonly candidate: BackendInput | ListenerInput
}

/** Gives a `cutover.config.ts` its types; returns what it is given. */
export function defineConfig (config: ConfigInput): ConfigInput {
  return config
}

/** Whether a value is an application of this process and not a description of a backend. */
export function isListener (value: unknown): value is ListenerInput {
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return true
  // Fastify's instance is a plain object; a description of a backend has no such methods.
  return ['routing', 'callback', 'getHttpAdapter', 'fetch', 'emit'].some(name => typeof (value as Record<string, unknown>)[name] === 'function')
}
