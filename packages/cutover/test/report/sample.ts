/* eslint-disable no-template-curly-in-string -- scenarios are written with them */
import { Buffer } from 'node:buffer'
import type { Exchange } from '../../src/message/exchange.ts'
import type { Shown } from '../../src/parity/compare/difference.ts'
import type { ParityReport } from '../../src/parity/finding.ts'

const shown = (type: Shown['type'], text: string): Shown => ({ type, text, length: text.length })

const exchange = (id: string, status: number, body: string): Exchange => ({
  request: { method: 'PUT', target: `/api/vehicles/${id}`, headers: [['Host', '127.0.0.1:5001'], ['Authorization', 'Bearer SECRET-0123456789'], ['Content-Type', 'application/json']], body: Buffer.from('{"odometer":-1}') },
  response: { status, headers: [['Content-Type', 'application/json'], ['Set-Cookie', 'sid=SECRET-9876543210']], body: Buffer.from(body) }
})

/** A report with everything in it that a report can have; every secret in it holds the word SECRET. */
export const sample: ParityReport = {
  command: 'fuzz',
  startedAt: '2026-01-02T03:04:05.678Z',
  durationMs: 61_230,
  seed: 42,
  cases: [
    { name: 'sign in', steps: 2, durationMs: 120, outcome: 'same', causes: [] },
    { name: 'edit & save <it>', steps: 4, durationMs: 812.4, outcome: 'different', causes: ['3f2a9b1c4d5e', '00aa00aa00aa'] },
    { name: 'race', steps: 2, durationMs: 90, outcome: 'different', causes: ['77aa00aa00aa'] },
    { name: 'database down', steps: 3, durationMs: 10, outcome: 'failed', causes: [], note: 'legacy did not come up again' },
    { name: 'files', steps: 1, durationMs: 0, outcome: 'skipped', causes: [], note: 'no database is configured' }
  ],
  findings: [
    {
      cause: '3f2a9b1c4d5e',
      kind: 'answer',
      endpoint: 'PUT /api/vehicles/${id}',
      message: '/body/errors/*/message has another value',
      difference: { kind: 'value', pointer: '/body/errors/0/message', pattern: '/body/errors/*/message', legacy: shown('string', '"odometer" must be greater than or equal to 0'), candidate: shown('string', '"odometer" must be >= 0') },
      case: 'edit & save <it>',
      step: 4,
      occurrences: 12,
      confirmed: true,
      exchanges: { legacy: exchange('17', 400, '{"token":"SECRET-abcdefgh"}'), candidate: exchange('18', 400, '{}') },
      shrunk: {
        name: 'put-api-vehicles-id-3f2a9b1c4d5e',
        let: { long: { repeat: 'x', times: 101 } },
        steps: [
          { request: 'POST /api/vehicles', headers: { authorization: 'Bearer SECRET-0123456789' }, json: { vin: '1HGCM82633A004352' }, capture: { id: '/id' } },
          { request: 'PUT /api/vehicles/${id}', headers: { authorization: 'Bearer ${token}' }, json: { odometer: -1 } }
        ]
      },
      file: 'scenarios/found/put-api-vehicles-id-3f2a9b1c4d5e.yaml'
    },
    {
      cause: '00aa00aa00aa',
      kind: 'answer',
      endpoint: 'POST /api/auth/login',
      message: '/headers/set-cookie/sid is another',
      difference: { kind: 'header', pointer: '/headers/set-cookie/sid', pattern: '/headers/set-cookie/sid', legacy: shown('text', 'SECRET-1'), candidate: shown('text', 'SECRET-2') },
      case: 'edit & save <it>',
      step: 1,
      occurrences: 1,
      confirmed: true
    },
    {
      cause: '11aa00aa00aa',
      kind: 'state',
      endpoint: 'sessions',
      message: '/sessions/* is missing in what was stored',
      difference: { kind: 'missing', pointer: '/sessions/7', pattern: '/sessions/*', legacy: shown('object', '{"id":7,"refresh_token":"SECRET-tokentoken","user":"ann"}') },
      case: 'sequence 8812',
      occurrences: 2,
      confirmed: true
    },
    {
      cause: '22aa00aa00aa',
      kind: 'failure',
      endpoint: 'GET /api/vehicles',
      message: 'the candidate did not answer: connection reset, 50% sent,\r\nthen nothing: \u001b[31mred\u0007',
      case: 'sequence 8812',
      step: 3,
      occurrences: 1,
      confirmed: true
    },
    {
      cause: '77aa00aa00aa',
      kind: 'answer',
      endpoint: 'GET /api/vehicles',
      message: '/body/items is in another order',
      difference: { kind: 'order', pointer: '/body/items', pattern: '/body/items', legacy: shown('array', '["a","b"]'), candidate: shown('array', '["b","a"]') },
      case: 'race',
      step: 2,
      occurrences: 1,
      confirmed: false
    }
  ],
  leftOut: {
    'GET /api/vehicles': [
      { because: 'noise', reason: 'uuid', pattern: '/body/items/*/id', kind: 'value', count: 120, example: '/body/items/0/id' },
      { because: 'rule', reason: 'the framework names itself', pattern: '/headers/x-powered-by', kind: 'missing', count: 40, example: '/headers/x-powered-by' }
    ],
    'GET /health': [{ because: 'rule', reason: 'the framework names itself', pattern: '/headers/x-powered-by', kind: 'missing', count: 2, example: '/headers/x-powered-by' }]
  },
  coverage: [
    { endpoint: 'GET /api/vehicles', requests: 311, statuses: { 200: 300, 401: 11 }, missing: ['500'], parameters: { given: ['query:page'], never: ['query:size'] } },
    { endpoint: 'PUT /api/vehicles/${id}', requests: 120, statuses: { 200: 60, 400: 60 } }
  ],
  untested: ['DELETE /api/vehicles/${id}'],
  notes: ['No database is configured: only answers were compared.']
}
