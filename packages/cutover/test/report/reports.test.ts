import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import type { Finding, ParityReport } from '../../src/parity/finding.ts'
import { unmet } from '../../src/parity/trial/expectation.ts'
import { annotations } from '../../src/report/annotations.ts'
import { cleanReport } from '../../src/report/clean-report.ts'
import { jsonReport } from '../../src/report/json-report.ts'
import { junitReport } from '../../src/report/junit-report.ts'
import { terminalReport } from '../../src/report/terminal-report.ts'
import { sample } from './sample.ts'

const clean: ParityReport = { ...sample, findings: [], cases: sample.cases.slice(0, 1), notes: [] }
const withFinding = (over: Partial<Finding>): ParityReport => ({ ...sample, findings: [{ ...sample.findings[0]!, ...over }] })

test('no format holds a secret', () => {
  for (const text of [terminalReport(sample), terminalReport(sample, { color: true, width: 200 }), jsonReport(sample), junitReport(sample), annotations(sample)]) {
    assert.doesNotMatch(text, /SECRET/)
    assert.match(text, /odometer/)
  }
  assert.match(JSON.stringify(sample), /SECRET/)
})

test('fields that a config names secret are hidden too', () => {
  const report = withFinding({ difference: { kind: 'value', pointer: '/body/plate', pattern: '/body/plate', legacy: { type: 'string', text: 'M-XY 12', length: 7 }, candidate: { type: 'string', text: 'M-XY 13', length: 7 } } })
  assert.match(terminalReport(report), /M-XY/)
  for (const redact of [{ names: ['plate'] }, { json: ['/plate'] }]) assert.doesNotMatch(terminalReport(report, { redact }), /M-XY/)
  assert.equal(cleanReport(report, { names: ['plate'] }).findings[0]!.difference!.legacy!.length, 7)
})

test('what a scenario expected and what came are hidden where the place is secret, in every format', () => {
  const answer = { status: 200, headers: [], body: Buffer.from('{"session":{"token":"SECRET-came"},"name":"ann","all":{"password":"SECRET-inner"}}') }
  const lines = unmet({ status: 201, json: { '/session/token': 'SECRET-wanted', '/name': 'bob', '/all': {}, '/plate': 'M-XY 13' } }, answer)
  assert.equal(lines.length, 5)
  const findings = lines.map((message, at): Finding => ({ cause: String(at), kind: 'expectation', endpoint: 'POST /login', message, case: 'login', step: 1, occurrences: 1, confirmed: true }))
  const report: ParityReport = { ...clean, findings }
  for (const format of [terminalReport, jsonReport, junitReport, annotations]) {
    const text = format(report, { redact: { names: ['plate'] } })
    assert.doesNotMatch(text, /SECRET|M-XY/)
    for (const part of ['status 201 was expected, 200 came', 'another value was expected at /session/token than came', 'bob', 'ann']) assert.ok(text.includes(part), `${part}: ${text}`)
  }
})

test('the password of a sign-in that a smallest case begins with is not printed', () => {
  const shrunk = { name: 'x', steps: [{ request: 'POST /login', json: { email: 'ann@example.com', password: 'SECRET and long' } }, { request: 'GET /' }] }
  for (const text of [terminalReport(withFinding({ shrunk })), jsonReport(withFinding({ shrunk })), junitReport(withFinding({ shrunk }))]) {
    assert.doesNotMatch(text, /SECRET/)
    assert.match(text, /POST \/login/)
  }
})

test('a note on a difference holds no secret either', () => {
  assert.doesNotMatch(terminalReport(withFinding({ difference: { ...sample.findings[0]!.difference!, note: 'at {"token":"SECRET-note"}' } })), /SECRET/)
})

test('differences of one exchange stand together, and it is shown once', () => {
  const { shrunk: _, ...first } = sample.findings[0]!
  const findings = ['/body/a', '/body/b', '/body/c'].map((pointer, at): Finding => ({ ...first, cause: String(at), step: at === 1 ? 2 : 4, difference: { ...first.difference!, pointer, pattern: pointer }, message: `${pointer} has another value` }))
  const text = terminalReport({ ...clean, findings })
  assert.deepEqual([...text.matchAll(/\/body\/[abc] has|ask legacy/g)].map(([part]) => part), ['/body/a has', '/body/c has', 'ask legacy', '/body/b has', 'ask legacy'])
})

test('of many findings the first are shown in full, the others on a line each, and where they are', () => {
  const findings = Array.from({ length: 9 }, (_, at): Finding => ({ ...sample.findings[0]!, cause: String(at), endpoint: `GET /${at % 3}`, message: `/body/${at} has another value` }))
  const text = terminalReport({ ...clean, findings }, { most: 2, width: 60 })
  assert.equal([...text.matchAll(/smallest case/g)].length, 2)
  for (const number of [1, 2, 3, 9]) assert.match(text, new RegExp(`^ {2}${number} {2}GET /`, 'm'))
  assert.match(text, /^ {4}3 {2}GET \/0$/m)
  assert.match(text, /in full with --report FILE/)
  for (const line of text.split('\n')) if (!/--(header|url|data)|curl|kept in/.test(line)) assert.ok(line.length <= 60, line)
  assert.doesNotMatch(terminalReport({ ...clean, findings: findings.slice(0, 2) }), /^ {4}1 {2}GET/m)
})

test('a short word that differs is marked as a whole, a letter of a long one by itself', () => {
  const marksOf = (legacy: string, candidate: string): string => {
    const lines = terminalReport(withFinding({ difference: { kind: 'value', pointer: '/body/x', pattern: '/body/x', legacy: { type: 'string', text: legacy, length: 1 }, candidate: { type: 'string', text: candidate, length: 1 } } })).split('\n')
    const at = lines.findIndex(line => line.includes(legacy))
    const marks = lines[at + 2]!
    return lines[at]!.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)
  }
  assert.equal(marksOf('the year 2003 ends', 'the year 2018 ends'), '2003')
  assert.equal(marksOf('"HONDA"', '"TESLA"'), 'HONDA')
  assert.equal(marksOf(`"${'a'.repeat(20)}b${'a'.repeat(20)}"`, `"${'a'.repeat(20)}c${'a'.repeat(20)}"`), 'b')
})

test('the scenario file of a finding is named', () => {
  assert.match(terminalReport(sample, { fileOf: finding => finding.step === undefined ? undefined : `/x/${finding.case.length}.yaml`, shownFile: file => file.slice(3), width: 100 }), /step 4 of 16\.yaml/)
})

test('the first line of a terminal report is the verdict', () => {
  const first = (report: ParityReport): string => terminalReport(report).split('\n')[0]!
  assert.equal(first(sample), '✗ 4 differences that nothing explains')
  assert.equal(first(clean), '✓ No difference')
  assert.equal(first({ ...clean, cases: [] }), '? Nothing was compared')
  assert.equal(first({ ...clean, cases: sample.cases.slice(4) }), '? Nothing was compared')
  assert.equal(first({ ...clean, cases: sample.cases.slice(3, 4) }), '! No difference, but 1 case could not be run to the end')
  assert.equal(first({ ...sample, findings: sample.findings.slice(4) }), '! No difference, but 1 case could not be run to the end')
})

test('a terminal report says what, where, how often, how to see it, and what was left out', () => {
  const text = terminalReport(sample, { width: 100, origins: { candidate: 'http://127.0.0.1:3001' } })
  for (const part of [
    'PUT /api/vehicles/${id}', '/body/errors/0/message has another value', '"odometer" must be greater than or equal to 0', // eslint-disable-line no-template-curly-in-string
    '12 times, first in "edit & save <it>", step 4', 'smallest case: 2 steps, kept in scenarios/found/', '2. PUT /api/vehicles/${id}', // eslint-disable-line no-template-curly-in-string
    'http://127.0.0.1:5001/api/vehicles/17', 'http://127.0.0.1:3001/api/vehicles/18', 'Not confirmed', 'Left out 162 times', '120 × noise   uuid',
    '42 × rule    the framework names itself', '200×300 401×11', 'never: status 500, query:size', 'DELETE /api/vehicles/', 'only answers were compared', '--seed 42', 'legacy did not come up again'
  ]) assert.ok(text.includes(part), `${part} is not in\n${text}`)
})

test('the part that differs is marked below both values', () => {
  const lines = terminalReport(sample, { width: 100 }).split('\n')
  const at = lines.findIndex(line => line.includes('legacy     "odometer"'))
  const [legacy, candidate, marks] = lines.slice(at, at + 3) as [string, string, string]
  assert.equal(legacy.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1), 'greater than or equal to')
  assert.equal(candidate.slice(marks.indexOf('^')).split(' ')[0], '>=')
})

test('what differs far inside of long values is still on the line', () => {
  const long = (middle: string): string => `${'abcdefghij'.repeat(12)}${middle}${'klmnop'.repeat(6)}`
  const report = withFinding({ difference: { kind: 'value', pointer: '/body/x', pattern: '/body/x', legacy: { type: 'string', text: long('ONE'), length: 159 }, candidate: { type: 'string', text: long('TWO'), length: 159 } } })
  const lines = terminalReport(report, { width: 80 }).split('\n').filter(line => /^ +(legacy|candidate) {2}/.test(line))
  assert.match(lines[0]!, /ONE/)
  assert.match(lines[1]!, /TWO/)
  for (const line of lines) assert.ok(line.length <= 80, line)
})

test('what a backend sent cannot control the terminal', () => {
  const text = terminalReport(withFinding({ difference: { kind: 'value', pointer: '/body/\u001b]0;title\u0007', pattern: '/body/\u001b]0;title\u0007', legacy: { type: 'string', text: '\u001b[2J\u202egone', length: 9 }, candidate: { type: 'string', text: 'a\rb', length: 3 } }, case: '\u001b[31m', endpoint: 'GET /\u009b31m' }))
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(text, /[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
  assert.match(text, /\\u001b\[2J\\u202egone/)
})

test('no line but of a curl command is wider than the terminal', () => {
  for (const width of [60, 80, 120]) {
    for (const line of terminalReport(sample, { width }).split('\n')) {
      if (/--(header|url|data)|curl|kept in/.test(line)) continue
      assert.ok(line.length <= width, `${line.length} > ${width}: ${line}`)
    }
  }
})

test('JSON keeps the keys of a report, and adds the verdict and curl', () => {
  const json = JSON.parse(jsonReport(sample)) as ParityReport & { same: boolean, findings: ReadonlyArray<{ curl?: { legacy: string }, exchanges?: { legacy: { response: { status: number, text: string } } } }> }
  assert.equal(json.same, false)
  assert.deepEqual(Object.keys(json).filter(key => key !== 'same').sort(), Object.keys(sample).sort())
  assert.match(json.findings[0]!.curl!.legacy, /^curl /)
  assert.equal(json.findings[0]!.exchanges!.legacy.response.status, 400)
  assert.equal((JSON.parse(jsonReport(clean)) as { same: boolean }).same, true)
  assert.equal((JSON.parse(jsonReport({ ...sample, findings: sample.findings.slice(4) })) as { same: boolean }).same, true)
})

test('annotations escape what a workflow command would read', () => {
  const lines = annotations(sample).split('\n').slice(0, -1)
  assert.equal(lines.length, 6)
  assert.equal(lines[0]!.slice(0, lines[0]!.indexOf('::', 3)), '::error file=scenarios/found/put-api-vehicles-id-3f2a9b1c4d5e.yaml,line=1,title=cutover fuzz%3A PUT /api/vehicles/${id}') // eslint-disable-line no-template-curly-in-string
  assert.match(lines[0]!, /has another value%0Alegacy: "odometer" must be/)
  assert.match(lines[3]!, /50%25 sent,\\u000d\\nthen nothing: \\u001b\[31mred/)
  assert.deepEqual(lines.map(line => line.split(/[ :]/)[2]), ['error', 'error', 'error', 'error', 'warning', 'warning'])
  const planted = annotations(withFinding({ message: 'x\n::error::planted\r\n::add-mask::y', file: 'a,line=9::z%0A' })).split('\n').slice(0, -1)
  for (const line of planted) assert.match(line, /^::(error|warning) /)
  assert.match(planted[0]!, /file=a%2Cline=9%3A%3Az%250A,line=1/)
})

test('of more annotations than are shown the last says how many', () => {
  const lines = annotations({ ...clean, findings: Array.from({ length: 25 }, (_, at) => ({ ...sample.findings[0]!, cause: String(at) })) }).trim().split('\n')
  assert.equal(lines.length, 10)
  assert.match(lines[9]!, /::16 more: see the report$/)
  assert.equal(annotations(clean), '')
})
