import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validateConfig } from '../../src/config/validate.ts'

const good = {
  legacy: { origin: 'http://127.0.0.1:5001' },
  candidate: { origin: 'http://127.0.0.1:3001' },
  features: { vehicles: { routes: ['/api/vehicles'] } }
}

/** The lines of the error that this input gives. */
function lines (input: unknown, env = {}): string[] {
  try {
    validateConfig(input, 'cutover.config.ts', env)
  } catch (error) {
    assert.equal((error as { code: string }).code, 'CUT_CONFIG_INVALID')
    const [head, ...rest] = (error as Error).message.split('\n')
    assert.equal(head, 'cutover.config.ts is not a valid configuration:')
    return rest.map(line => line.trim())
  }
  return []
}
const feature = (extra: object) => lines({ ...good, features: { vehicles: { ...good.features.vehicles, ...extra } } })

test('a good configuration has no problems', () => {
  assert.deepEqual(lines(good), [])
})

test('an unknown key is told with its place and the one that was meant', () => {
  assert.deepEqual(lines({ ...good, features: { vehicles: { routs: ['/a'], routes: ['/b'] } } }), ['features.vehicles.routs: unknown key, did you mean "routes"?'])
  assert.deepEqual(lines({ ...good, timeouts: { firstbyte: '1s' } }), ['timeouts.firstbyte: unknown key, did you mean "firstByte"?'])
  assert.match(lines({ ...good, zebra: 1 })[0]!, /^zebra: unknown key; there are \$schema, legacy,/)
})

test('values of the wrong form are told with what is right', () => {
  assert.deepEqual(feature({ share: '25 %' }), ['features.vehicles.share: "25 %" is not a share: 0% to 100%, at most two decimals'])
  assert.deepEqual(feature({ share: 25 }), ['features.vehicles.share: 25 is not a share: 0% to 100%, at most two decimals'])
  assert.deepEqual(feature({ share: '100.5%' }), ['features.vehicles.share: "100.5%" is not a share: 0% to 100%, at most two decimals'])
  assert.deepEqual(feature({ risk: 'hgh' }), ['features.vehicles.risk: "hgh" is none of "low", "medium", "high", did you mean "high"?'])
  assert.match(feature({ stickyBy: 'user' })[0]!, /^features\.vehicles\.stickyBy: "user" is not "cookie:NAME"/)
  assert.deepEqual(feature({ routes: [] }), ['features.vehicles.routes: is empty'])
  assert.deepEqual(lines({ ...good, listen: { port: 70_000 } }), ['listen.port: 70000 is not a port from 0 to 65535'])
  assert.deepEqual(lines({ ...good, breaker: { failures: 0 } }), ['breaker.failures: 0 is less than 1'])
  assert.deepEqual(lines({ ...good, timeouts: { idle: '5' } }), ['timeouts.idle: "5" is not a duration: 50ms, 2s, 5m or 1h'])
  assert.deepEqual(lines({ ...good, metrics: 'yes' }), ['metrics: "yes" is not true or false'])
})

test('every mistake has its line', () => {
  assert.equal(lines({ legacy: { comand: 'x' }, candidate: 5, features: { Vehicles: { routes: ['/a'] } }, limits: { body: 'x' } }).length, 4)
})

test('what is missing, or no configuration at all, is told', () => {
  assert.match(lines({ legacy: good.legacy, features: {} })[0]!, /^candidate: is missing\. The backend that is to take over/)
  assert.deepEqual(lines(undefined), ['the configuration: undefined is not an object'])
  assert.deepEqual(lines([]), ['the configuration: [] is not an object'])
})

test('a secret is never repeated', () => {
  assert.deepEqual(lines({ ...good, admin: { token: 'hunter2' } }), ['admin.token: is shorter than 16 characters'])
  assert.deepEqual(lines({ ...good, force: { secret: 1234567 } }), ['force.secret: the value is not a text'])
})

test('a variable of the process is told by its own name', () => {
  assert.deepEqual(lines(good, { CUTOVER_PORT: 'abc' }), ['CUTOVER_PORT: "abc" is not a port from 0 to 65535'])
  assert.deepEqual(lines(good, { CUTOVER_ADMIN_TOKEN: 'short' }), ['CUTOVER_ADMIN_TOKEN: is shorter than 16 characters'])
})

test('a backend is exactly one of module, listener, command with origin, and origin', () => {
  const legacy = (legacy: object) => lines({ ...good, legacy })
  assert.match(legacy({})[0]!, /^legacy: says nowhere to send requests/)
  assert.deepEqual(legacy({ module: './a.js', command: 'node a', origin: 'http://a' }), ['legacy: has module and command: keep one', 'legacy.origin: does not go with module and command, which runs in this process'].slice(0, 2))
  assert.deepEqual(legacy({ command: 'node a' }), ['legacy.origin: is missing: a command needs the URL at which it answers'])
  assert.deepEqual(legacy({ module: './a.js', origin: 'http://a' }), ['legacy.origin: does not go with module, which runs in this process'])
  assert.deepEqual(legacy({ origin: 'http://a', cwd: '.', export: 'x' }), ['legacy.export: only goes with module', 'legacy.cwd: only goes with command'])
  assert.deepEqual(legacy({ origin: 'http://a', listener: 'x' }), ['legacy.listener: "x" is not an application or a (req, res) function'])
})

test('an origin is a plain URL, and not the switch itself', () => {
  const legacy = (origin: string) => lines({ ...good, legacy: { origin } })
  assert.deepEqual(legacy('ftp://a'), ['legacy.origin: "ftp://a" is not a URL that begins with http:// or https://'])
  assert.match(legacy('http://a:99999')[0]!, /is not a URL/)
  assert.match(legacy('http://user:pass@a')[0]!, /^legacy\.origin: has a user name or password/)
  assert.doesNotMatch(legacy('http://user:pass@a')[0]!, /pass@/)
  assert.match(legacy('http://a?b')[0]!, /has a query/)
  assert.match(legacy('http://localhost:3000')[0]!, /is where the switch itself listens/)
})

test('a candidate that is legacy itself is refused', () => {
  assert.match(lines({ ...good, candidate: { origin: 'http://127.0.0.1:5001/' } })[0]!, /^candidate\.origin: is legacy's own/)
  const app = () => {}
  assert.match(lines({ ...good, legacy: app, candidate: app })[0]!, /^candidate\.listener: is legacy's own/)
  assert.match(lines({ ...good, legacy: { module: './a.js' }, candidate: { module: './a.js' } })[0]!, /^candidate\.module: is legacy's own/)
  assert.deepEqual(lines({ ...good, legacy: { module: './a.js' }, candidate: { module: './a.js', export: 'next' } }), [])
})

test('a route that two features claim is refused, whatever its spelling', () => {
  const features = { a: { routes: ['/api/:id'] }, b: { routes: ['/API/:key/'] } }
  assert.deepEqual(lines({ ...good, features }), ['features.b.routes[0]: "/API/:key/" matches the same requests as "/api/:id" in features.a.routes[0]: keep one'])
  assert.deepEqual(lines({ ...good, features: { a: { routes: ['GET /a'] }, b: { routes: ['POST /a', '/a/*'] } } }), [])
})

test('a variable may move several features', () => {
  assert.deepEqual(lines({ ...good, features: { a: { routes: ['/a'], env: 'X' }, b: { routes: ['/b'], env: 'X' } } }), [])
})

test('a route that could never match is refused', () => {
  assert.match(feature({ routes: ['/a/*/b'] })[0]!, /^features\.vehicles\.routes\[0\]: "\/a\/\*\/b" has a wildcard inside/)
})

test('pins need a key, and a key one side', () => {
  assert.match(feature({ pin: { legacy: ['alice'] } })[0]!, /^features\.vehicles\.pin: needs stickyBy/)
  assert.deepEqual(feature({ stickyBy: 'jwt:sub', pin: { legacy: ['alice'], candidate: ['alice'] } }), ['features.vehicles.pin: "alice" is pinned to both sides'])
})

test('forcing has its own secret and a header without another meaning', () => {
  const token = 'a-very-secret-value'
  assert.match(lines({ ...good, admin: { token }, force: { secret: token } })[0]!, /^force\.secret: is the admin token too/)
  assert.match(lines({ ...good, force: { header: 'Authorization' } })[0]!, /^force\.header: "Authorization" has a meaning/)
  assert.match(lines({ ...good, force: { secret: 'with white space in it' } })[0]!, /white space/)
})

test('a key that would reach the prototype is only an unknown key', () => {
  assert.match(lines(JSON.parse('{"__proto__":{"polluted":true},"legacy":{"origin":"http://a"},"candidate":{"origin":"http://b"},"features":{}}'))[0] ?? '', /^__proto__: unknown key/)
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})
