import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Scenario } from '../../../src/parity/scenario/scenario.ts'
import { runTrial } from '../../../src/parity/trial/run-trial.ts'
import { findingsOf } from '../../../src/parity/trial/trial-findings.ts'
import type { SideName } from '../../../src/parity/trial/side.ts'
import { fakeContext, type Backend } from './fake-sides.ts'

/* eslint-disable no-template-curly-in-string */

const scenario: Scenario = {
  name: 'notes',
  steps: [
    { request: 'POST /notes', json: { text: 'a' }, capture: { id: '/id', tag: 'header:etag' } },
    { request: 'GET /notes/${id}?full=1', headers: { 'if-none-match': '${tag}' } }
  ]
}

/** An application that makes ids and times up; `fault` changes what the candidate answers. */
function notes (fault: (response: ServerResponse, request: IncomingMessage, body: Record<string, unknown>) => void | string = () => {}): Backend {
  return name => {
    const made: Array<Record<string, unknown>> = []
    return (request, response) => {
      const body: Record<string, unknown> = request.method === 'POST'
        ? { id: randomUUID(), text: 'a', tags: ['x', 'y'], price: 1.5, createdAt: new Date().toISOString(), nothing: null }
        : { ...made.find(({ id }) => request.url!.includes(String(id))) ?? { error: 'none' }, host: request.headers.host }
      if (request.method === 'POST') made.push(body)
      response.statusCode = request.method === 'POST' ? 201 : body.error === undefined ? 200 : 404
      response.setHeader('content-type', 'application/json; charset=utf-8')
      response.setHeader('cache-control', 'private, no-cache')
      response.setHeader('etag', `W/"2a-${Buffer.from(JSON.stringify(body)).toString('base64').slice(10, 37)}"`)
      response.setHeader('set-cookie', `sid=${randomUUID()}; Path=/; HttpOnly; SameSite=Lax`)
      response.setHeader('x-request-id', randomUUID())
      const instead = name === 'candidate' ? fault(response, request, body) : undefined
      if (!response.writableEnded && !response.destroyed) response.end(instead ?? JSON.stringify(body))
    }
  }
}

test('what each side makes up is no difference: ids, times, cookies, tags, links to its own host', async context => {
  const trial = await fakeContext(context, notes())
  for (let run = 0; run < 5; run++) {
    const result = await runTrial(scenario, trial)
    assert.deepEqual(result.steps.flatMap(step => step.differences).filter(({ pattern }) => !pattern.endsWith('createdAt')), [])
    assert.equal(result.broken, undefined)
    assert.equal(result.steps[1]!.exchanges.candidate!.response.status, 200)
  }
})

const faults: ReadonlyArray<readonly [name: string, pattern: string, fault: Parameters<typeof notes>[0]]> = [
  ['another status', '/status', response => { response.statusCode = 200 }],
  ['another text', '/body/text', (_, __, body) => { body.text = 'b' }],
  ['another type', '/body/price', (_, __, body) => { body.price = '1.5' }],
  ['a rounded number', '/body/price', (_, __, body) => { body.price = 2 }],
  ['nothing for null', '/body/nothing', (_, __, body) => { delete body.nothing }],
  ['something more', '/body/more', (_, __, body) => { body.more = null }],
  ['another order', '/body/tags', (_, __, body) => { body.tags = ['y', 'x'] }],
  ['a time in another form', '/body/createdAt', (_, __, body) => { body.createdAt = new Date(1e12).toISOString().replace(/\.\d+Z/, 'Z') }],
  ['a header less', '/headers/cache-control', response => { response.removeHeader('cache-control') }],
  ['a directive less', '/headers/cache-control/no-cache', response => { response.setHeader('cache-control', 'private') }],
  ['another charset', '/headers/content-type', response => { response.setHeader('content-type', 'application/json') }],
  ['a cookie without HttpOnly', '/headers/set-cookie/sid/httponly', response => { response.setHeader('set-cookie', `sid=${randomUUID()}; Path=/; SameSite=Lax`) }],
  ['a strong tag for a weak one', '/headers/etag', response => { response.setHeader('etag', '"2a-aaaaaaaaaaaaaaaaaaaaaaaaaaa"') }],
  ['a request id that is none', '/headers/x-request-id', response => { response.setHeader('x-request-id', 'none') }],
  ['an encoding', '/headers/content-encoding', (response, _, body) => {
    response.setHeader('content-encoding', 'gzip')
    response.end(gzipSync(JSON.stringify(body)))
  }],
  ['no JSON', '/body', () => '{"id":"0'],
  ['an empty body', '/body', () => '']
]
for (const [name, pattern, fault] of faults) {
  test(`a planted fault is found: ${name}`, async context => {
    const result = await runTrial(scenario, await fakeContext(context, notes(fault)))
    const found = findingsOf(result, 'notes')
    assert.ok(found.some(({ difference }) => difference?.pattern === pattern), JSON.stringify(found.map(({ message }) => message)))
  })
}

test('a capture that only the candidate lacks is a difference, and the trial goes on without it', async context => {
  const ignored = { ignore: [{ path: '/body/id', reason: 'a test' }, { path: '/body/createdAt', reason: 'a test' }] }
  const result = await runTrial(scenario, await fakeContext(context, notes((_, request, body) => request.method === 'POST' ? JSON.stringify({ ...body, id: undefined }) : undefined), { rules: ignored }))
  assert.equal(result.broken, undefined)
  assert.deepEqual(result.steps[0]!.differences.map(({ kind, pointer }) => [kind, pointer]), [['missing', '/body/id']])
  assert.equal(result.steps[1]!.exchanges.legacy!.response.status, 200)
  assert.equal(result.steps[1]!.exchanges.candidate, undefined)
})

test('a capture that legacy lacks breaks the trial, and says where', async context => {
  const result = await runTrial({ name: 'x', steps: [{ request: 'POST /notes', capture: { id: '/no' } }, { request: 'GET /${id}' }] }, await fakeContext(context, notes()))
  assert.equal(result.broken, 'step 1, POST /notes: legacy answered 201, without /no to capture')
  assert.equal(result.steps.length, 1)
})

test('what legacy answers otherwise than expected is told', async context => {
  const result = await runTrial({ name: 'x', steps: [{ request: 'GET /none', expect: { status: 200, json: { '/error': 'some', '/no': null } } }] }, await fakeContext(context, notes()))
  assert.deepEqual(result.steps[0]!.unexpected, ['status 200 was expected, 404 came', '"some" was expected at /error, "none" came', 'null was expected at /no, nothing came'])
  assert.ok(findingsOf(result, 'x').every(({ kind }) => kind === 'expectation'))
})

test('copies sent at once are compared as a set', async context => {
  const once = (fault: SideName | undefined): Backend => name => {
    let taken = 0
    return (_, response) => {
      const first = taken++ === 0 || name === fault
      response.statusCode = first ? 201 : 409
      response.end(JSON.stringify({ id: randomUUID(), first }))
    }
  }
  const race: Scenario = { name: 'race', steps: [{ request: 'POST /one', times: 4 }] }
  assert.deepEqual((await runTrial(race, await fakeContext(context, once(undefined)))).steps[0]!.differences, [])
  assert.deepEqual(new Set((await runTrial(race, await fakeContext(context, once('candidate')))).steps[0]!.differences.map(({ pattern }) => pattern)), new Set(['/status', '/body/first']))
})

/** Answers when so many requests are open at once, and says which came first; alone they wait in vain. */
const whenTogether = (many: number, fault: boolean): Backend => name => {
  let last = ''
  const open: Array<() => void> = []
  return (request, response) => {
    const user = String(request.headers['x-user'])
    last = user
    const lonely = setTimeout(() => {
      response.statusCode = 503
      response.end()
    }, 2000)
    open.push(() => {
      clearTimeout(lonely)
      response.end(fault && name === 'candidate' ? last : user)
    })
    if (open.length === many) for (const answer of open.splice(0)) answer()
  }
}
const crowd: Scenario = {
  name: 'crowd',
  steps: [{ request: 'GET /mine', headers: { 'x-user': 'ada' }, times: 2, expect: { status: 200 } }, { request: 'GET /mine', headers: { 'x-user': 'grace' }, together: true, expect: { status: 200 } }]
}

test('steps that go together are sent at the same moment, and judged each by itself', async context => {
  const clean = await runTrial(crowd, await fakeContext(context, whenTogether(3, false)))
  assert.deepEqual(clean.steps.map(({ differences, unexpected }) => [...differences, ...unexpected]), [[], []])
  const mixed = await runTrial(crowd, await fakeContext(context, whenTogether(3, true)))
  assert.deepEqual(mixed.steps.map(({ differences }) => differences.length), [0, 1], 'in turns: the last one is one of ada')
})

test('a backend that is quick meets the requests of a moment all the same', async context => {
  // What it keeps beside a request lasts no longer than a turn of its event loop.
  const kept: Backend = name => {
    let user = ''
    return (request, response) => {
      user = String(request.headers['x-user'])
      const own = user
      setImmediate(() => response.end(name === 'candidate' ? user : own))
    }
  }
  const trial = await fakeContext(context, kept)
  const shown = async (): Promise<boolean> => (await runTrial(crowd, trial)).steps.some(({ differences }) => differences.length > 0)
  let runs = 1
  while (!await shown()) assert.ok(++runs < 5)
})

test('a value that is missing in one of several steps at the same moment breaks the trial there', async context => {
  const result = await runTrial({ name: 'x', steps: [{ request: 'GET /a' }, { request: 'GET /${none}', together: true }, { request: 'GET /c', together: true }] }, await fakeContext(context, notes()))
  assert.equal(result.broken, 'step 2, GET /${none}: nothing was captured as none')
  assert.deepEqual(result.steps.map(({ step }) => step), [1])
})

test('each trial starts from a fresh state; a database that is down is one while the steps run', async context => {
  const trial = await fakeContext(context, notes())
  await runTrial({ ...scenario, given: { database: 'down' } }, trial)
  assert.deepEqual(trial.sides.candidate.log, ['reset', 'stop', 'start'])
})

test('a candidate that dies is a failure, and is revived for the next trial', async context => {
  let armed = true
  const trial = await fakeContext(context, notes(response => {
    if (!armed) return
    trial.sides.candidate.die()
    response.destroy()
  }))
  const result = await runTrial(scenario, trial)
  assert.equal(result.steps[0]!.failures.candidate?.kind, 'reset')
  assert.deepEqual(findingsOf(result, 'x').map(({ kind, endpoint }) => [kind, endpoint]), [['failure', 'POST /notes']])
  armed = false
  assert.equal((await runTrial(scenario, trial)).broken, undefined)
  assert.ok(trial.sides.candidate.log.includes('revived'))
})

test('both sides failing alike is the same, one alone is a failure', async context => {
  const hang = (whose: readonly SideName[]): Backend => name => (_, response) => {
    if (!whose.includes(name)) response.end('x')
  }
  const one: Scenario = { name: 'x', steps: [{ request: 'GET /' }] }
  const found = async (whose: readonly SideName[]) => findingsOf(await runTrial(one, await fakeContext(context, hang(whose), { timeoutMs: 80 })), 'x').map(({ message }) => message)
  assert.deepEqual(await found(['legacy', 'twin', 'candidate']), [])
  assert.deepEqual(await found(['candidate']), ['the candidate did not answer: no answer within 80 ms'])
  assert.deepEqual(await found(['legacy', 'twin']), ['legacy did not answer, the candidate did: no answer within 80 ms'])
})

test('event streams that never end are compared as far as all of them got; an open one is not a closed one', async context => {
  const stream = (ends: boolean): Backend => name => (_, response) => {
    response.setHeader('content-type', 'text/event-stream')
    response.write('data: 1\n\n')
    let count = 1
    const timer = setInterval(() => response.write(`data: ${++count}\n\n`), name === 'legacy' ? 5 : 7)
    response.on('close', () => clearInterval(timer))
    if (ends && name === 'candidate') response.end()
  }
  const one: Scenario = { name: 'x', steps: [{ request: 'GET /events' }] }
  assert.deepEqual((await runTrial(one, await fakeContext(context, stream(false), { timeoutMs: 150 }))).steps[0]!.differences, [])
  const other = await runTrial(one, await fakeContext(context, stream(true), { timeoutMs: 150 }))
  assert.ok(other.steps[0]!.differences.some(({ note }) => note === 'the stream of events'))
})

test('large bodies are compared by their hash', async context => {
  const large = (fault: boolean): Backend => name => (_, response) => response.end(Buffer.alloc(2_000_000, name === 'candidate' && fault ? 'b' : 'a'))
  const one: Scenario = { name: 'x', steps: [{ request: 'GET /' }] }
  assert.deepEqual((await runTrial(one, await fakeContext(context, large(false)))).steps[0]!.differences, [])
  assert.deepEqual((await runTrial(one, await fakeContext(context, large(true)))).steps[0]!.differences.map(({ pattern }) => pattern), ['/body'])
})

test('a database that cannot be read breaks the trial, and the answers stay', async context => {
  const trial = await fakeContext(context, notes(response => { response.statusCode = 500 }), { dump: () => { throw new Error('no connection') } })
  const result = await runTrial(scenario, trial)
  assert.equal(result.broken, 'the databases could not be compared: no connection')
  assert.equal(result.steps[0]!.differences[0]!.kind, 'status')
})

test('many requests under way at once are no leak of listeners', async context => {
  const warnings: string[] = []
  const listen = (warning: Error): void => { warnings.push(warning.name) }
  process.on('warning', listen)
  context.after(() => process.off('warning', listen))
  await runTrial({ name: 'x', steps: [{ request: 'GET /', times: 30 }] }, await fakeContext(context, notes(), { signal: new AbortController().signal }))
  await new Promise(setImmediate)
  assert.deepEqual(warnings, [])
})

test('an abort ends a trial with its reason', async context => {
  const controller = new AbortController()
  const trial = await fakeContext(context, () => () => controller.abort(new Error('enough')), { signal: controller.signal })
  await assert.rejects(runTrial(scenario, trial), /enough/)
})
