import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fault } from '../../errors.ts'
import { hasMethods, plain, type ApplicationKind } from './application.ts'

/** What is used of a Hono application, or of any other that answers a web `Request`. */
export interface FetchLike {
  fetch (request: Request, ...rest: unknown[]): Response | Promise<Response>
}

const adapter = '@hono/node-server'

/**
 * A Hono application, through version 1 or 2 of its own Node adapter, which puts faster `Request` and `Response`
 * classes in the place of the global ones, as its `serve` does. For its WebSockets give the server that the
 * adapter's `createAdaptorServer` makes instead.
 */
export const hono: ApplicationKind<FetchLike> = {
  matches: (application): application is FetchLike => hasMethods(application, 'fetch'),

  async open (app) {
    const { getRequestListener } = await loadAdapter()
    const fetch: FetchLike['fetch'] = (request, ...rest) => app.fetch(request, ...rest)
    return { kind: 'listener', framework: 'Hono', request: getRequestListener(fetch), ...plain }
  }
}

/**
 * Found beside cutover, or from the working directory, where a global cutover finds the application's own.
 * @throws CUT_PACKAGE_MISSING
 */
export async function loadAdapter (folder = process.cwd(), name = adapter): Promise<typeof import('@hono/node-server')> {
  try {
    return await import(name)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  try {
    return await import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href)
  } catch (error) {
    if (!isMissing(error)) throw error
    throw fault('CUT_PACKAGE_MISSING', 'Serving a Hono application', name, name)
  }
}

function isMissing (error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
}
