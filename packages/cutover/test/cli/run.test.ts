import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { RunOutcome } from '../../src/cli/run/outcome.ts'
import type { JournalEntry } from '../../src/config/control.ts'
import { openGateway } from '../../src/library/gateway.ts'
import { cutover, folderWith, type Options, type Ran } from './harness.ts'

const good = 'export default (request, response) => { response.end(\'same\') }\n'
const scenario = 'name: look\nsteps:\n  - request: GET /things/1\n    expect: { status: 200 }\n  - request: GET /elsewhere\n'

function project (t: TestContext, { candidate = good, rollout = {}, files = {} }: { candidate?: string, rollout?: object, files?: Readonly<Record<string, string>> } = {}): string {
  return folderWith(t, {
    'package.json': '{"type":"module"}',
    'legacy.js': good,
    'candidate.js': candidate,
    'scenarios/look.yaml': scenario,
    'cutover.config.json': JSON.stringify({
      legacy: { module: './legacy.js' },
      candidate: { module: './candidate.js' },
      listen: { port: 0 },
      features: { things: { routes: ['/things/*'] }, rest: { routes: ['/*'], risk: 'high' } },
      rollout: { stages: ['50%', '100%'], hold: '50ms', tick: '20ms', minimumRequests: 10, gates: { errorRate: { below: '40%' } }, ...rollout }
    }),
    ...files
  })
}

async function run (folder: string, words: readonly string[], options: Options = {}): Promise<Ran & { readonly outcome: RunOutcome }> {
  const ran = await cutover(folder, ['run', '--json', '--pause', '1ms', ...words], { openGateway: async (settings, more) => await openGateway(settings, { ...more, env: {} }), ...options })
  return { ...ran, outcome: JSON.parse(ran.out) as RunOutcome }
}

function states ({ stages }: RunOutcome): string {
  return stages.map(({ stage, state }) => `${stage} ${state}`).join(', ')
}

function journalOf (folder: string): readonly JournalEntry[] {
  return readFileSync(join(folder, '.cutover/journal.ndjson'), 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line) as JournalEntry)
}

function shareOf (folder: string, feature: string): number | undefined {
  return journalOf(folder).flatMap(line => line.kind !== 'rollout' && line.feature === feature ? [line.to] : []).at(-1)
}

test('features arrive, one after another, under scenarios as load; a later run has nothing to do, or begins again', { timeout: 120_000 }, async t => {
  const folder = project(t)
  const { code, outcome } = await run(folder, ['--skip', 'verify,bench'])
  assert.equal(code, 0)
  assert.equal(states(outcome), 'verify skipped, bench skipped, rollout yes, report yes')
  assert.deepEqual([outcome.done, outcome.why], [true, 'things, rest are at 100%'])
  assert.deepEqual([shareOf(folder, 'things'), shareOf(folder, 'rest')], [10_000, 10_000])
  const { clients } = outcome.rollout!
  assert.ok(clients!.requests > 40 && clients!.candidate > 20, JSON.stringify(clients))
  assert.deepEqual([clients!.failed, clients!.unexpected, clients!.unsent], [0, 0, 0])
  assert.ok(existsSync(outcome.report!.html))
  assert.equal((JSON.parse(readFileSync(join(outcome.report!.json, '../run.json'), 'utf8')) as RunOutcome).why, outcome.why)

  const second = await run(folder, ['--skip', 'verify,bench,report'])
  assert.deepEqual([second.code, second.outcome.why], [0, 'every feature is at its last stage already'])

  const third = await run(folder, ['things', '--again', '--skip', 'verify,bench,report'])
  assert.equal(third.code, 0)
  const back = journalOf(folder).findLastIndex(({ kind, feature }) => kind === 'rollback' && feature === 'things')
  assert.deepEqual(journalOf(folder).slice(back).flatMap(line => line.kind === 'share' ? [line.to] : []), [5_000, 10_000])
})

test('a candidate that answers otherwise ends the run at verify, and the report says why', { timeout: 120_000 }, async t => {
  const folder = project(t, { candidate: 'export default (request, response) => { response.end(request.url === \'/things/1\' ? \'other\' : \'same\') }\n' })
  const { code, outcome } = await run(folder, [])
  assert.equal(code, 1)
  assert.equal(states(outcome), 'verify no, bench not reached, rollout not reached, report yes')
  assert.match(outcome.why, /^verify: 1 scenario, .* 1 difference$/)
  assert.match(outcome.stages[0]!.why, /GET \/things\/1/)
  assert.match(readFileSync(outcome.report!.markdown, 'utf8'), /GET \/things\/1/)
  assert.equal(existsSync(join(folder, '.cutover/journal.ndjson')), false)
})

test('a candidate that fails is taken back, and nothing behind it begins', { timeout: 120_000 }, async t => {
  const folder = project(t, { candidate: 'export default (request, response) => { response.statusCode = 500; response.end(\'no\') }\n' })
  const { code, outcome } = await run(folder, ['--skip', 'verify,bench'])
  assert.equal(code, 1)
  assert.equal(states(outcome), 'verify skipped, bench skipped, rollout no, report yes')
  assert.match(outcome.why, /^rollout: things was taken back to legacy at 50% by (burst|errorRate)$/)
  assert.deepEqual(outcome.rollout!.rollouts.map(({ feature, phase }) => [feature, phase]), [['things', 'failed'], ['rest', 'aborted']])
  assert.equal(outcome.rollout!.events.filter(({ event }) => event === 'failed').length, 1)
  assert.equal(shareOf(folder, 'things'), 0)
  assert.equal(outcome.rollout!.clients!.failed, 0, 'legacy answered what the candidate failed')
})

test('ctrl-c in a rollout pauses it: the share stays, and the next switch knows', { timeout: 120_000 }, async t => {
  const folder = project(t, { rollout: { hold: '1h' } })
  const signals = new EventEmitter()
  const reached = setInterval(() => {
    if (!existsSync(join(folder, '.cutover/journal.ndjson')) || shareOf(folder, 'things') !== 5_000) return
    clearInterval(reached)
    signals.emit('SIGINT')
  }, 20)
  t.after(() => clearInterval(reached))
  const { code, outcome } = await run(folder, ['things', '--skip', 'verify,bench'], { signals })
  assert.equal(code, 3)
  assert.equal(states(outcome), 'verify skipped, bench skipped, rollout interrupted, report yes')
  assert.match(outcome.why, /things was interrupted and is paused; every share stays where it is/)
  assert.equal(shareOf(folder, 'things'), 5_000)
  assert.equal(journalOf(folder).findLast(line => line.kind === 'rollout')?.event, 'paused')
  assert.equal(signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM'), 0)
})

test('ctrl-c in verify ends the run there', { timeout: 120_000 }, async t => {
  const folder = project(t)
  const signals = new EventEmitter()
  setTimeout(() => signals.emit('SIGINT'), 300)
  const { code, outcome } = await run(folder, ['--skip', 'bench'], { signals })
  assert.equal(code, 3)
  assert.equal(states(outcome), 'verify interrupted, bench skipped, rollout not reached, report yes')
})

test('a rollout that takes longer than --limit is paused, and that is a no', { timeout: 120_000 }, async t => {
  const folder = project(t, { rollout: { hold: '1h' } })
  const { code, outcome } = await run(folder, ['things', '--skip', 'verify,bench,report', '--limit', '500ms'])
  assert.equal(code, 1)
  assert.match(outcome.why, /things had not arrived after 500ms: paused/)
  assert.equal(journalOf(folder).findLast(line => line.kind === 'rollout')?.event, 'paused')
})

test('a recording is sent as load', { timeout: 120_000 }, async t => {
  const header = { cutover: 'recording', version: 1, id: 'x', part: 1, startedAt: '2026-01-01T00:00:00.000Z' }
  const exchange = (method: string, target: string) => ({ session: 's', request: { method, target, headers: [] }, response: { status: 200, headers: [], text: 'same' } })
  const recording = [header, exchange('GET', '/things/1'), exchange('POST', '/things/2'), exchange('GET', '/x')].map(line => `${JSON.stringify(line)}\n`).join('')
  const refusing = 'export default (request, response) => { response.statusCode = request.method === \'GET\' ? 200 : 500; response.end(\'same\') }\n'
  const folder = project(t, { candidate: refusing, files: { 'monday/000001.ndjson': recording } })
  const { code, outcome } = await run(folder, ['things', '--skip', 'verify,bench,report', '--traffic', 'monday'])
  assert.deepEqual([code, outcome.why], [0, 'things is at 100%'], 'writes of a recording are not sent again and again')
})

test('on a switch that runs already it rolls out there, and leaves it up', { timeout: 120_000 }, async t => {
  const folder = project(t)
  const { loadConfig } = await import('../../src/config/load.ts')
  const gateway = await openGateway(await loadConfig({ cwd: folder, env: {} }), { env: {} })
  t.after(async () => await gateway.close())
  const none = { openGateway: () => Promise.reject(new Error('a second switch')) }
  const { code } = await run(folder, ['things', '--skip', 'verify,bench,report'], none)
  assert.equal(code, 0)
  assert.equal((await fetch(`${gateway.url}/things/1`)).headers.get('x-routed-to'), 'candidate')
  const refused = await run(folder, ['rest', '--skip', 'verify,bench,report', '--hold', '1s'], none)
  assert.equal(refused.code, 2)
  assert.match(refused.outcome.why, /leave --hold out/)
})

for (const [words, says] of [
  [['thing'], /Did you mean "things"/],
  [['--skip', 'benhc'], /There is no stage "benhc"/],
  [['--traffic', 'nowhere'], /there is nothing at .*nowhere/],
  [['--override'], /needs a reason/],
  [['--hold', 'long'], /not a duration/]
] as const) {
  test(`run ${words.join(' ')} is refused before anything is done`, async t => {
    const folder = project(t)
    const { code, out, err } = await cutover(folder, ['run', ...words])
    assert.equal(code, 2)
    assert.match(out + err, says)
    assert.equal(existsSync(join(folder, '.cutover')), false)
  })
}
