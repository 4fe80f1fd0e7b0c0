import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { needPython } from './need-python.ts'

async function start (env: NodeJS.ProcessEnv): Promise<{ readonly code: number | null, readonly out: string, readonly err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=cutover-source', 'start.ts', '--once'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, DATABASE_URL: '', REDIS_URL: '', OPENAI_BASE_URL: '', ANTHROPIC_BASE_URL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text })
  const [code] = await once(child, 'close') as [number | null]
  return { code, out, err }
}

describe('npm start --once', () => {
  test('without FastAPI says in one line what to install, and ends with 2', async () => {
    const { code, out, err } = await start({ PYTHON: '/bin/false' })
    assert.deepEqual([code, out], [2, ''])
    assert.match(err, /^The FastAPI backend needs Python packages .* python3-fastapi .*requirements\.txt.*\n$/)
  })

  test('moves everything and back, and shows the shared cache and an outage that nobody notices', { skip: needPython().skip }, async () => {
    const { code, out, err } = await start({})
    assert.equal(code, 0, `${out}\n${err}`)
    assert.match(out, /FastAPI 0\.\d+\.\d+ .*Python 3\.\d+.*\n.*Fastify 5\.\d+\.\d+, Node v\d+/)
    assert.match(out, /✓ OpenAI down for 60 prompts at 50 %: 60 of 60 answered by Anthropic/)
    assert.match(out, /✓ no request failed/)
    assert.equal(err, '')
  })
})
