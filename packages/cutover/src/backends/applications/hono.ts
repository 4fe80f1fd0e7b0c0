import { importInstalled } from '../../config/installed-package.ts'
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

/** @throws CUT_PACKAGE_MISSING */
export function loadAdapter (folder = process.cwd(), name = adapter): Promise<typeof import('@hono/node-server')> {
  return importInstalled(name, folder, 'Serving a Hono application')
}
