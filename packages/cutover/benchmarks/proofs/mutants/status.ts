import type { Mutant } from './mutant.ts'

const errors = 'candidate/plugins/errors.ts'
const vehicles = 'candidate/routes/vehicles.ts'
const app = 'candidate/app.ts'

export const statusMutants: readonly Mutant[] = [
  { name: 'adding a vehicle answers 200', category: 'status', file: vehicles, from: 'reply.code(201)', to: 'reply.code(200)' },
  { name: 'removing a vehicle answers 202', category: 'status', file: vehicles, from: 'reply.code(204)', to: 'reply.code(202)' },
  { name: 'removing twice answers 204 twice', category: 'status', file: vehicles, from: 'return removed.ok ? reply.code(204).send(undefined) : reply.failure(removed.failure)', to: 'return reply.code(204).send(undefined)' },
  { name: 'what is missing answers 403', category: 'status', file: errors, from: 'missing: 404', to: 'missing: 403' },
  { name: 'a conflict answers 400', category: 'status', file: errors, from: 'conflict: 409', to: 'conflict: 400' },
  { name: 'a broken rule answers 400', category: 'status', file: errors, from: 'unprocessable: 422', to: 'unprocessable: 400' },
  { name: 'a decoder that is down answers 502', category: 'status', file: errors, from: 'unavailable: 503', to: 'unavailable: 502' },
  { name: 'no token answers 403', category: 'status', file: errors, from: 'unauthenticated: 401', to: 'unauthenticated: 403' },
  { name: 'an unknown route answers 405', category: 'status', file: errors, from: "reply.problem(404, 'ROUTE_NOT_FOUND'", to: "reply.problem(405, 'ROUTE_NOT_FOUND'" },
  { name: 'a large body answers 400', category: 'status', file: errors, from: "reply.problem(413, 'BODY_TOO_LARGE'", to: "reply.problem(400, 'BODY_TOO_LARGE'" },
  { name: 'another media type answers 400', category: 'status', file: 'candidate/plugins/json-body.ts', from: 'reply.problem(415', to: 'reply.problem(400' },
  { name: 'a wrong body answers 422', category: 'status', file: errors, from: "reply.problem(400, 'VALIDATION_FAILED'", to: "reply.problem(422, 'VALIDATION_FAILED'" },
  { name: 'readiness answers 200 without a database', category: 'status', file: vehicles, from: "state.status === 'ok' ? 200 : 503", to: '200' },
  { name: 'a bug answers 503', category: 'status', file: errors, from: "reply.problem(500, 'INTERNAL'", to: "reply.problem(503, 'INTERNAL'" },
  { name: 'a malformed parameter answers 404', category: 'status', file: errors, from: "reply.problem(400, 'REQUEST_MALFORMED', malformed)", to: "reply.problem(404, 'REQUEST_MALFORMED', malformed)" },
  {
    name: 'an empty list answers 404', category: 'status', file: vehicles, from: '}, async request => ({ vehicles: await vehicles.list(request.userId) }))', to: `}, async (request, reply) => {
    const list = await vehicles.list(request.userId)
    return list.length > 0 ? { vehicles: list } : reply.problem(404, 'VEHICLE_NOT_FOUND', 'There is no such vehicle')
  })`
  },
  { name: 'HEAD has no routes', category: 'status', file: app, from: 'return503OnClosing: false,', to: 'return503OnClosing: false,\n    exposeHeadRoutes: false,' },
  { name: 'paths have a case', category: 'status', file: app, from: 'caseSensitive: false', to: 'caseSensitive: true' },
  { name: 'a slash at the end is another path', category: 'status', file: app, from: 'ignoreTrailingSlash: true', to: 'ignoreTrailingSlash: false' },
  { name: 'long parameters are unknown routes', category: 'status', file: app, from: ', maxParamLength: 16 * 1024 }', to: ' }' },
  { name: 'preflights answer 200', category: 'status', file: app, from: 'strictPreflight: false', to: 'strictPreflight: false,\n    optionsSuccessStatus: 200' },
  { name: 'preflights without a method answer 400', category: 'status', file: app, from: 'strictPreflight: false', to: 'strictPreflight: true' },
  { name: 'a broken percent-encoding is refused at the door', category: 'status', file: app, from: 'rewriteUrl: ', to: 'rewriteUrl: undefined && ' }
]
