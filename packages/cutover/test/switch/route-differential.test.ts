import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { parseRoute } from '../../src/config/route.ts'
import type { Route } from '../../src/config/settings.ts'
import { RouteTable } from '../../src/switch/route-table.ts'
import { matches, openRouters, parseable, type Router } from './routers.ts'

const routes = ['/health', '/api/vehicles', '/api/vehicles/new/:kind', '/api/vehicles/:id', '/api/vehicles/:id/owner', '/files', '/files/*', '/deep/:a/x', '/deep/:a/x/*'] as const
// A path and what lies below it, which "/files/" may be either of, are one feature.
const featureOf = (route: string): string => route.replace(/\/\*$/, '')
const table = new RouteTable(routes.map(route => [parseRoute(route) as Route, featureOf(route)] as const))

let routers: readonly Router[]
before(async () => { routers = await openRouters(routes) })
after(async () => { for (const router of routers) await router.close() })

/** Targets for which some backend matches a route that the table does not find. */
async function slipped (all: readonly string[]): Promise<string[]> {
  const targets = await parseable(all)
  assert.ok(targets.length > all.length / 4, 'enough of the targets are requests at all')
  const found = await Promise.all(routers.map(async router => await matches(router, targets)))
  return targets.flatMap((target, i) => {
    const matched = new Set(found.map(answers => featureOf(answers[i]!)).filter(Boolean))
    const decided = table.find('GET', target)
    if (matched.size === 0 || (decided !== undefined && matched.has(decided))) return []
    return [`${JSON.stringify(target)}: ${routers.map((router, r) => `${router.name} ${found[r]![i]!}`).join(', ')}; the table ${decided}`]
  })
}

test('the routers see what they are meant to see', async () => {
  const plain = ['/health', '/api/vehicles', '/api/vehicles/7', '/api/vehicles/7/owner', '/api/vehicles/new/van', '/files/a/b', '/deep/1/x/y/z', '/none', '/api/vehicles?q=1']
  const expected = ['/health', '/api/vehicles', '/api/vehicles/:id', '/api/vehicles/:id/owner', '/api/vehicles/new/:kind', '/files/*', '/deep/:a/x/*', '', '/api/vehicles']
  for (const router of routers) assert.deepEqual(await matches(router, plain), expected, router.name)
  assert.deepEqual(await parseable(['/a b', '/health', 'health', '/health?']), ['/health', '/health?'])
})

test('spellings known to be read in different ways do not slip past', async () => {
  assert.deepEqual(await slipped([
    '/API/VEHICLES', '/api/vehicles/', '//api//vehicles', '/api/%76ehicles', '/%61%70%69/vehicles', '/api%2Fvehicles', '/api%5Cvehicles', '/api\\vehicles', '\\api\\vehicles',
    '/x/../api/vehicles', '/x/%2e%2e/api/vehicles', '/x/%2e./api/vehicles', '/x/..%2fapi/vehicles', '/x\\..\\api/vehicles', '/./api/vehicles', '/api/vehicles/.', '/api/vehicles/%2e',
    '/api/vehicles;a=b', '/api;x/vehicles', '/api/vehicles%3Ba', '/api/vehicles%3Fa', '/api/vehicles%23a', '/api/vehicles#a', '/api/vehicles#?', '/api\\vehicles#', '/api/vehicles?/../x',
    'http://h/api/vehicles', 'http://h/api\\vehicles', 'http://h\\api\\vehicles', 'http://h?/api/vehicles', 'http://h#/api/vehicles', 'http://h?x=http://y/api/vehicles', 'http:///api/vehicles', 'http:////api/vehicles', 'HTTP://H/health', 'https://u:p@h:1/health',
    'ftp://h/health', 'javascript://h/health', 'file://h/health', 'ws://h/health', 'x://h/../health', '//h/health', '///h/health', '/\\h/health', '//h\\health', '//h/x/../health', '//h@/health', '//h:1/health', '/%2Fh/health', '//%2F/health', '//[::1]/health', '//?/health', '//#/health', '//h:x/health',
    '/api/vehicles/a%2Fb', '/api/vehicles/%2F', '/api/vehicles/%25', '/api/vehicles/%', '/api/vehicles/%zz', '/api/vehicles/\xe9', '/api/vehicles/%E9', '/api/vehicles/%00', '/files/../health', '/files/%2e%2e/health', '/files/..%2fhealth',
    '/health\xa0', '/health\xa0#', '/\xa0/../health', '/he\talth', '/health\t', '/health\f', '/health%09', '/health%20', '/health%0A', '/health\x7f', '/health\x01', '/health"', '/health|', '/health^', '/health{}', '/health`',
    '/api/vehicles/' + 'x'.repeat(5_000), '/files/' + 'a/'.repeat(3_000), '/' + 'x/../'.repeat(2_000) + 'health', '/' + '/'.repeat(8_000) + 'health', '*', '/', ''
  ]), [])
})

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('health', 'api', 'vehicles', 'files', 'deep', 'x', 'new', 'owner', '7') },
  { weight: 4, arbitrary: fc.constantFrom('/', '/', '/', '//', '\\', '%2F', '%2f', '%5C') },
  { weight: 2, arbitrary: fc.constantFrom('.', '..', '%2e', '%2E%2e', '/./', '/../', ';', ';a=b', '%3B', '#', '?', '%23', '%3F', '%25', '%252F', '%', '@', ':', '\xe9', '\xa0', '%c3%a9', '%zz', '&', '=', '+', '%20', '~', '*') },
  { weight: 1, arbitrary: fc.constantFrom('http://h', '//h', 'HEALTH', '%68ealth', 'vehicle%73', 'Api', 'fileſ', 'http://') }
)
const nearby = fc.tuple(fc.constantFrom(...['/health', '/api/vehicles', '/api/vehicles/7', '/api/vehicles/7/owner', '/api/vehicles/new/van', '/files/a', '/deep/1/x/y']), fc.array(fc.tuple(fc.nat(30), fc.nat(2), piece), { minLength: 1, maxLength: 3 }))
  .map(([path, edits]) => edits.reduce((text, [at, cut, insert]) => text.slice(0, at) + insert + text.slice(at + cut), path))
const wild = fc.array(piece, { minLength: 1, maxLength: 10 }).map(pieces => '/' + pieces.join(''))
const prefixed = fc.tuple(fc.constantFrom('', '', '', 'http://h', '//h', '/x/..', 'https://h:1', '/.'), fc.oneof(nearby, wild)).map(([prefix, rest]) => (prefix + rest).replace(/[ſ]/g, 's'))

test('what any backend matches, the table finds', async () => {
  // The same ones each time; give another seed to look further.
  const targets = fc.sample(prefixed, { numRuns: Number(process.env.CUTOVER_TEST_TARGETS ?? 3_000), seed: Number(process.env.CUTOVER_TEST_SEED ?? 1) })
  assert.deepEqual((await slipped(targets)).slice(0, 20), [])
})
