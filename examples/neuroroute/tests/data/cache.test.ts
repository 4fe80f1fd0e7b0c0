import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { cacheInMemory } from '../../data/cache/memory.ts'
import { cacheInRedis } from '../../data/cache/redis.ts'
import { connectRedis } from '../../data/redis.ts'
import { cacheKey } from '../../domain/decisions/cache-key.ts'
import type { CachedAnswer } from '../../types/cache.ts'
import type { Question } from '../../types/decisions.ts'
import { needPython } from '../need-python.ts'
import { redisMissing, silent, startRedis, until } from './world.ts'

const run = promisify(execFile)
const answer = (output: string): CachedAnswer => ({ model: 'gpt-4o', model_generation: 2, output, prompt_tokens: 3, completion_tokens: 5 })

describe('the cache in memory', () => {
  test('keeps so many answers, those that were used last', () => {
    const cache = cacheInMemory({ most: 2 })
    cache.set('a', answer('a'), 60)
    cache.set('b', answer('b'), 60)
    assert.deepEqual(cache.get('a'), answer('a'))
    cache.set('c', answer('c'), 60)
    assert.deepEqual(['a', 'b', 'c'].map(key => cache.get(key) !== undefined), [true, false, true])
    assert.equal(cache.entries(), 2)
  })

  test('replaces an answer without making room for it', () => {
    const cache = cacheInMemory({ most: 2 })
    cache.set('a', answer('a'), 60)
    cache.set('b', answer('b'), 60)
    cache.set('b', answer('B'), 60)
    assert.deepEqual(['a', 'b'].map(key => (cache.get(key) as CachedAnswer | undefined)?.output), ['a', 'B'])
  })

  test('forgets an answer when its time is over, and all of them when told', () => {
    let now = 1_000
    const cache = cacheInMemory({ most: 5, now: () => now })
    cache.set('a', answer('a'), 2)
    cache.set('b', answer('b'), 3)
    now += 2_000
    assert.deepEqual([cache.get('a'), cache.get('b')], [undefined, answer('b')])
    assert.equal(cache.entries(), 1)
    cache.clear()
    assert.equal(cache.entries(), 0)
    assert.equal(cache.get('b'), undefined)
  })
})

// What this face writes, and what the other one would: in Python, by the FastAPI face's own functions.
const { python, skip: pythonMissing } = needPython()

async function inPython (program: string, ...input: unknown[]): Promise<unknown> {
  const { stdout } = await run(python!.path, ['-c', `import json, sys\n${program}`, ...input.map(each => JSON.stringify(each))], { cwd: join(import.meta.dirname, '../..') })
  return JSON.parse(stdout)
}

describe('the cache in Redis', { skip: redisMissing }, () => {
  test('gives back what was stored, until its time is over', async t => {
    const { url } = await startRedis(t)
    const redis = await connectRedis({ url, log: silent })
    t.after(() => redis.close())
    const cache = cacheInRedis(redis)
    assert.equal(await cache.get('nr:cache:1:0:x'), undefined)
    await cache.set('nr:cache:1:0:x', answer('tëxt “😀”\n'), 60)
    assert.deepEqual(await cache.get('nr:cache:1:0:x'), answer('tëxt “😀”\n'))
    assert.equal(await redis.run("return redis.call('TTL', KEYS[1])", 'nr:cache:1:0:x'), 60)
    assert.deepEqual([cache.entries(), await cache.isUp()], [null, true])
  })

  test('takes nothing for an answer that is none', async t => {
    const { url } = await startRedis(t)
    const redis = await connectRedis({ url, log: silent })
    t.after(() => redis.close())
    const cache = cacheInRedis(redis)
    for (const text of ['', '{}', '[]', 'null', JSON.stringify({ ...answer('x'), prompt_tokens: '3' })]) {
      await redis.set('x', text, 60)
      await assert.rejects(async () => await cache.get('x'), text)
    }
  })

  test('fails at once when Redis is away, and is down', async t => {
    const { url, stop } = await startRedis(t)
    const redis = await connectRedis({ url, log: silent })
    t.after(() => redis.close())
    const cache = cacheInRedis(redis)
    await stop()
    await until('it is down', async () => !await cache.isUp())
    await assert.rejects(async () => await cache.get('x'))
    await assert.rejects(async () => { await cache.set('x', answer('x'), 1) })
  })

  test('holds the same bytes under the same key as FastAPI\'s, and each reads the other\'s', { skip: pythonMissing }, async t => {
    const { url } = await startRedis(t)
    const redis = await connectRedis({ url, log: silent })
    t.after(() => redis.close())
    const cache = cacheInRedis(redis)
    const entry = answer('line\n“quoted” "plain" \\ 😀 \u0001')
    await cache.set('x', entry, 60)
    const written = await redis.get('x')
    const [bytes, read] = await inPython(`
from legacy.data.cache import CachedAnswer
from legacy.data.cache.redis import read_answer, write_answer
from dataclasses import asdict
print(json.dumps([write_answer(CachedAnswer(**json.loads(sys.argv[1]))), asdict(read_answer(json.loads(sys.argv[2])))]))`, entry, written) as [string, CachedAnswer]
    assert.equal(bytes, written)
    assert.deepEqual(read, entry)
  })
})

test('the key of a question is that of FastAPI', { skip: pythonMissing }, async () => {
  const question: Question = { prompt: 'Hello 😀', system: 'Be “kind”', model: 'gpt-4o', maxTokens: 512, temperature: 0.7, capabilities: ['math', 'code'], maxCost: 0.25 }
  const theirs = await inPython(`
from legacy.contracts import Question
from legacy.decisions import cache_key
q = json.loads(sys.argv[1])
print(json.dumps(cache_key(Question(q["prompt"], q["system"], q["model"], q["maxTokens"], q["temperature"], tuple(q["capabilities"]), q["maxCost"]))))`, question)
  assert.equal(cacheKey(question), theirs)
})
