import assert from 'node:assert/strict'
import { spawnSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { toCurl } from '../../src/message/curl.ts'
import { shellBytes } from '../../src/message/shell.ts'
import { exchange, sample } from './exchanges.ts'

const stubs = mkdtempSync(join(tmpdir(), 'curl-'))
after(() => rmSync(stubs, { recursive: true }))
// Prints its arguments, each ended by NUL, and then its input.
writeFileSync(join(stubs, 'curl'), `#!/bin/sh
for word do printf '%s\\0' "$word"; done
case "$*" in *--data-binary*) cat ;; esac
`)
chmodSync(join(stubs, 'curl'), 0o755)

function run (script: string): { words: string[], input: Buffer } {
  const { stdout, stderr, status } = spawnSync('sh', [], { input: script, env: { PATH: `${stubs}:${process.env['PATH']}` }, cwd: stubs, maxBuffer: 10_000_000 })
  assert.equal(stderr.toString(), '')
  assert.equal(status, 0)
  const end = stdout.lastIndexOf(0) + 1
  return { words: stdout.toString('latin1', 0, end).split('\0').slice(0, -1), input: stdout.subarray(end) }
}

function option (words: string[], name: string): string[] {
  return words.flatMap((word, i) => words[i - 1] === name ? [word] : [])
}

test('the shell gives curl the request that was meant, and runs nothing else', () => {
  fc.assert(fc.property(exchange, ({ request }) => {
    const { truncated: _, ...whole } = request
    const { words, input } = run(toCurl({ ...whole, headers: [...request.headers, ['Accept', '']] }, { secrets: true, origin: 'http://a.test' }))
    assert.deepEqual(option(words, '--url'), [`http://a.test${request.target}`])
    const kept = request.headers.filter(([name]) => !/^(host|te|expect|content-length)$/i.test(name)).map(([name, value]) => value === '' ? `${name};` : `${name}: ${value}`)
    assert.deepEqual(option(words, '--header').slice(0, kept.length), kept)
    const data = option(words, '--data-raw')[0]
    const binary = words.includes('--data-binary') && !input.equals(Buffer.alloc(0))
    if (request.body.includes(0)) assert.equal(data, undefined)
    const sent = data === undefined ? binary ? input : Buffer.alloc(0) : Buffer.from(data, 'latin1')
    if (!request.body.includes(0)) assert.deepEqual(sent, request.body)
  }), { numRuns: 60 })
})

test('bytes go through the shell as they are, NUL included', () => {
  const all = Buffer.from([...Array.from({ length: 512 }, (_, i) => i % 256), 1, 0x31, 0x31, 0, 0x37])
  const script = toCurl(sample({ method: 'POST', body: all }).request)
  assert.match(script, /^[\x20-\x7e\n]*$/)
  const stub = script.replace(/\| curl.*/s, '| cat')
  assert.deepEqual(spawnSync('sh', [], { input: stub }).stdout, all)
  const nul = Buffer.from('a\0b')
  assert.deepEqual(spawnSync('sh', [], { input: toCurl(sample({ method: 'POST', body: nul }).request).replace(/\| curl.*/s, '| cat') }).stdout, nul)
  const long = Buffer.from('x'.repeat(300_000))
  assert.deepEqual(run(toCurl(sample({ method: 'POST', body: long }).request)).input, long)
  const name = Buffer.from("it's \xff `$(x)` \\", 'latin1')
  assert.deepEqual(spawnSync('sh', [], { input: `printf %s ${shellBytes(name)}` }).stdout, name)
})

test('nothing that could become a second header or request is written', () => {
  for (const bad of [{ headers: [['X', 'a\r\nY: b']] }, { headers: [['X', 'a\nb']] }, { headers: [['X\n', 'a']] }, { target: '/ HTTP/1.1\r\nX: y' }, { target: '/a b' }, { method: 'G T' }, { target: 'file:///etc/passwd' }, { target: '@x' }] as const) {
    assert.throws(() => toCurl(sample(bad as object).request), { code: 'CUT_EXCHANGE_UNWRITABLE' }, JSON.stringify(bad))
  }
  assert.throws(() => toCurl(sample({ truncated: { length: 1 } }).request), { code: 'CUT_EXCHANGE_UNWRITABLE', message: /not kept/ })
})

test('secrets are tags unless asked for', () => {
  const { request } = sample({ headers: [['Authorization', 'Bearer planted-secret']], target: '/?token=planted-secret', body: Buffer.from('{"password":"planted-secret"}') })
  assert.doesNotMatch(toCurl(request), /planted/)
  assert.match(toCurl(request), /Authorization: Bearer redacted-[0-9a-f]{16}'/)
  assert.match(toCurl(request, { secrets: true }), /planted/)
})

const hasCurl = spawnSync('curl', ['--version']).status === 0

test('curl sends the request that was written', { skip: !hasCurl && process.env.CUTOVER_CI === undefined && 'curl is missing: apt-get install curl' }, async t => {
  const seen: Array<{ message: IncomingMessage, body: Buffer }> = []
  const server = createServer((message, response) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      seen.push({ message, body: Buffer.concat(chunks) })
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const targets = ['/', '/a/../b/./c//d', '/[x]{y}?z={1,2}&"<>\\^`|', '/%2e%2F?a=%00&b', "/it's?$(x)", '/a?b?c=/../']
  for (const target of targets) {
    const script = toCurl(sample({ method: 'PUT', target, headers: [['x-A', 'b'], ['X-a', ''], ['User-Agent', 'me']], body: Buffer.from('@/etc/passwd\n') }).request, { origin, secrets: true })
    const [code] = await once(spawn('sh', ['-c', script], { stdio: 'ignore' }), 'exit') as [number]
    assert.equal(code, 0, target)
    const { message, body } = seen.pop()!
    assert.equal(message.method, 'PUT')
    assert.equal(message.url, target)
    assert.equal(body.toString(), '@/etc/passwd\n')
    assert.deepEqual(message.rawHeaders.filter((_, i) => i % 2 === 0), ['Host', 'x-A', 'X-a', 'User-Agent', 'Content-Length'])
  }
})
