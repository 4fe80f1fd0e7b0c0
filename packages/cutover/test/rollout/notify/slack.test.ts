import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GateResult, RolloutEventName } from '../../../src/config/control.ts'
import { headline } from '../../../src/rollout/notify/words.ts'
import { slackMessage } from '../../../src/rollout/notify/slack.ts'
import { event, notifierFor, standIn } from './stand-in.ts'

const results: GateResult[] = [
  { gate: 'errorRate', verdict: 'pass', reason: '0.01% under 0.1%', samples: 4_000 },
  { gate: 'p95', verdict: 'fail', reason: '<b>80 ms</b> & more', samples: 400 },
  { gate: 'memory', verdict: 'no data', reason: 'no process', samples: 0 }
]

test('the URL may come from the environment; what is posted is a message with text and blocks', async t => {
  const there = await standIn(t)
  const { notifier, events } = notifierFor([{ kind: 'slack', url: 'env:SLACK_WEBHOOK', on: undefined }], { env: { SLACK_WEBHOOK: `${there.url}/services/T/B/X` } })
  notifier.tell(event({ event: 'failed', gate: 'p95', share: 0, results }))
  await notifier.close()
  assert.deepEqual(events, [])
  const [{ path, body }] = there.got as [typeof there.got[0]]
  assert.equal(path, '/services/T/B/X')
  const { text, blocks } = JSON.parse(body)
  assert.equal(text, '🔴 vehicles: taken back to legacy by p95: every gate passed')
  assert.deepEqual(blocks.map(({ type }: { type: string }) => type), ['header', 'section', 'section', 'section', 'context'])
})

test('text that Slack would take for markup is escaped', () => {
  const text = JSON.stringify(slackMessage(event({ why: '<!channel> & <http://evil|ok>', results })))
  assert.doesNotMatch(text, /<!channel>|<http|<b>/)
  assert.match(text, /&lt;!channel&gt; &amp; &lt;http:\/\/evil\|ok&gt;/)
})

test('a message stays within the lengths that Slack takes', () => {
  const long = 'x'.repeat(10_000)
  const { blocks } = slackMessage(event({ feature: long, why: long, version: long, results: Array.from({ length: 50 }, () => ({ ...results[0]!, reason: long })) }))
  for (const block of blocks as Array<{ type: string, text?: { text: string }, fields?: Array<{ text: string }> }>) {
    if (block.text !== undefined) assert.ok(block.text.text.length <= (block.type === 'header' ? 150 : 3_000))
    for (const { text } of block.fields ?? []) assert.ok(text.length <= 2_000)
  }
})

test('every event has words of its own', () => {
  const names: RolloutEventName[] = ['queued', 'started', 'stage', 'paused', 'resumed', 'skipped', 'failed', 'aborted', 'completed']
  const lines = names.map(name => headline(event({ event: name })))
  assert.equal(new Set(lines).size, names.length)
  for (const line of lines) assert.match(line, /^vehicles: \w/)
  assert.equal(headline(event({ event: 'queued', stages: [100, 10_000] })), 'vehicles: rollout planned, by way of 1%, 100%')
  for (const name of names) assert.match(slackMessage(event({ event: name })).text, /^\S+ vehicles: /)
})
