import type { FastifyInstance } from 'fastify'
import type { IncomingMessage } from 'node:http'
import type { Destination, RouteTable } from './route-table.ts'

/** Where a request goes. */
export const destinationOf = Symbol('fastapi-compat destination')

/** What is known of a request before Fastify has it. */
export interface RoutedMessage extends IncomingMessage {
  originalUrl?: string
  [destinationOf]?: Destination
}

const tables = new WeakMap<FastifyInstance['server'], RouteTable>()

/** Lets the constructor's options find the table of the instance that they made. */
export function rememberTable (server: FastifyInstance['server'], table: RouteTable): void {
  tables.set(server, table)
}

/** The table of an instance; undefined without the plugin. */
export function tableOf (server: FastifyInstance['server']): RouteTable | undefined {
  return tables.get(server)
}

/** Path and query of a request target, as they were sent; undefined for a target without a path. */
export function splitTarget (target: string): { readonly path: string, readonly query: string } | undefined {
  if (target === '*') return { path: target, query: '' }
  let from = 0
  if (target.charCodeAt(0) !== 47) {
    const authority = /^[a-z]+:\/\/[^/?#]*/i.exec(target)
    if (!authority || target.charCodeAt(authority[0].length) !== 47) return undefined
    from = authority[0].length
  }
  const hash = target.indexOf('#', from)
  const end = hash < 0 ? target.length : hash
  const mark = target.indexOf('?', from)
  return mark < 0 || mark > end ? { path: target.slice(from, end), query: '' } : { path: target.slice(from, mark), query: target.slice(mark + 1, end) }
}
