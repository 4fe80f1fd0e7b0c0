import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findPython, PythonMissing } from '../../python.ts'

/** A FastAPI server that runs. */
export interface Probe {
  readonly port: number
  close (): Promise<void>
}

/** Why no probe can run here; undefined when one can. */
export function probeMissing (): string | undefined {
  try {
    findPython()
    return undefined
  } catch (error) {
    if (error instanceof PythonMissing) return error.message
    throw error
  }
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
