import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Exchange } from '../../../packages/cutover/src/message/exchange.ts'
import type { Finding } from '../../../packages/cutover/src/parity/finding.ts'
import { loadScenarios } from '../../../packages/cutover/src/parity/scenario/load.ts'
import { confirmTrial } from '../../../packages/cutover/src/parity/trial/confirm-trial.ts'
import type { TrialContext } from '../../../packages/cutover/src/parity/trial/trial.ts'
import { configFor } from '../cutover.config.ts'
import { buildApp as buildLegacy } from '../legacy/app.ts'
import type { Services } from '../services.ts'
import { openFace, openWorld, serve, type World } from './world.ts'
import { openWorldSides, type Opening } from './world-sides.ts'

const scenarios = (await loadScenarios(join(import.meta.dirname, '../scenarios'))).map(({ scenario }) => scenario)
const rules = configFor({}).parity!.compare as TrialContext['rules']
const routes = [
  'GET /health', 'POST /api/auth/register', 'POST /api/auth/login', 'GET /api/auth/verify', 'GET /api/auth/profile',
  'PUT /api/auth/profile', 'POST /api/ai/generate', 'GET /api/ai/capabilities'
]
const statuses = [200, 201, 204, 304, 400, 401, 404, 409, 413, 415, 422, 429, 500, 502, 503, 504]
const codes = [
  'ACCOUNT_NOT_FOUND', 'AI_BUSY', 'AI_CUT_OFF', 'AI_FAILED', 'AI_GARBLED', 'AI_REJECTED', 'AI_TIMEOUT', 'AI_UNREACHABLE', 'BODY_TOO_LARGE',
  'CHARSET_UNSUPPORTED', 'CREDENTIALS_WRONG', 'EMAIL_TAKEN', 'ENCODING_UNSUPPORTED', 'INTERNAL', 'JSON_MALFORMED', 'LIMITS_UNAVAILABLE',
  'MODEL_UNKNOWN', 'REQUEST_MALFORMED', 'ROUTE_NOT_FOUND', 'TOKEN_INVALID', 'TOKEN_MISSING', 'TOO_MANY_REQUESTS', 'VALIDATION_FAILED'
]

describe('the contract', () => {
  let world: World
  let sides: TrialContext
  const seen: Exchange[] = []

  before(async () => {
    world = await openWorld()
    sides = { ...await openWorldSides(world), rules }
  })
  after(async () => {
    await sides?.sides.close()
    await world?.close()
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
      const route = `${request.method} ${request.target.split('?')[0]!.toLowerCase().replace(/(.)\/+$/, '$1')}`
      if (routes.includes(route)) outcomes.set(route, (outcomes.get(route) ?? new Set()).add(status < 400 ? 'success' : 'failure'))
    }
    for (const route of routes) {
      assert.equal(outcomes.get(route)?.has('success'), true, `${route} has no success`)
      // Liveness and capabilities cannot fail, but for the limit of all requests: see rate-limits.test.ts.
      if (!['GET /health', 'GET /api/ai/capabilities'].includes(route)) assert.equal(outcomes.get(route)?.has('failure'), true, `${route} has no failure`)
    }
    assert.deepEqual([...new Set(seen.map(({ response }) => response.status))].sort((a, b) => a - b), statuses)
    const told = seen.flatMap(({ response }) => [...response.body.toString().matchAll(/"error":\{"code":"(\w+)"/g)].map(([, code]) => code!))
    assert.deepEqual([...new Set(told)].sort(), codes)
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

    const faults: readonly { name: string, scenario: string, where: RegExp, open: Opening }[] = [
      { name: 'no Retry-After', scenario: 'limits', where: /\/headers\/retry-after: \d+ \| nothing/, open: plant(response => response.removeHeader('retry-after')) },
      { name: 'a limit of its own', scenario: 'limits', where: /\/headers\/ratelimit-limit: 10 \| 20/, open: services => openFace('candidate', { ...services, rateLimits: { ...services.rateLimits, generate: { ...services.rateLimits.generate, limit: 20 } } }) },
      { name: 'an event that is missing', scenario: 'stream', where: /^POST .*, \/body/m, open: services => openFace('candidate', { ...services, assistant: { ...services.assistant, stream: async (...asked) => await withoutUsage(services, ...asked) } }) },
      { name: 'a change that is not stored', scenario: 'profile', where: /^(GET|PUT) .*, \/body\/bio/m, open: services => openFace('candidate', { ...services, accounts: { ...services.accounts, change: async (id, changes) => { const before = await services.accounts.profile(id); return before.ok ? { ok: true, value: { ...before.value, ...changes } as typeof before.value } : before } } }) },
      { name: 'no Vary', scenario: 'health', where: /\/headers\/vary/, open: plant(response => response.removeHeader('vary')) }
    ]

    for (const { name, scenario: wanted, where, open } of faults) {
      test(name, async () => {
        const planted = await openWorldSides(world, open)
        try {
          const { findings } = await confirmTrial(scenarios.find(({ name }) => name === wanted)!, { ...planted, rules })
          assert.match(findings.filter(({ confirmed }) => confirmed).map(describeFinding).join('\n'), where)
        } finally {
          await planted.sides.close()
        }
      })
    }
  })
})

async function withoutUsage ({ assistant }: Services, ...asked: Parameters<Services['assistant']['stream']>): ReturnType<Services['assistant']['stream']> {
  const events = await assistant.stream(...asked)
  if (!events.ok) return events
  return {
    ok: true,
    value: (async function * () {
      for await (const event of events.value) if (!('finishReason' in event)) yield event
    })()
  }
}

function describeFinding ({ endpoint, message, difference }: Finding): string {
  if (difference === undefined) return `${endpoint}, ${message}`
  return `${endpoint}, ${difference.pattern}: ${difference.legacy?.text ?? 'nothing'} | ${difference.candidate?.text ?? 'nothing'}`
}
