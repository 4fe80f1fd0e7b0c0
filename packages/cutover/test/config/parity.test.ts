import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveConfig } from '../../src/config/resolve.ts'

const base = { legacy: { origin: 'http://127.0.0.1:5001' }, candidate: { origin: 'http://127.0.0.1:3001' }, features: {} }
const resolve = (parity: object, env: Record<string, string> = {}) => resolveConfig({ ...base, parity }, { folder: '/srv/app', env }).parity

/** The lines of the error that this input gives. */
function lines (changed: object): string[] {
  try {
    resolveConfig({ ...base, ...changed }, { folder: '/srv/app' })
  } catch (error) {
    return (error as Error).message.split('\n').slice(1).map(line => line.trim())
  }
  return []
}

test('all of parity has defaults', () => {
  assert.deepEqual(resolveConfig(base, { folder: '/srv/app' }).parity, {
    compare: {},
    scenarios: '/srv/app/scenarios',
    surroundings: undefined,
    state: { url: undefined, urlFrom: undefined, collections: [], variable: undefined, settleMs: 10 },
    twin: undefined,
    timeoutMs: 10_000,
    bodyLimitBytes: 1_000_000,
    openapi: { candidate: undefined, legacy: undefined, file: undefined },
    fuzz: { signIn: undefined, headers: {}, skip: [] }
  })
  assert.deepEqual(resolveConfig(base, { folder: '/srv/app' }).redact, {})
})

test('paths become absolute, texts numbers, and all is frozen', () => {
  const parity = resolve({
    surroundings: './verification.ts',
    scenarios: '../scenarios',
    openapi: { file: 'openapi.yaml', candidate: '/docs/json' },
    twin: 'http://127.0.0.1:5002',
    timeout: '2s',
    bodyLimit: '64kB',
    state: { settle: '0ms', variable: 'PG_URL' },
    fuzz: { headers: { Authorization: 'Bearer x' }, skip: ['DELETE /x/:id'] }
  })
  assert.equal(parity.surroundings, '/srv/app/verification.ts')
  assert.equal(parity.scenarios, '/srv/scenarios')
  assert.equal(parity.openapi.file, '/srv/app/openapi.yaml')
  assert.equal(parity.twin?.href, 'http://127.0.0.1:5002/')
  assert.deepEqual([parity.timeoutMs, parity.bodyLimitBytes, parity.state.settleMs, parity.state.variable], [2000, 64_000, 0, 'PG_URL'])
  assert.deepEqual(parity.fuzz, { signIn: undefined, headers: { authorization: 'Bearer x' }, skip: [{ methods: ['DELETE'], path: '/x/:id' }] })
  assert.throws(() => { (parity.state as { variable: string }).variable = 'X' }, TypeError)
})

test('the database is a URL, or what a variable holds', () => {
  assert.equal(resolve({ state: { postgres: 'postgres://a/b' } }).state.url, 'postgres://a/b')
  assert.equal(resolve({ state: { mongodb: 'mongodb+srv://a/b' } }).state.url, 'mongodb+srv://a/b')
  assert.deepEqual(resolve({ state: { postgres: 'env:PG' } }, { PG: 'postgres://c/d' }).state, { url: 'postgres://c/d', urlFrom: 'PG', collections: [], variable: undefined, settleMs: 10 })
  assert.deepEqual(resolve({ state: { mongodb: 'env:MONGO', collections: ['notes'] } }, { MONGO: 'mongodb://c/d' }).state, { url: 'mongodb://c/d', urlFrom: 'MONGO', collections: ['notes'], variable: undefined, settleMs: 10 })
  for (const env of [{}, { PG: '' }] as Array<Record<string, string>>) {
    assert.deepEqual(resolve({ state: { postgres: 'env:PG' } }, env).state.url, undefined)
  }
})

test('a wrong database URL is told, and never repeated', () => {
  const [line] = lines({ parity: { state: { postgres: 'mysql://user:hunter2@host/db' } } })
  assert.equal(line, 'parity.state.postgres: the value is not postgres://… or env:NAME')
  assert.deepEqual(lines({ parity: { state: { postgres: 'env:A', mongodb: 'env:B' } } }), ['parity.state: has postgres and mongodb: keep one, the database that both backends write to'])
  assert.deepEqual(lines({ parity: { state: { mongodb: 'postgres://user:hunter2@host/db' } } }), ['parity.state.mongodb: the value is not mongodb://… or env:NAME'])
})

test('rules of comparison are checked in the config, with their place', () => {
  const compare = (compare: object) => lines({ parity: { compare } })
  assert.match(compare({ ignore: [{ path: '/bdy/x', reason: 'a reason' }] })[0]!, /^parity\.compare\.ignore\[0\]\.path: begins with "\/bdy"/)
  assert.match(compare({ ignore: [{ path: '/**', reason: 'a reason' }] })[0]!, /^parity\.compare\.ignore\[0\]\.path: "\/\*\*" would hide everything/)
  assert.match(compare({ tolerance: [{ path: '/body/a', reason: 'a reason' }] })[0]!, /^parity\.compare\.tolerance\[0\]: needs absolute or relative/)
  assert.match(compare({ statuses: [{ legacy: 200, candidate: 200, reason: 'a reason' }] })[0]!, /^parity\.compare\.statuses\[0\]: both sides are 200/)
  assert.match(compare({ unordered: [{ path: '/body/a' }] })[0]!, /^parity\.compare\.unordered\[0\]\.reason: is missing/)
  assert.match(compare({ ignored: [] })[0]!, /^parity\.compare\.ignored: unknown key, did you mean "ignore"\?/)
})

test('a twin is a second instance of a legacy that runs already', () => {
  const twin = (twin: string, legacy: object = base.legacy) => lines({ legacy, parity: { twin } })
  assert.deepEqual(twin('http://127.0.0.1:5002'), [])
  assert.match(twin('http://127.0.0.1:5001/')[0]!, /^parity\.twin: is legacy itself/)
  assert.match(twin('http://127.0.0.1:3001')[0]!, /^parity\.twin: is the candidate/)
  assert.match(twin('http://127.0.0.1:5002', { module: './a.js' })[0]!, /^parity\.twin: only goes with a legacy that is an origin/)
  assert.match(twin('http://127.0.0.1:5002', { command: 'node a', origin: 'http://127.0.0.1:5001' })[0]!, /^parity\.twin: only goes with/)
  assert.match(twin('http://127.0.0.1:99999')[0]!, /^parity\.twin: "http:\/\/127\.0\.0\.1:99999" is not a URL/)
  assert.doesNotMatch(twin('http://user:hunter2@127.0.0.1:5002')[0]!, /hunter2/)
})

test('headers and routes of fuzzing are checked', () => {
  const fuzz = (fuzz: object) => lines({ parity: { fuzz } })
  assert.deepEqual(fuzz({ headers: { 'a b': 'x' } }), ['parity.fuzz.headers: "a b" is not the name of a header'])
  assert.match(fuzz({ headers: { a: 'x\r\ny' } })[0]!, /^parity\.fuzz\.headers\.a: has a line break/)
  assert.match(fuzz({ skip: ['/a/*/b'] })[0]!, /^parity\.fuzz\.skip\[0\]: "\/a\/\*\/b" has a wildcard inside/)
  assert.match(fuzz({ skip: ['DELETE'] })[0]!, /^parity\.fuzz\.skip\[0\]: "DELETE" is not a route/)
})

test('what to redact is taken as it is written, and checked', () => {
  assert.deepEqual(resolveConfig({ ...base, redact: { names: ['plate'], json: ['/users/*/email'] } }, { folder: '/' }).redact, { names: ['plate'], json: ['/users/*/email'] })
  assert.deepEqual(lines({ redact: { json: ['users'] } }), ['redact.json[0]: "users" is not a JSON pointer: "/users/*/email"'])
  assert.match(lines({ redact: { name: [] } })[0]!, /^redact\.name: unknown key, did you mean "names"\?/)
})
