import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { adminListener, cutover, featureStatus, statusResponse } from './harness.ts'

const status = statusResponse({ features: [featureStatus('vehicles', { share: 2500 })] })

test('off a terminal, status prints one table and ends', async t => {
  const admin = await adminListener(t, () => ({ body: status }))
  const { code, out } = await cutover(admin.folder, ['status'])
  assert.equal(code, 0)
  assert.match(out, /^vehicles .* 25%/m)
  assert.equal(out.includes('\x1b'), false)
  assert.equal(admin.asked.length, 1)
})

test('--once prints one table on a terminal too, in its width', async t => {
  const admin = await adminListener(t, () => ({ body: status }))
  const { out } = await cutover(admin.folder, ['status', '--once'], { terminal: true, columns: 60 })
  assert.equal(out.includes('\x1b[?1049h'), false)
  assert.ok(out.split('\n').length > 10)
})

test('--json prints what the switch says', async t => {
  const admin = await adminListener(t, () => ({ body: status }))
  const { out } = await cutover(admin.folder, ['status', '--json'], { terminal: true })
  assert.deepEqual(JSON.parse(out), JSON.parse(JSON.stringify(status)))
})

for (const [name, leave] of Object.entries({
  q: (stdin: PassThrough) => stdin.write('q'),
  'ctrl-c': (stdin: PassThrough) => stdin.write('\x03'),
  SIGTERM: (_stdin: PassThrough, signals: EventEmitter) => signals.emit('SIGTERM')
})) {
  test(`on a terminal, status is drawn anew until ${name}, and gives the terminal back`, async t => {
    let share = 2500
    const admin = await adminListener(t, () => ({ body: statusResponse({ features: [featureStatus('vehicles', { share })] }) }))
    const [stdin, signals, drawn] = [new PassThrough(), new EventEmitter(), new EventEmitter()]
    const ran = cutover(admin.folder, ['status', '--no-color'], { terminal: true, columns: 80, stdin, signals, onOutput: text => drawn.emit('text', text) })
    for await (const [text] of on(drawn)) if (/25%/.test(text)) break
    share = 10_000
    for await (const [text] of on(drawn)) if (/100%/.test(text)) break
    leave(stdin, signals)
    const { code, out } = await ran
    assert.equal(code, 0)
    assert.ok(out.indexOf('\x1b[?1049h') < out.indexOf('\x1b[?1049l'))
    assert.match(out.slice(out.lastIndexOf('\x1b[?1049l')), /100%/)
    assert.equal(signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM') + stdin.listenerCount('data'), 0)
  })
}

test('while the switch is away, the last figures stay with a word about it', async t => {
  const admin = await adminListener(t, () => ({ body: status }))
  const [stdin, drawn] = [new PassThrough(), new EventEmitter()]
  const ran = cutover(admin.folder, ['status', '--no-color'], { terminal: true, columns: 200, stdin, onOutput: text => drawn.emit('text', text) })
  await once(drawn, 'text')
  await admin.close()
  for await (const [text] of on(drawn)) if (/25%/.test(text) && /any more\. .*Trying again/.test(text)) break
  stdin.write('q')
  assert.equal((await ran).code, 0)
})

/** Each piece of output, for at most ten seconds. */
async function * on (drawn: EventEmitter): AsyncGenerator<[string]> {
  const signal = AbortSignal.timeout(10_000)
  for (;;) yield await once(drawn, 'text', { signal }) as [string]
}
