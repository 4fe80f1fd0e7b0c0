import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ServeStaticOptions } from 'serve-static'
import type { Compat } from './compat.ts'
import { failAfterTakeOver } from './errors/page.ts'
import { takeOver } from './reply/raw.ts'

/** In a route's config: in Express it is no route, so it neither decodes parameters nor takes part in `Allow` and the order. */
export const kMiddleware = Symbol('expressCompat.middleware')

/** `app.use(prefix, express.static(folder, options))` as routes of Fastify. */
export function createStatic (compat: Compat) {
  return function expressStatic (this: FastifyInstance, prefix: string, folder: string, options: ServeStaticOptions = {}): void {
    const serve = compat.libraries.serveStatic(folder, options)
    const mount = prefix.replace(/\/+$/, '')
    const answer = (request: FastifyRequest, reply: FastifyReply): void => {
      const { raw } = request
      const res = takeOver(compat, reply)
      const original = raw.url as string
      const mounted = raw as typeof raw & { originalUrl?: string }
      mounted.originalUrl = original
      const origin = /^[^/?]*:\/\/[^/]*/.exec(original)?.[0] ?? ''
      raw.url = origin + original.slice(origin.length + mount.length)
      if (origin === '' && raw.url[0] !== '/') raw.url = `/${raw.url}`
      serve(raw, res, (error?: unknown) => {
        raw.url = original
        failAfterTakeOver(compat, reply, error as Error | undefined)
      })
    }
    const config = { [kMiddleware]: true } as FastifyContextConfig
    this.get(mount === '' ? '/' : mount, { config }, answer)
    this.get(`${mount}/*`, { config }, answer)
  }
}
