import type { Row } from '../row.ts'

const both = [4, 5] as const

/** Rows about connections. */
export const connectionRows = {
  keepAlive: { area: 'connection', majors: both, express: 'Node\'s keep-alive timeout', fastify: '72 seconds' },
  draining: { area: 'connection', majors: both, factory: true, express: 'while closing, requests on open connections are served', fastify: '503' },
  clientErrors: { area: 'connection', majors: both, factory: true, express: 'malformed HTTP gets Node\'s bare answer', fastify: 'a JSON answer' }
} as const satisfies Record<string, Row>
