import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Exchange } from '../../../packages/cutover/src/message/exchange.ts'
import type { Finding } from '../../../packages/cutover/src/parity/finding.ts'
import { loadScenarios } from '../../../packages/cutover/src/parity/scenario/load.ts'
import { confirmTrial } from '../../../packages/cutover/src/parity/trial/confirm-trial.ts'
import type { TrialContext } from '../../../packages/cutover/src/parity/trial/trial.ts'
import { buildServer } from '../legacy/http-server.ts'
import type { Services } from '../services.ts'
import { openFace, serve } from './world.ts'
import { openGrounds, openWorldSides, type Grounds, type Opening } from './world-sides.ts'

const scenarios = (await loadScenarios(join(import.meta.dirname, '../scenarios'))).map(({ scenario }) => scenario)

describe('the contract', () => {
  let grounds: Grounds
  let sides: TrialContext
  const seen: Exchange[] = []

  before(async () => {
    grounds = await openGrounds()
    sides = await openWorldSides(grounds)
  })
  after(async () => {
    await sides?.sides.close()
    await grounds?.close()
  })

  for (const scenario of scenarios) {
    test(`${scenario.name}: both faces answer alike and store alike, as expected`, async () => {
      // Races are looked for at length by `cutover verify`.
      const { result, findings } = await confirmTrial(scenario, sides, { tries: 7 })
      assert.equal(result.broken, undefined)
      assert.deepEqual(findings.filter(({ confirmed }) => confirmed).map(describeFinding), [])
      seen.push(...result.steps.flatMap(({ exchanges }) => exchanges.legacy ?? []))
    })
  }

  test('is covered: every endpoint with success and, where it can fail, with failure', async () => {
    const { paths } = await (await fetch(new URL('/docs/json', sides.sides.candidate.origin()), { headers: { connection: 'close' } })).json() as { paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> }
    const uncovered: string[] = []
    for (const [path, methods] of Object.entries(paths)) {
      for (const name of Object.keys(methods)) {
        const method = name.toUpperCase()
        const routes = Object.keys(paths).filter(path => name in paths[path]!)
        const statuses = seen.filter(({ request }) => request.method === method && isAt(request.target, path, routes)).map(({ response }) => response.status)
        if (!statuses.some(status => status < 400)) uncovered.push(`${method} ${path} has no success`)
        if (!cannotFail.has(`${method} ${path}`) && !statuses.some(status => status >= 400)) uncovered.push(`${method} ${path} has no failure`)
      }
    }
    assert.deepEqual(uncovered, [])
  })

  describe('a planted fault is found:', () => {
    const plant = (change: (response: ServerResponse) => void): Opening => services => {
      const app = buildServer(services)
      return serve((request: IncomingMessage, response: ServerResponse) => {
        const { writeHead } = response
        response.writeHead = function (this: ServerResponse, ...head: Parameters<ServerResponse['writeHead']>) {
          change(response)
          return writeHead.call(this, response.statusCode, ...head.slice(1) as [])
        } as ServerResponse['writeHead']
        app.emit('request', request, response)
      })
    }
    const withServices = (change: (services: Services) => Partial<Services>): Opening => services => openFace('candidate', { ...services, ...change(services) })

    const faults: readonly { name: string, scenario: string, where: RegExp, open: Opening }[] = [
      { name: '403 for what is another user\'s', scenario: 'mentions', where: /^GET .*, \/status: 404 \| 403/m, open: plant(response => { if (response.statusCode === 404) response.statusCode = 403 }) },
      { name: 'no HttpOnly', scenario: 'sign-in', where: /set-cookie\/session.*: .*HttpOnly.*|set-cookie\/session\/HttpOnly/i, open: plant(response => { const cookies = response.getHeader('set-cookie'); if (Array.isArray(cookies)) response.setHeader('set-cookie', cookies.map(each => each.replace('; HttpOnly', ''))) }) },
      { name: 'an address that nobody has answers otherwise', scenario: 'social-faults', where: /^POST \/api\/social\/requests, /m, open: withServices(({ social }) => ({ social: { ...social, request: async (caller, addressee) => 'email' in addressee && addressee.email.startsWith('nobody') ? { ok: false, failure: { kind: 'missing', code: 'USER_NOT_FOUND', message: 'Nobody has this address' } } : await social.request(caller, addressee) } })) },
      { name: 'a block that is answered and not stored', scenario: 'blocks', where: /blocks/, open: withServices(({ social }) => ({ social: { ...social, unblock: async () => ({ ok: true, value: undefined }) } })) }
    ]

    for (const { name, scenario: wanted, where, open } of faults) {
      test(name, async () => {
        const planted = await openWorldSides(grounds, open)
        try {
          const { findings } = await confirmTrial(scenarios.find(({ name }) => name === wanted)!, planted, { tries: 4 })
          const found = findings.filter(({ confirmed }) => confirmed).map(describeFinding).join('\n')
          assert.match(found, where)
        } finally {
          await planted.sides.close()
        }
      })
    }
  })
})

/** They need no session, and take what they get. */
const cannotFail: ReadonlySet<string> = new Set(['GET /health'])

/** Whether a target is at a path of the OpenAPI document, and at none with fewer parameters. */
function isAt (target: string, path: string, paths: readonly string[]): boolean {
  const bare = target.split('?')[0]!.replace(/(.)\/$/, '$1')
  const matching = paths.filter(each => new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare))
  return matching.sort((a, b) => a.split('{').length - b.split('{').length)[0] === path
}

function describeFinding ({ endpoint, message, difference }: Finding): string {
  if (difference === undefined) return `${endpoint}, ${message}`
  return `${endpoint}, ${difference.pattern}: ${difference.legacy?.text ?? 'nothing'} | ${difference.candidate?.text ?? 'nothing'}`
}
