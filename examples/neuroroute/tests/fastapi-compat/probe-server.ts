import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findPython, type Python } from '../../python.ts'
import { needPython } from '../need-python.ts'

/** A FastAPI server that runs. */
export interface Probe {
  readonly port: number
  close (): Promise<void>
}

const VERSIONS: Partial<Python['versions']> = { python: '3.11.', fastapi: '0.92.', starlette: '0.26.', pydantic: '1.10.', uvicorn: '0.17.' }

/** For node:test's `skip`: why there is nothing here to compare with. Other versions answer otherwise in places. */
export function skipProbe (): string | false {
  const { python, skip } = needPython()
  if (python === undefined) return skip
  const others = Object.entries(VERSIONS).filter(([name, version]) => !python.versions[name as keyof typeof VERSIONS].startsWith(version))
  return others.length > 0 && `the plugin answers as ${others.map(each => each.join(' ')).join('x, ')}x, which is not what ${python.path} has`
}

/** Starts probe.py under uvicorn, on a port that is free. */
export async function startProbe (): Promise<Probe> {
  const child = spawn(findPython().path, ['-m', 'uvicorn', 'probe:app', '--port', '0', '--loop', 'uvloop', '--http', 'httptools', '--no-server-header', '--no-access-log'], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }
  })
  const exited = once(child, 'exit')
  const close = async () => {
    child.kill('SIGKILL')
    await exited
  }
  const port = await new Promise<number>((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (data: Buffer) => {
      if (said.length < 10_000) said += data.toString()
      const match = /Uvicorn running on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)
      if (match) resolve(Number(match[1]))
    })
    child.on('error', reject)
    child.on('exit', () => reject(new Error(`the probe did not start: ${said}`)))
  })
  return { port, close }
}
