import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../../candidate/app.ts'
import type { Services } from '../../services.ts'

/** A route, as its framework was told of it. */
export interface Route {
  readonly method: string
  /** With a bare `:` for each parameter, since one path may be named differently for different methods: `/api/notes/:/content`. */
  readonly shape: string
  /** Fields of the body and the query that hold ids: `folderId`, `userIds`, `before`. */
  readonly references: readonly string[]
}

interface Told {
  readonly method: string | readonly string[]
  readonly url: string
  readonly schema?: { readonly body?: unknown, readonly querystring?: unknown } | undefined
}

/** All routes of the candidate, also those that its OpenAPI document leaves out, without the app's knowledge: a new one is among them. */
export async function allRoutes (services: Services): Promise<readonly Route[]> {
  const found = new Map<string, Route>()
  const listen = (message: unknown): void => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', (route: Told) => {
      for (const method of [route.method].flat()) {
        const shape = shapeOf(route.url)
        found.set(`${method} ${shape}`, { method, shape, references: [...referencesOf(route.schema?.body), ...referencesOf(route.schema?.querystring)] })
      }
    })
  }
  subscribe('fastify.initialization', listen)
  try {
    const app = await buildApp(services)
    await app.ready()
    await app.close()
  } finally {
    unsubscribe('fastify.initialization', listen)
  }
  return [...found.values()]
}

/** Whether a path has something in it that a client chooses. */
export function hasParameter ({ shape }: Pick<Route, 'shape'>): boolean {
  return /[:*]/.test(shape)
}

function shapeOf (url: string): string {
  return url.replace(/:[^/]+/g, ':').replace(/(.)\/$/, '$1')
}

function referencesOf (schema: unknown): readonly string[] {
  const { properties } = (schema ?? {}) as { properties?: object }
  return Object.keys(properties ?? {}).filter(name => /(^id|Ids?)$|^before$/.test(name))
}
