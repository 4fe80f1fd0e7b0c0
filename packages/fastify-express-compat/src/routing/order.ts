import type { IncomingMessage } from 'node:http'
import parseUrl from 'parseurl'
import { answers, type KnownRoute } from './known-route.ts'
import { isOvertaken } from './pattern.ts'

/** The name of the constraint that keeps the order of registration. */
export const orderConstraint = 'expressOrder'

/** Routes registered before another one that Fastify's tree would prefer. */
class Predecessors {
  readonly routes: readonly KnownRoute[]
  readonly own: RegExp | undefined

  constructor (routes: readonly KnownRoute[], own?: RegExp) {
    this.routes = routes
    this.own = own
  }

  /** Whether the request is for another route than the one that carries this. */
  answer (request: IncomingMessage): boolean {
    const path = parseUrl(request)?.pathname ?? ''
    return (this.own !== undefined && !this.own.test(path)) || this.routes.some(route => answers(route, request.method as string) && route.pattern.regexp.test(path))
  }
}

/** The constraint value for a route that some earlier ones go before, or that matches only `own`; undefined when neither holds. */
export function predecessorsOf (routes: readonly KnownRoute[], route: KnownRoute, own?: RegExp): object | undefined {
  const before = routes.filter(earlier =>
    !earlier.middleware && !route.middleware && route.methods.some(method => answers(earlier, method)) && isOvertaken(earlier.pattern, route.pattern))
  return before.length === 0 && own === undefined ? undefined : new Predecessors(before, own)
}

/**
 * A constraint strategy of find-my-way: a route that carries it matches only where none of its predecessors does.
 * Only such routes carry it, so an application without overlapping routes pays nothing.
 */
export const orderStrategy = {
  name: orderConstraint,
  storage () {
    const stored = new Map<Predecessors, number>()
    return {
      get (key: unknown): number | undefined {
        if (key instanceof Predecessors) return stored.get(key)
        let mask = 0
        for (const [before, bits] of stored) if (!before.answer(key as IncomingMessage)) mask |= bits
        return mask
      },
      set (key: unknown, bits: unknown): void {
        stored.set(key as Predecessors, bits as number)
      }
    }
  },
  deriveConstraint (request: unknown): unknown {
    return request
  },
  validate (): void {}
}
