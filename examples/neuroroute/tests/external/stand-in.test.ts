import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { directed } from '../../external/stand-in/behaviour.ts'
import { startStandIn, type StandIn } from '../../external/stand-in/stand-in.ts'

describe('a directive', () => {
  test('is for the model before its provider, and for that before all', () => {
    const prompt = 'Hi [stand-in all=cut openai=fail gpt-4o=slow] there'
    assert.deepEqual([directed(prompt, 'gpt-4o', 'openai'), directed(prompt, 'gpt-4.1', 'openai'), directed(prompt, 'claude-3-5-haiku', 'anthropic')], ['slow', 'fail', 'cut'])
    assert.equal(directed('[stand-in openai=fail]', 'claude-3-5-haiku', 'anthropic'), undefined)
    assert.equal(directed('Hi', 'gpt-4o', 'openai'), undefined)
    assert.equal(directed('[stand-in all=unheard-of]', 'gpt-4o', 'openai'), undefined)
  })
})

describe('the stand-in for the providers', () => {
  let standIn: StandIn
  before(async () => { standIn = await startStandIn() })
  after(async () => { await standIn?.close() })

  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number, body: Record<string, unknown> }> => {
    const response = await fetch(standIn.url + path, { method, headers, ...body !== undefined && { body: JSON.stringify(body) } })
    return { status: response.status, body: await response.json() as Record<string, unknown> }
  }
  const openai = async (content: string, more: object = {}, key = 'k'): ReturnType<typeof send> =>
    await send('POST', '/v1/chat/completions', { model: 'gpt-4o', messages: [{ role: 'system', content: 'Be brief' }, { role: 'user', content }], ...more }, { authorization: `Bearer ${key}` })
  const anthropic = async (content: string, more: object = {}, key = 'k'): ReturnType<typeof send> =>
    await send('POST', '/v1/messages', { model: 'claude-3-5-haiku', system: 'Be brief', max_tokens: 4096, messages: [{ role: 'user', content }], ...more }, { 'x-api-key': key })

  test('gives the same text and tokens for the same question, whichever model is asked', async () => {
    const [one, again, other] = [await openai('Hello'), await openai('Hello', { model: 'gpt-4.1' }), await anthropic('Hello')]
    const { choices, usage } = one.body as { choices: [{ message: { content: string } }], usage: Record<string, number> }
    assert.deepEqual((again.body.choices), choices)
    const { content, usage: counted } = other.body as { content: [{ text: string }], usage: Record<string, number> }
    assert.equal(content[0].text, choices[0].message.content)
    assert.deepEqual([counted.input_tokens, counted.output_tokens], [usage.prompt_tokens, usage.completion_tokens])
    assert.equal(usage.prompt_tokens, 3)
    assert.notDeepEqual((await openai('Hello you')).body.choices, choices)
    assert.notEqual((await openai('Jello')).body.id, one.body.id)
    assert.equal((await openai('Hello', { messages: [{ role: 'user', content: 1 }] })).status, 400)
  })

  test('keeps to the tokens that there may be, and says so', async () => {
    assert.deepEqual((await openai('Hello', { max_tokens: 2 })).body.choices, [{ index: 0, message: { role: 'assistant', content: 'You wrote', refusal: null }, logprobs: null, finish_reason: 'length' }])
    assert.equal((await anthropic('Hello', { max_tokens: 2 })).body.stop_reason, 'max_tokens')
  })

  test('refuses what is no request, and keys that are missing or wrong', async () => {
    const statuses = await Promise.all([
      openai('Hello', {}, 'wrong'), anthropic('Hello', {}, 'wrong-too'), send('POST', '/v1/messages', {}), openai('Hello', { model: 1 }),
      anthropic('Hello', { max_tokens: 'many' }), openai('Hello', { messages: 'none' }), send('GET', '/v1/messages'), send('POST', '/v1/other', {})
    ])
    assert.deepEqual(statuses.map(({ status }) => status), [401, 401, 401, 400, 400, 400, 404, 404])
  })

  test('behaves as it is told until it is told otherwise, except to prompts that say it', async () => {
    assert.equal((await send('PUT', '/control', { openai: 'fail', 'claude-3-5-haiku': ['limit', 'ok'] })).status, 200)
    assert.deepEqual([await openai('Hello'), await openai('Hello'), await openai('[stand-in all=ok]'), await anthropic('Hello'), await anthropic('Hello'), await anthropic('Hello')].map(({ status }) => status), [500, 500, 200, 429, 200, 200])
    const wrong = await send('PUT', '/control', { openai: 'unheard-of' })
    assert.equal(wrong.status, 400)
    assert.match(String(wrong.body.error), /no behaviour: unheard-of; there are ok, /)
    assert.equal((await openai('Hello')).status, 500)
    await send('PUT', '/control', {})
    assert.equal((await openai('Hello')).status, 200)
  })

  test('counts what it is asked, what is open and who left', async () => {
    const begun = standIn.requests()
    const leaving = new AbortController()
    const url = `${standIn.url}/v1/chat/completions`
    const body = JSON.stringify({ model: 'gpt-4.1-mini', messages: [{ role: 'user', content: '[stand-in all=hold]' }] })
    const held = ['stays', 'leaves'].map(async who => await fetch(url, { method: 'POST', body, headers: { authorization: 'Bearer k' }, ...who === 'leaves' && { signal: leaving.signal } }).then(({ status }) => status, () => 'left'))
    const until = async (holds: () => boolean): Promise<void> => { for (let turn = 0; turn < 2000 && !holds(); turn++) await new Promise(resolve => setTimeout(resolve, 5)) }
    await until(() => standIn.requests().open === 2)
    leaving.abort()
    await until(() => standIn.requests().left === begun.left + 1)
    assert.equal((await send('POST', '/release')).status, 200)
    assert.deepEqual(await Promise.all(held), [200, 'left'])
    const { body: told } = await send('GET', '/requests')
    assert.deepEqual(told, { asked: begun.asked + 2, models: { ...begun.models, 'gpt-4.1-mini': 2 }, open: 0, mostOpen: Math.max(begun.mostOpen, 2), left: begun.left + 1 })
  })

  for (const [how, end] of [['it is asked to', (child: ReturnType<typeof spawn>) => child.kill('SIGTERM')], ['its parent is gone', (child: ReturnType<typeof spawn>) => child.stdin!.end()]] as const) {
    test(`runs as a process of its own, and ends when ${how}`, { timeout: 60_000 }, async t => {
      const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=cutover-source', 'external/stand-in/server.ts'], {
        cwd: join(import.meta.dirname, '../..'), env: { ...process.env, PORT: '0', CLOSE_WITH_STDIN: 'true' }, stdio: ['pipe', 'ignore', 'pipe']
      })
      t.after(() => child.kill('SIGKILL'))
      const [line] = await once(createInterface(child.stderr), 'line') as [string]
      assert.deepEqual(await (await fetch(`${line.replace('listening on ', '')}/health`)).json(), { status: 'ok' })
      const exit = once(child, 'exit')
      end(child)
      assert.deepEqual(await exit, [0, null])
    })
  }
})
