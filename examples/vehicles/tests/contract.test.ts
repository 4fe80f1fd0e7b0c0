import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Exchange } from '../../../packages/cutover/src/message/exchange.ts'
import type { Finding } from '../../../packages/cutover/src/parity/finding.ts'
import { loadScenarios } from '../../../packages/cutover/src/parity/scenario/load.ts'
import { confirmTrial } from '../../../packages/cutover/src/parity/trial/confirm-trial.ts'
import type { TrialContext } from '../../../packages/cutover/src/parity/trial/trial.ts'
import { buildApp as buildLegacy } from '../legacy/app.ts'
import type { Services } from '../services.ts'
import { openFace, openWorld, serve, type World } from './world.ts'
import { openWorldSides, type Opening } from './world-sides.ts'

const scenarios = (await loadScenarios(join(import.meta.dirname, '../scenarios'))).map(({ scenario }) => scenario)
const routes = [
  'GET /health', 'GET /api/vehicles/health', 'POST /api/auth/login', 'GET /api/vehicles', 'POST /api/vehicles',
  'GET /api/vehicles/:id', 'PUT /api/vehicles/:id', 'DELETE /api/vehicles/:id', 'GET /api/vehicles/decode/:vin'
]
const statuses = [200, 201, 204, 304, 400, 401, 404, 409, 413, 415, 422, 500, 503]
const codes = [
  'BODY_TOO_LARGE', 'CREDENTIALS_WRONG', 'ENCODING_UNSUPPORTED', 'INTERNAL', 'JSON_MALFORMED', 'MEDIA_TYPE_UNSUPPORTED',
  'MODEL_YEAR_IN_FUTURE', 'REQUEST_MALFORMED', 'ROUTE_NOT_FOUND', 'TOKEN_INVALID', 'TOKEN_MISSING', 'VALIDATION_FAILED',
  'VEHICLE_EXISTS', 'VEHICLE_NOT_FOUND', 'VIN_CHECK_DIGIT', 'VIN_DECODER_UNAVAILABLE', 'VIN_UNKNOWN'
]

describe('the contract', () => {
  let world: World
  let sides: TrialContext
  const seen: Exchange[] = []

  before(async () => {
    world = await openWorld()
    sides = await openWorldSides(world)
  })
  after(async () => {
    await sides?.sides.close()
    await world.close()
  })

  for (const scenario of scenarios) {
    test(`${scenario.name}: both faces answer alike, and as expected`, async () => {
      const { result, findings } = await confirmTrial(scenario, sides)
      assert.equal(result.broken, undefined)
      assert.deepEqual(findings.filter(({ confirmed }) => confirmed).map(describeFinding), [])
      seen.push(...result.steps.flatMap(({ exchanges }) => exchanges.legacy ?? []))
    })
  }

  test('is covered: every endpoint with success and failure, every status, every error code', () => {
    const outcomes = new Map<string, Set<string>>()
    for (const { request, response: { status } } of seen) {
      const route = routes.find(route => matches(route, request.method, request.target))
      if (route === undefined) continue
      outcomes.set(route, (outcomes.get(route) ?? new Set()).add(status < 400 ? 'success' : 'failure'))
    }
    for (const route of routes) {
      assert.equal(outcomes.get(route)?.has('success'), true, `${route} has no success`)
      // Liveness cannot fail.
      if (route !== 'GET /health') assert.equal(outcomes.get(route)?.has('failure'), true, `${route} has no failure`)
    }
    assert.deepEqual([...new Set(seen.map(({ response }) => response.status))].sort((a, b) => a - b), statuses)
    assert.deepEqual([...new Set(seen.map(({ response }) => codeOf(response.body.toString())).filter(code => code !== undefined))].sort(), codes)
  })

  describe('a planted fault is found:', () => {
    const plant = (change: (response: ServerResponse) => void) => (services: Services) => {
      const app = buildLegacy(services)
      return serve((request: IncomingMessage, response: ServerResponse) => {
        const { writeHead } = response
        response.writeHead = function (this: ServerResponse, ...head: Parameters<ServerResponse['writeHead']>) {
          change(response)
          return writeHead.call(this, response.statusCode, ...head.slice(1) as [])
        } as ServerResponse['writeHead']
        app(request, response)
      })
    }
    const withVehicles = (change: (vehicles: Services['vehicles']) => Partial<Services['vehicles']>) => (services: Services) =>
      openFace('candidate', { ...services, vehicles: { ...services.vehicles, ...change(services.vehicles) } })

    const faults: readonly { name: string, scenario: string, where: RegExp, open: Opening }[] = [
      { name: '403 for another user\'s vehicle', scenario: 'ownership', where: /^GET .*, \/status: 404 \| 403/m, open: plant(response => { if (response.statusCode === 404) response.statusCode = 403 }) },
      { name: 'no Cache-Control', scenario: 'vehicles', where: /\/headers\/cache-control: private, no-cache \| nothing/, open: plant(response => response.removeHeader('cache-control')) },
      { name: 'no charset', scenario: 'health', where: /\/headers\/content-type: application\/json; charset=utf-8 \| application\/json$/m, open: plant(response => { if (response.hasHeader('content-type')) response.setHeader('content-type', 'application/json') }) },
      { name: 'empty text for null', scenario: 'vehicles', where: /^GET .*, \/body\/nickname: null \| ""/m, open: withVehicles(({ get }) => ({ get: async (...key) => { const found = await get(...key); return found.ok ? { ok: true, value: { ...found.value, nickname: found.value.nickname ?? '' } } : found } })) },
      { name: 'a change that is not stored', scenario: 'vehicles', where: /^GET .*, \/body\/color: /m, open: withVehicles(({ change, get }) => ({ change: async (owner, id, details) => { const kept = await get(owner, id); const changed = await change(owner, id, {}); return kept.ok && changed.ok ? { ok: true, value: { ...changed.value, ...details } as typeof changed.value } : await change(owner, id, details) } })) }
    ]

    for (const { name, scenario: wanted, where, open } of faults) {
      test(name, async () => {
        const planted = await openWorldSides(world, open)
        try {
          const { findings } = await confirmTrial(scenarios.find(({ name }) => name === wanted)!, planted)
          const found = findings.filter(({ confirmed }) => confirmed).map(describeFinding).join('\n')
          assert.match(found, where)
        } finally {
          await planted.sides.close()
        }
      })
    }
  })

  for (const name of ['legacy', 'candidate'] as const) {
    test(`on ${name}, another user's vehicle answers 404 to every method and stays as it was`, async () => {
      const services = await world.services()
      const open = await openFace(name, services)
      const call = async (method: string, path: string, token: string, body?: unknown) => await fetch(`${open.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...body !== undefined && { 'content-type': 'application/json' } },
        ...body !== undefined && { body: JSON.stringify(body) }
      })
      const { rows } = await services.pool.query<{ id: string, email: string }>('select id, email from accounts')
      const tokenOf = (email: string) => services.tokens.issue(rows.find(row => row.email === email)!.id)
      const ada = tokenOf('ada@example.com')
      const before = await (await call('GET', '/api/vehicles', ada)).text()
      const { id } = (JSON.parse(before) as { vehicles: { id: string }[] }).vehicles[0]!
      for (const stranger of ['grace@example.com', 'linus@example.com'].map(tokenOf)) {
        for (const [method, body] of [['GET'], ['HEAD'], ['PUT', { nickname: 'mine' }], ['DELETE']] as const) {
          const answer = await call(method, `/api/vehicles/${id}`, stranger, body)
          assert.equal(answer.status, 404, method)
          if (method !== 'HEAD') assert.equal(codeOf(await answer.text()), 'VEHICLE_NOT_FOUND', method)
        }
      }
      assert.equal(await (await call('GET', '/api/vehicles', ada)).text(), before)
      await open.close()
      await services.close()
    })
  }
})

function matches (route: string, method: string, path: string): boolean {
  const [wanted, pattern] = route.split(' ') as [string, string]
  const fixed = ['/api/vehicles/health', '/api/vehicles/decode']
  const bare = path.split('?')[0]!.replace(/(.)\/$/, '$1')
  if (wanted !== method || (pattern.endsWith('/:id') && fixed.includes(bare))) return false
  return new RegExp(`^${pattern.replace(/:\w+/, '[^/]+')}$`).test(bare)
}

function describeFinding ({ endpoint, message, difference }: Finding): string {
  if (difference === undefined) return `${endpoint}, ${message}`
  return `${endpoint}, ${difference.pattern}: ${difference.legacy?.text ?? 'nothing'} | ${difference.candidate?.text ?? 'nothing'}`
}

function codeOf (body: string): string | undefined {
  return body.startsWith('{"error"') ? (JSON.parse(body) as { error: { code: string } }).error.code : undefined
}
