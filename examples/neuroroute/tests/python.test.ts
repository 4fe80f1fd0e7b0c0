import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { drizzle } from 'drizzle-orm/node-postgres'
import { pino } from 'pino'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { findRedis, startRedis } from '@cutover-examples/runtime/redis'
import { migrate } from '../data/migrate.ts'
import { createPool } from '../data/pool.ts'
import { seed } from '../data/seed.ts'
import { describePython, findPython, PythonMissing, pythonOrDefault } from '../python.ts'
import { needPython } from './need-python.ts'

const run = promisify(execFile)
const home = join(import.meta.dirname, '..')
const inCi = process.env.CUTOVER_CI === '1'
const { python, skip } = needPython()
const redisProgram = findRedis()

/** Why a test without this module of Python's skips; false when it is there, or has to be. */
function lacks (module: string, debian: string): string | false {
  if (python === undefined || spawnSync(python.path, ['-c', `import ${module}`]).status === 0 || inCi) return skip
  return `${python.path} lacks ${module}: the Debian package ${debian}`
}

async function fakePython (t: TestContext, script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'neuroroute-python-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'python3')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

describe('the interpreter', () => {
  test('is found with its versions', { skip }, () => {
    assert.match(describePython(findPython()), /^FastAPI \d+\.\d+\.\d+ \(Starlette \d.*, Pydantic 1\..*\) on uvicorn \d.*, Python 3\.\d+/)
  })

  test('is that of PYTHON and no other, and when it is missing one line says what to install', () => {
    assert.throws(() => findPython({ PATH: process.env.PATH, PYTHON: '/nowhere/python3' }), (error: Error) => {
      assert.ok(error instanceof PythonMissing)
      assert.match(error.message, /^The FastAPI backend needs .*: \/nowhere\/python3 does not run\. Install python3-fastapi .*python3-uvicorn.* or run `pip install -r examples\/neuroroute\/legacy\/requirements\.txt`/)
      assert.doesNotMatch(error.message, /\n/)
      return true
    })
  })

  test('does not count when packages are missing or of another kind, which are named', async t => {
    const PYTHON = await fakePython(t, 'echo \'{"versions": {}, "missing": ["asyncpg", "pydantic 1 (has 2.13.4)"]}\'')
    assert.throws(() => findPython({ PATH: process.env.PATH, PYTHON }), { name: 'PythonMissing', message: /python3 lacks asyncpg, pydantic 1 \(has 2\.13\.4\)\. Install/ })
  })

  test('has a name where none is found, for what only names a command', () => {
    assert.equal(pythonOrDefault({ PATH: process.env.PATH, PYTHON: '/nowhere/python3' }), 'python3')
  })

  test('may be missing from a test, but not in CI', () => {
    const variables = { PATH: process.env.PATH, PYTHON: '/nowhere/python3' }
    assert.match(String(needPython(variables).skip), /does not run/)
    assert.throws(() => needPython({ ...variables, CUTOVER_CI: '1' }), PythonMissing)
  })
})

describe('the FastAPI face', () => {
  test('is typed without a gap', { skip: lacks('mypy', 'python3-mypy') }, async () => {
    const { stdout } = await run(python!.path, ['-m', 'mypy'], { cwd: home }).catch((error: { stdout: string }) => assert.fail(error.stdout))
    assert.match(stdout, /^Success: no issues found in \d+ source files/)
  })

  test('passes its own tests on PostgreSQL and Redis', { skip: lacks('pytest', 'python3-pytest') }, async t => {
    assert.ok(redisProgram !== undefined || !inCi, 'redis-server is not installed: apt-get install redis-server')
    const database = await startDatabase('neuroroute')
    t.after(() => database.stop())
    const pool = createPool({ url: database.url, size: 1, log: pino({ level: 'silent' }) })
    await migrate(pool)
    await seed(drizzle(pool))
    // Nobody may be connected to a database that is copied.
    await pool.end()
    const redis = redisProgram === undefined ? undefined : await startRedis(redisProgram)
    t.after(() => redis?.stop())
    const env = {
      ...process.env,
      TEST_DATABASE_URL: database.url,
      TEST_REDIS_URL: redis?.url ?? '',
      PYTHONDONTWRITEBYTECODE: '1'
    }
    const { stdout } = await run(python!.path, ['-m', 'pytest', '-q', '-rs'], { cwd: home, env, timeout: 300_000 }).catch((error: { stdout: string, stderr: string }) => assert.fail(error.stdout + error.stderr))
    t.diagnostic(stdout.trim().split('\n').at(-1)!)
    assert.match(stdout, /\d+ passed/)
    if (redis !== undefined) assert.doesNotMatch(stdout, /skipped/)
  })
})
