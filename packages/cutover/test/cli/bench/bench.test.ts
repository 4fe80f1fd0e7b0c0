import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Handler } from '../../parity/replay/shop.ts'
import { cutover, type Ran } from '../harness.ts'
import { answering, projectOf } from '../parity/project.ts'

/** A project whose routes are measured for as short as can be. */
async function benched (t: TestContext, legacy: Handler, candidate: Handler, bench: Readonly<Record<string, unknown>> = {}, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const { folder } = await projectOf(t, legacy, candidate, files)
  const file = join(folder, 'cutover.config.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), bench: { connections: [2], starts: 2, time: '1s', ...bench } }))
  return folder
}

function resultsIn (folder: string): string[] {
  return readdirSync(join(folder, '.cutover/bench')).filter(name => name.endsWith('.json'))
}

/** As it would be typed; a second is the shortest time. */
const bench = async (folder: string, ...words: string[]): Promise<Ran> => await cutover(folder, ['bench', ...words], { columns: 80 })

test('it measures the static GET routes of the features, keeps the result, and ends with 0', async t => {
  const folder = await benched(t, answering(1), answering(1))
  const { code, out, err } = await bench(folder, '--no-latencies')
  assert.equal(code, 0, out + err)
  assert.match(out, /^\/health {2}GET \/health {2}2 connections\n {2}requests a second {3}legacy /)
  assert.match(out, /candidate +[\d,]+ +\d+\.\d\d× .*(faster|slower|no difference shown)\n/)
  assert.match(out, /floor .*legacy over itself/)
  assert.match(out, /A backend runs elsewhere and was not started afresh/)
  assert.ok(out.split('\n').every(line => line.length <= 80), out)
  const [file] = resultsIn(folder)
  const kept = JSON.parse(readFileSync(join(folder, '.cutover/bench', file!), 'utf8'))
  assert.deepEqual([kept.version, `${kept.id}.json`, kept.baseline], [1, file, 'legacy'])
  assert.deepEqual(kept.routes.map(({ route, feature }: { route: string, feature: string }) => [route, feature]), [['/health', 'all'], ['/total', 'all']])
})

test('a route whose answers differ is refused, and the command ends with 1', async t => {
  const folder = await benched(t, answering(1), answering(2))
  const { code, out } = await bench(folder, '--no-latencies', '--no-floor', '--json')
  assert.equal(code, 1)
  const { routes } = JSON.parse(out)
  const refused = routes.find(({ route }: { route: string }) => route === '/total')
  assert.equal(refused.answers, 'different')
  assert.equal(refused.difference, 'candidate: GET /total: /body/total has another value')
  assert.equal(refused.blocks.length, 0)
  assert.equal(routes.find(({ route }: { route: string }) => route === '/health').answers, 'same')
})

test('what legacy differs from its twin by is noise, not a difference', async t => {
  let made = 0
  const stamped: Handler = (_request, response) => {
    response.setHeader('x-request-id', `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`).end('{}')
  }
  const folder = await benched(t, stamped, stamped, { routes: [{ name: 'health', path: '/health' }] })
  assert.equal((await bench(folder, '--no-latencies')).code, 0)
})

test('requests are signed in with what a scenario captures, the latencies are at an equal rate', async t => {
  const guarded: Handler = (request, response) => {
    if (request.url === '/sign-in') response.setHeader('content-type', 'application/json').end('{"token":"abc"}')
    else response.writeHead(request.headers.authorization === 'Bearer abc' ? 200 : 401).end('secret')
  }
  const folder = await benched(t, guarded, guarded, {
    routes: [{ name: 'mine', path: '/mine', headers: { Authorization: 'Bearer ${token}' } }], // eslint-disable-line no-template-curly-in-string
    signIn: 'session'
  }, { 'scenarios/session.yaml': 'name: session\nsteps:\n  - request: GET /sign-in\n    capture: { token: /token }\n' })
  const { code, out } = await bench(folder, '--json')
  assert.equal(code, 0, out)
  const [route] = JSON.parse(out).routes
  assert.ok(route.blocks.every(({ failed }: { failed: number }) => failed === 0))
  assert.ok(route.offered > 0 && route.latencies.length > 0)
})

test('a result is compared with the last, and with one that was kept by name', async t => {
  const folder = await benched(t, answering(1), answering(1), { routes: [{ name: 'health', path: '/health' }] })
  await bench(folder, '--no-latencies', '--save-as', 'before')
  const { out } = await bench(folder, '--no-latencies', '--against', 'before', '--json')
  const { since } = JSON.parse(out)
  assert.equal(since.id, 'before')
  assert.deepEqual(since.changes.map(({ figure, backend }: { figure: string, backend: string }) => [figure, backend]), [['rate', 'candidate']])
  assert.deepEqual(resultsIn(folder).length, 2)
  const { code, err } = await bench(folder, '--against', 'befor')
  assert.equal(code, 2)
  assert.match(err, /There is no bench result "befor"\. There are: before, /)
})

test('several routes are measured as one with --mix, and what a scenario reads with --scenario', async t => {
  const folder = await benched(t, answering(1), answering(1), {}, { 'scenarios/tour.yaml': 'name: tour\nsteps:\n  - request: GET /health\n  - request: POST /total\n  - request: GET /total\n' })
  const mix = JSON.parse((await bench(folder, '--no-latencies', '--mix', '--json')).out)
  assert.deepEqual(mix.routes.map(({ route }: { route: string }) => route), ['mix'])
  const { code, out } = await bench(folder, '--no-latencies', '--scenario', 'tour', '--json')
  assert.equal(code, 0, out)
  assert.deepEqual(JSON.parse(out).routes.map(({ route }: { route: string }) => route), ['tour'])
})

test('wrong words are told before anything is started', async t => {
  const folder = await benched(t, answering(1), answering(1))
  for (const [words, says] of [
    [['nothing'], /There is no route "nothing" to measure\. There are: \/health, \/total\./],
    [['--time', 'soon'], /not a duration/],
    [['--connections', '0'], /from 1 to 1000/],
    [['--save-as', '../x'], /not a name/],
    [['--scenario', 'none'], /names the scenario "none"/]
  ] as const) {
    const { code, err } = await bench(folder, ...words)
    assert.equal(code, 2, err)
    assert.match(err, says)
  }
})
