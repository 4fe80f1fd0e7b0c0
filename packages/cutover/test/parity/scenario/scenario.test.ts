import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ExchangeResponse } from '../../../src/message/exchange.ts'
import { captureFrom } from '../../../src/parity/scenario/capture.ts'
import { fillStep, literal } from '../../../src/parity/scenario/fill.ts'
import { loadScenarios } from '../../../src/parity/scenario/load.ts'
import { parseScenario } from '../../../src/parity/scenario/parse.ts'
import type { Scenario, Step } from '../../../src/parity/scenario/scenario.ts'
import { scenarioJsonSchema } from '../../../src/parity/scenario/schema.ts'
import { writeScenario } from '../../../src/parity/scenario/write.ts'

/* eslint-disable no-template-curly-in-string */

const answer = (body: string, headers: ExchangeResponse['headers'] = []): ExchangeResponse => ({ status: 200, headers, body: Buffer.from(body) })

function filled (step: Step, values: Record<string, unknown> = {}) {
  const request = fillStep(step, new Map(Object.entries(values)))
  assert.ok(!('problem' in request), JSON.stringify(request))
  return request
}

test('values fill the request line, headers and bodies', () => {
  const request = filled({ request: 'PUT /v/${id}?q=${q}', headers: { authorization: 'Bearer ${id}', accept: ['a', '${id}'] }, json: { whole: '${n}', part: 'no ${n}', list: ['${id}'] } }, { id: 'x/1', q: 'a b', n: 7 })
  assert.equal(request.target, '/v/x/1?q=a%20b')
  assert.deepEqual(request.headers, [['authorization', 'Bearer x/1'], ['accept', 'a'], ['accept', 'x/1'], ['content-type', 'application/json']])
  assert.equal(request.body.toString(), '{"whole":7,"part":"no 7","list":["x/1"]}')
  assert.equal(filled({ request: 'POST /', form: { 'a b': '${q}' } }, { q: 'ü&' }).body.toString(), 'a+b=%C3%BC%26')
  assert.equal(filled({ request: 'POST /', text: '<${q}>' }, { q: 'ü' }).body.toString(), '<ü>')
  assert.deepEqual(filled({ request: 'POST /', base64: 'AP8=' }).body, Buffer.from([0, 255]))
})

test('a request goes out as it is written, whatever it holds', () => {
  assert.equal(filled({ request: 'GET /%zz/<b> x' }).target, '/%zz/<b> x')
  assert.equal(filled({ request: 'GET /${n}' }, { n: 'a\r\nb ü' }).target, '/a%0D%0Ab%20%C3%BC')
})

test('what cannot be filled says why', () => {
  assert.deepEqual(fillStep({ request: 'GET /${id}' }, new Map()), { problem: 'nothing was captured as id' })
  assert.match((fillStep({ request: 'GET /', headers: { a: '${n}' } }, new Map([['n', 'a\r\nb: c']])) as { problem: string }).problem, /header a/)
})

test('a text stays itself through literal, whatever it looks like', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', '-', '\\', '${a}') }), text => {
    assert.equal(filled({ request: 'POST /', text: literal(text) }, { a: 'wrong' }).body.toString(), text)
  }))
})

test('a multipart body has a boundary of its own, the same each time', () => {
  const step: Step = { request: 'POST /', multipart: [{ name: 'a"b', value: '${x}' }, { name: 'f', filename: 'f.bin', type: 'image/png', base64: 'AP8=' }] }
  const request = filled(step, { x: '1' })
  assert.match(request.headers[0]![1], /^multipart\/form-data; boundary=(\S+)$/)
  // eslint-disable-next-line no-control-regex
  assert.match(request.body.toString('latin1'), /name="a%22b"\r\n\r\n1\r\n--\S+\r\n.*filename="f.bin"\r\ncontent-type: image\/png\r\n\r\n\x00\xff\r\n--\S+--\r\n$/s)
  assert.deepEqual(filled(step, { x: '1' }), request)
})

test('captures take values by pointer, header and cookie', () => {
  const response = answer('{"a":[{"b~/c":1}],"s":"x","n":null,"big":12345678901234567890}', [['ETag', '"1"'], ['Set-Cookie', 'sid=a=b; Path=/'], ['set-cookie', 'sid=c; Path=/']])
  assert.equal(captureFrom(response, '/a/0/b~0~1c'), 1)
  assert.equal(captureFrom(response, '/s'), 'x')
  assert.equal(captureFrom(response, '/n'), null)
  assert.equal(captureFrom(response, '/a/1'), undefined)
  assert.deepEqual(captureFrom(response, '/a'), [{ 'b~/c': 1 }])
  assert.equal(captureFrom(response, 'header:etag'), '"1"')
  assert.equal(captureFrom(response, 'cookie:sid'), 'c')
  assert.equal(captureFrom(response, 'cookie:si'), undefined)
  assert.equal(captureFrom(answer('no json'), '/a'), undefined)
})

test('a number past 2^53 keeps its digits from answer to request', () => {
  const id = captureFrom(answer('{"id":12345678901234567890}'), '/id')
  const request = filled({ request: 'POST /${id}', json: { id: '${id}' } }, { id })
  assert.equal(request.target, '/12345678901234567890')
  assert.equal(request.body.toString(), '{"id":12345678901234567890}')
})

const mistakes: ReadonlyArray<readonly [name: string, text: string, message: RegExp]> = [
  ['a mistyped key', 'name: x\nsteps:\n  - request: GET /\n    jsn: {}\n', /x\.yaml.*\n {2}line 4: steps\[0\]\.jsn: unknown key, did you mean "json"\?/],
  ['a request without a target', 'name: x\nsteps:\n  - request: GET\n', /line 3: steps\[0\]\.request: "GET" is not a method and a target/],
  ['no steps', 'name: x\nsteps: []\n', /line 2: steps: is empty/],
  ['two bodies', 'name: x\nsteps:\n  - request: POST /\n    json: 1\n    text: a\n', /line 5: steps\[0\]: has json and text/],
  ['a name that nothing captures', 'name: x\nsteps:\n  - request: GET /\n  - request: GET /${id}\n', /line 4: steps\[1\]: takes \$\{id\}/],
  ['a number for a header', 'name: x\nsteps:\n  - request: GET /\n    headers: { a: 1 }\n', /line 4: steps\[0\]\.headers\.a: 1 is not a text/],
  ['a key given twice', 'name: x\nname: y\nsteps:\n  - request: GET /\n', /line 2: Map keys must be unique/],
  ['what is no YAML', 'name: [\n', /line 2/],
  ['a first step that goes together with nothing', 'name: x\nsteps:\n  - request: GET /\n    together: true\n', /line 4: steps\[0\]: there is no step before it/],
  ['a value of a step at the same moment', 'name: x\nsteps:\n  - request: GET /\n    capture: { id: /id }\n  - request: GET /${id}\n    together: true\n', /line 5: steps\[1\]: takes \$\{id\}, which a step captures that is sent at the same moment/],
  ['a step that is not together', 'name: x\nsteps:\n  - request: GET /\n  - request: GET /\n    together: false\n', /line 5: steps\[1\]\.together: false is not true/],
  ['a capture from nowhere', 'name: x\nsteps:\n  - request: GET /\n    capture: { a: body }\n', /line 4: steps\[0\]\.capture\.a: "body" is not a JSON pointer/]
]
for (const [name, text, message] of mistakes) {
  test(`${name} is told with file, line and what to do`, () => {
    assert.throws(() => parseScenario(text, 'x.yaml'), { code: 'CUT_SCENARIO_INVALID', message })
  })
}

test('what is written is read back the same, whatever texts it holds', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('yes', '1.0', 'null', '~', '- a', 'a: b', '#x', ' a ', 'two\nlines\n', '\u0000', '"', "'", '2001-01-01', '0x1f', '=', '<<', '!x', '&a', '*a', '\u2028', '😀', '', 'x'.repeat(300)))
  fc.assert(fc.property(text, fc.jsonValue({ noUnicodeString: false }), (value, json) => {
    const scenario: Scenario = {
      name: 'x',
      about: value,
      let: { a: value, b: { repeat: value, times: 3 } },
      steps: [{ request: 'POST /', headers: { h: value, l: [value] }, json: literalJson(json), capture: { id: '/id' } }, { request: 'GET /${id}', text: literal(value) }, { request: 'GET /', together: true, times: 2 }]
    }
    assert.deepEqual(parseScenario(writeScenario(scenario, 'a comment\nof two lines'), 'x.yaml'), JSON.parse(JSON.stringify(scenario)))
  }), { numRuns: 200 })
})

function literalJson (value: unknown): unknown {
  return JSON.parse(literal(JSON.stringify(value)))
}

test('a written scenario is what a person would write', () => {
  assert.equal(writeScenario({ name: 'x', steps: [{ request: 'GET /a', expect: { status: 200 } }, { request: 'POST /a', json: { b: '${c}' }, headers: { h: '1' } }] }), `name: x
steps:
  - request: GET /a
    expect: { status: 200 }

  - request: POST /a
    headers: { h: "1" }
    json: { b: "\${c}" }
`)
})

test('a folder is read in the order of its names, finds last, modules and JSON too', async context => {
  const folder = await mkdtemp(join(tmpdir(), 'scenarios-'))
  context.after(() => rm(folder, { recursive: true }))
  const text = (name: string) => `name: ${name}\nsteps:\n  - request: GET /\n`
  await mkdir(join(folder, 'found'))
  await mkdir(join(folder, 'z'))
  await writeFile(join(folder, 'found', 'a.yaml'), text('found'))
  await writeFile(join(folder, 'z', 'a.yml'), text('deep'))
  await writeFile(join(folder, 'b.json'), '{"name":"json","steps":[{"request":"GET /"}]}')
  await writeFile(join(folder, 'a.ts'), "import { defineScenario } from 'cutover/parity'\nexport default [defineScenario({ name: 'one', steps: [{ request: 'GET /' }] }), { name: 'two', steps: [{ request: 'GET /' }] }]\n")
  await writeFile(join(folder, '_draft.yaml'), 'not yet')
  await writeFile(join(folder, 'README.md'), '# x')
  assert.deepEqual((await loadScenarios(folder)).map(({ scenario }) => scenario.name), ['one', 'two', 'json', 'deep', 'found'])
  await writeFile(join(folder, 'c.yaml'), text('deep'))
  await assert.rejects(loadScenarios(folder), { code: 'CUT_SCENARIO_INVALID', message: /"deep", is that of .*c\.yaml too/ })
  await writeFile(join(folder, 'c.yaml'), 'name: 1\n')
  await writeFile(join(folder, 'd.yaml'), 'name: 2\n')
  await assert.rejects(loadScenarios(folder), { message: /c\.yaml[^]*d\.yaml/ })
  await assert.rejects(loadScenarios(join(folder, 'nowhere')), { code: 'CUT_SCENARIOS_MISSING' })
})

test('the schema for editors is plain JSON', () => {
  const schema = scenarioJsonSchema()
  assert.ok(!JSON.stringify(schema).includes('"expected"'))
  assert.equal(schema.title, 'cutover scenario')
})
