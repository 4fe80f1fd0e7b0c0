import type { IncomingMessage } from 'node:http'
import parseUrl from 'parseurl'
import { answers, type KnownRoute } from './known-route.ts'
import { isOvertaken } from './pattern.ts'

/** The name of the constraint that keeps the order of registration. */
export const orderConstraint = 'expressOrder'

/** Routes registered before another one that Fastify's tree would prefer. */
class Predecessors {
  readonly routes: readonly KnownRoute[]

  constructor (routes: readonly KnownRoute[]) {
    this.routes = routes
  }

  answer (request: IncomingMessage): boolean {
    const path = parseUrl(request)?.pathname ?? ''
    return this.routes.some(route => answers(route, request.method as string) && route.pattern.regexp.test(path))
  }
}

/** The constraint value for a route that some earlier ones go before, or undefined when none does. */
export function predecessorsOf (routes: readonly KnownRoute[], route: KnownRoute): object | undefined {
  const before = routes.filter(earlier =>
    route.methods.some(method => answers(earlier, method)) && isOvertaken(earlier.pattern, route.pattern))
  return before.length === 0 ? undefined : new Predecessors(before)
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
