import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import vm from 'node:vm'
import fc from 'fast-check'
import { toK6 } from '../../src/message/k6.ts'
import { exchange, sample } from './exchanges.ts'

type Call = [method: string, url: string, body: string | Buffer | null, params: { headers: Record<string, string>, redirects: number }]

/** Runs a script against stand-ins of k6's modules. */
function run (script: string): { calls: Call[], checks: string[] } {
  const calls: Call[] = []
  const checks: string[] = []
  const source = script.replace(/^import .*$/gm, '').replace('export const options', 'const options').replace('export default function ()', 'main = function ()')
  vm.runInNewContext(`let main\n${source}\nmain()`, {
    http: { request: (...call: Call) => { calls.push(call); return { status: 200 } } },
    encoding: { b64decode: (text: string) => Buffer.from(text, 'base64') },
    check: (_response: unknown, conditions: object) => checks.push(...Object.keys(conditions))
  })
  return { calls, checks }
}

test('the script sends the requests that were meant', () => {
  fc.assert(fc.property(fc.array(exchange, { maxLength: 4 }), all => {
    const steps = all.map(({ request, response }) => {
      const { truncated: _, ...whole } = request
      return { request: whole, status: response.status }
    })
    const { calls, checks } = run(toK6(steps, { secrets: true, origin: 'http://a.test' }))
    assert.equal(checks.length, steps.length)
    assert.deepEqual(calls.map(([method, url, body]) => [method, url, Buffer.from(body ?? '')]), steps.map(({ request }) => [request.method, `http://a.test${request.target}`, request.body]))
  }))
})

test('headers of one name are joined', () => {
  const { calls } = run(toK6([sample({ headers: [['Host', 'a'], ['X', '1'], ['x', '2'], ['Cookie', 'a=1'], ['cookie', 'b=2'], ['__proto__', 'x']] })], { secrets: true }))
  assert.deepEqual(Object.entries(calls[0]![3].headers), [['Host', 'a'], ['X', '1, 2'], ['Cookie', 'a=1; b=2'], ['__proto__', 'x']])
})

test('the script is a valid module, whatever the text in it', t => {
  const folder = mkdtempSync(join(tmpdir(), 'k6-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'script.mjs')
  const texts = ['\u2028\u2029', '`$' + '{x}`', "'\"\\", '*/ //', '</script>', '\0', '\ud800']
  writeFileSync(file, toK6(texts.map(text => ({ request: sample({ method: 'POST', body: Buffer.from(text), target: "/'\"`$" + '{x}\\' }).request, status: 200 })), { secrets: true }))
  const { status, stderr } = spawnSync(process.execPath, ['--check', file])
  assert.equal(status, 0, stderr.toString())
})

test('no line break in a header, no secret', () => {
  assert.throws(() => toK6([sample({ headers: [['X', 'a\r\nb']] })]), { code: 'CUT_EXCHANGE_UNWRITABLE' })
  const each = sample({ headers: [['Cookie', 'a=planted-secret']] })
  assert.doesNotMatch(toK6([each]), /planted/)
  assert.match(toK6([each], { secrets: true }), /planted/)
})
