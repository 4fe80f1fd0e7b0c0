import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { event, hook, notifierFor, standIn } from './stand-in.ts'

test('an event is posted as JSON, with an id and a time', async t => {
  const there = await standIn(t)
  const { notifier, events } = notifierFor([hook(`${there.url}/hook`)])
  notifier.tell(event())
  await notifier.close()
  const [{ method, path, headers, body }] = there.got as [typeof there.got[0]]
  assert.deepEqual([method, path, headers['content-type']], ['POST', '/hook', 'application/json'])
  assert.deepEqual(JSON.parse(body), event())
  assert.match(String(headers['webhook-id']), /^msg_[\w-]{36}$/)
  assert.ok(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000) < 60)
  assert.equal(headers['webhook-signature'], undefined)
  assert.deepEqual(events, [])
})

test('with a secret it is signed as Standard Webhooks says, and another body would not match', async t => {
  const there = await standIn(t)
  const key = Buffer.from('a key of some bytes')
  const { notifier } = notifierFor([hook(there.url, { secret: 'env:HOOK_SECRET' })], { env: { HOOK_SECRET: `whsec_${key.toString('base64')}` } })
  notifier.tell(event())
  await notifier.close()
  const { headers, body } = there.got[0]!
  const signature = (text: string): string => `v1,${createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`).digest('base64')}`
  assert.equal(headers['webhook-signature'], signature(body))
  assert.notEqual(headers['webhook-signature'], signature(body.replace('vehicles', 'vehicle')))
})

test('only events that are asked for are told', async t => {
  const there = await standIn(t)
  const { notifier } = notifierFor([hook(there.url, { on: ['failed', 'completed'] })])
  for (const name of ['started', 'stage', 'failed', 'paused', 'completed'] as const) notifier.tell(event({ event: name }))
  await notifier.close()
  assert.deepEqual(there.got.map(({ body }) => JSON.parse(body).event), ['failed', 'completed'])
  const all = await standIn(t)
  const whole = notifierFor([hook(all.url)])
  for (const name of ['queued', 'started'] as const) whole.notifier.tell(event({ event: name }))
  await whole.notifier.close()
  assert.deepEqual(all.got.map(({ body }) => JSON.parse(body).event), ['started'], 'that something waits is told to those alone who ask')
})

test('a server that fails is asked again, with the same id, and the order of events stays', async t => {
  const there = await standIn(t, (response, count) => { response.writeHead(count <= 2 ? 500 : 200).end() })
  const { notifier, events } = notifierFor([hook(there.url)])
  notifier.tell(event({ event: 'started' }))
  notifier.tell(event({ event: 'stage' }))
  await notifier.close()
  assert.deepEqual(there.got.map(({ body }) => JSON.parse(body).event), ['started', 'started', 'started', 'stage'])
  assert.equal(new Set(there.got.map(({ headers }) => headers['webhook-id'])).size, 2)
  assert.deepEqual(events, [])
})

test('one that keeps failing is given up after four attempts, said once, without the path of its URL', async t => {
  const there = await standIn(t, response => { response.writeHead(503).end() })
  const { notifier, events } = notifierFor([hook(`${there.url}/services/SECRET?token=SECRET`)])
  notifier.tell(event())
  await notifier.close()
  assert.equal(there.got.length, 4)
  assert.deepEqual(events.map(({ level, message, feature }) => [level, message, feature]), [['warn', `Nobody was told of "stage" by webhook ${new URL(there.url).host}: answered 503, 4 times`, 'vehicles']])
})

test('what the addressee refuses is not tried again', async t => {
  for (const [status, said] of [[400, 'answered 400'], [404, 'answered 404'], [302, 'answered 302, and redirects are not followed']] as const) {
    const there = await standIn(t, response => { response.writeHead(status, { location: '/elsewhere' }).end() })
    const { notifier, events } = notifierFor([hook(there.url)])
    notifier.tell(event())
    await notifier.close()
    assert.equal(there.got.length, 1, String(status))
    assert.match(events[0]!.message, new RegExp(`${said}$`))
  }
})

test('too many requests are waited for as long as the server asks', async t => {
  const times: number[] = []
  const there = await standIn(t, (response, count) => {
    times.push(performance.now())
    response.writeHead(count === 1 ? 429 : 200, count === 1 ? { 'retry-after': '0.2' } : {}).end()
  })
  const { notifier } = notifierFor([hook(there.url)])
  notifier.tell(event())
  await notifier.close()
  assert.equal(times.length, 2)
  assert.ok(times[1]! - times[0]! >= 190, `${times[1]! - times[0]!} ms`)
})

test('nobody listening is said by its code, and the controller has not waited for it', async () => {
  const taken = createServer()
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  await new Promise(resolve => taken.close(resolve))
  const { notifier, events } = notifierFor([hook(`http://user:SECRET@127.0.0.1:${port}/SECRET`)])
  notifier.tell(event())
  assert.equal(events.length, 0)
  await notifier.close()
  assert.match(events[0]!.message, /webhook 127\.0\.0\.1:\d+: could not be reached \(ECONNREFUSED\), 4 times$/)
  assert.doesNotMatch(JSON.stringify(events), /SECRET/)
})

test('a user name and password in the URL are sent as a header', async t => {
  const there = await standIn(t)
  const { notifier } = notifierFor([hook(there.url.replace('http://', 'http://me:pass%20word@'))])
  notifier.tell(event())
  await notifier.close()
  assert.equal(there.got[0]!.headers.authorization, `Basic ${Buffer.from('me:pass word').toString('base64')}`)
})

test('one that never answers is left after its time', async t => {
  const there = await standIn(t, () => {})
  const { notifier, events } = notifierFor([hook(there.url)], { limits: { attempts: 2, timeoutMs: 50 } })
  notifier.tell(event())
  await notifier.close()
  assert.equal(there.got.length, 2)
  assert.match(events[0]!.message, /did not answer within 50 ms, 2 times$/)
})

test('an answer without end is not read', async t => {
  let written = 0
  let gone = (): void => {}
  const closed = new Promise<void>(resolve => { gone = resolve })
  const there = await standIn(t, response => {
    const chunk = Buffer.alloc(65_536)
    const more = (): void => {
      do { written += chunk.length } while (response.write(chunk) && written < 1 << 28)
    }
    response.on('drain', more)
    response.on('close', gone)
    more()
  })
  const { notifier, events } = notifierFor([hook(there.url)])
  notifier.tell(event())
  await notifier.close()
  await closed
  assert.deepEqual(events, [])
  assert.ok(written < 1 << 26, `${written} bytes`)
})

test('a queue that is full drops what comes on top, and says so', async t => {
  let answerFirst = (): void => {}
  const there = await standIn(t, (response, count) => {
    if (count === 1) answerFirst = () => response.end()
    else response.end()
  })
  const { notifier, events } = notifierFor([hook(there.url)], { limits: { waiting: 2 } })
  notifier.tell(event({ stage: 0 }))
  await there.had(1)
  for (const stage of [1, 2, 3]) notifier.tell(event({ stage }))
  assert.match(events[0]!.message, /2 events wait to be told already; this one is dropped/)
  answerFirst()
  await notifier.close()
  assert.deepEqual(there.got.map(({ body }) => JSON.parse(body).stage), [0, 1, 2])
})

test('closing ends what takes too long, and nothing is taken afterwards', async t => {
  const there = await standIn(t, () => {})
  const { notifier, events } = notifierFor([hook(there.url)], { limits: { closeMs: 50, timeoutMs: 60_000 } })
  notifier.tell(event())
  notifier.tell(event({ event: 'failed' }))
  await there.had(1)
  await notifier.close()
  notifier.tell(event())
  await notifier.close()
  assert.equal(there.got.length, 1)
  assert.deepEqual(events.map(({ message }) => message.replace(/127.*:\d+:/, 'HOST:')), ['Nobody was told of "stage" by webhook HOST: the switch closed first', 'Nobody was told of "failed" by webhook HOST: the switch closed first'])
})

test('one addressee that hangs does not hold up another', async t => {
  const hanging = await standIn(t, () => {})
  const quick = await standIn(t)
  const { notifier } = notifierFor([hook(hanging.url), hook(quick.url)], { limits: { closeMs: 20, timeoutMs: 60_000 } })
  notifier.tell(event())
  await quick.had(1)
  await notifier.close()
  assert.equal(quick.got.length, 1)
})
