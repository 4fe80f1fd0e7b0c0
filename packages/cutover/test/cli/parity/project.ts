import type { TestContext } from 'node:test'
import { serve, type Handler } from '../../parity/replay/shop.ts'
import { folderWith } from '../harness.ts'

export const health = 'name: health\nsteps:\n  - request: GET /health\n'

/** The OpenAPI document of {@link answering}. */
export const openapi = JSON.stringify({
  openapi: '3.0.3',
  info: { title: 'test', version: '1' },
  paths: { '/health': { get: { responses: { 200: { description: 'ok' } } } }, '/total': { get: { responses: { 200: { description: 'ok' } } } } }
})

/** A backend that answers the same to everything but `/total`. */
export function answering (total: unknown): Handler {
  return (request, response) => {
    const body = request.url === '/total' ? { total } : request.url === '/docs/json' ? JSON.parse(openapi) : { ok: true }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  }
}

export interface Project {
  readonly folder: string
  readonly legacy: URL
  readonly candidate: URL
}

/** A folder with a config for two backends and a twin of the first. */
export async function projectOf (t: TestContext, legacy: Handler, candidate: Handler, files: Readonly<Record<string, string>> = {}): Promise<Project> {
  const [one, twin, other] = [await serve(t, legacy), await serve(t, legacy), await serve(t, candidate)]
  const folder = folderWith(t, {
    'cutover.config.json': JSON.stringify({
      legacy: { origin: one.origin },
      candidate: { origin: other.origin },
      features: { all: { routes: ['GET /health', 'GET /total'] } },
      parity: { twin: twin.origin, openapi: { candidate: '/docs/json' }, timeout: '2s' }
    }),
    ...files
  })
  return { folder, legacy: one, candidate: other }
}
