import { fault, isFault } from '../errors.ts'
import type { ApplicationKind, Listener } from './applications/application.ts'
import { fastify } from './applications/fastify.ts'
import { handler, isClass, isPlugin } from './applications/handler.ts'
import { hono } from './applications/hono.ts'
import { httpServer } from './applications/http-server.ts'
import { koa } from './applications/koa.ts'
import { nest } from './applications/nest.ts'

export type { Listener } from './applications/application.ts'

// Nest first: it passes on methods of what it stands on.
const kinds = [nest, fastify, httpServer, koa, handler, hono] as ReadonlyArray<ApplicationKind<unknown>>

// A promise of a module's default of a factory: more wrapping than that is a mistake that could go on for ever.
const deepest = 6

/**
 * Makes an application in this process ready and gives it the form in which the switch calls it.
 *
 * Accepted are an Express, Fastify, Koa, Nest or Hono application, a `(req, res)` function, an `http.Server` that is
 * not listening, and, around any of these, a promise, a module with a default export, or a factory. A function is an
 * Express application if it has `handle` and `use`; else a handler if it declares two parameters or more; else, if it
 * declares none before its first default or rest parameter, a factory, called once without arguments. One with a
 * single parameter is refused: it could be a fetch handler or a factory that needs options.
 * @param application any of these
 * @param owner whose it is, for messages: `the legacy backend`
 * @throws CUT_APPLICATION_UNKNOWN, CUT_APPLICATION_LISTENING, CUT_APPLICATION_FAILED, CUT_PACKAGE_MISSING
 */
export async function listenerFrom (application: unknown, owner = 'a backend'): Promise<Listener> {
  let found = application
  for (let depth = 0; depth <= deepest; depth++) {
    const kind = kinds.find(kind => kind.matches(found))
    if (kind !== undefined) return await attempt(owner, () => kind.open(found, owner))
    const inner = await attempt(owner, () => unwrap(found))
    if (inner === undefined) break
    found = inner.value
  }
  throw fault('CUT_APPLICATION_UNKNOWN', owner, described(found))
}

/** Runs the close hooks of what {@link listenerFrom} made ready. */
export async function closeListener (listener: Listener): Promise<void> {
  await listener.close()
}

// Boxed, since a Fastify instance is thenable too, and a promise of it would load it before it has been looked at.
async function unwrap (outer: unknown): Promise<{ readonly value: unknown } | undefined> {
  if (isBareThenable(outer)) return { value: await outer }
  if (typeof outer === 'function' && outer.length === 0 && !isClass(outer) && !isPlugin(outer)) return { value: outer() }
  if (typeof outer === 'object' && outer !== null && 'default' in outer) return { value: outer.default }
  return undefined
}

function isBareThenable (value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function' &&
    !kinds.some(kind => kind.matches(value))
}

async function attempt<T> (owner: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isFault(error)) throw error
    throw Object.assign(fault('CUT_APPLICATION_FAILED', owner, error instanceof Error ? error.message : String(error)), { cause: error })
  }
}

function described (value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (isPlugin(value)) return 'a Fastify plugin: make an instance and register it there'
  if (isClass(value)) return `the class ${(value as { name: string }).name}: make an instance`
  if (typeof value === 'function') return `a function with ${value.length === 1 ? 'one parameter' : `${value.length} parameters`}`
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'an array'
  const keys = Object.keys(value)
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''}`
}
