import { readFileSync, watch, type FSWatcher } from 'node:fs'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'
import { fault } from '../errors.ts'
import type { Environment } from './environment.ts'

/**
 * Reads a .env file, in the form that `node --env-file` reads.
 * @returns no variables when there is no such file
 * @throws CUT_CONFIG_UNREADABLE when it is there and cannot be read
 */
export function readEnvFile (path: string): Readonly<Record<string, string>> {
  return parsed(contentOf(path))
}

/** The variables of the file, if there is one, under those of the process, which win. */
export function environmentWith (envFile: string | undefined, env: Environment): Environment {
  return envFile === undefined ? env : { ...readEnvFile(envFile), ...env }
}

export interface EnvFileWatch {
  /** The variables as they were last reported, or at first read. */
  current (): Readonly<Record<string, string>>
  close (): void
}

/** Editors write a file in several steps: a content counts once it has been the same for this long. */
const settleMs = 50
/** Network and container mounts do not always report changes, so the file is looked at this often too. */
const pollMs = 1000

/**
 * Watches a .env file, also one that is replaced as a whole or does not exist yet.
 * Does not keep the process alive.
 * @param onChange called with the variables after and before, when one of them changed
 * @param onError called when the file cannot be read; the last variables stay
 */
export function watchEnvFile (
  path: string,
  onChange: (after: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>) => void,
  onError: (error: Error) => void = () => {}
): EnvFileWatch {
  let text = contentOf(path)
  let values = parsed(text)
  let timer: NodeJS.Timeout | undefined

  const look = (seen: string | undefined): void => {
    timer = undefined
    let now: string
    try {
      now = contentOf(path)
    } catch (error) {
      onError(error as Error)
      return
    }
    if (now === text) return
    if (now !== seen) {
      timer = setTimeout(look, settleMs, now).unref()
      return
    }
    text = now
    const before = values
    values = parsed(now)
    if (JSON.stringify(values) !== JSON.stringify(before)) onChange(values, before)
  }
  const touched = (): void => {
    timer ??= setTimeout(look, 0, undefined).unref()
  }

  const watcher = watchFolder(dirname(path), touched)
  const poll = setInterval(touched, pollMs).unref()
  return {
    current: () => values,
    close () {
      watcher?.close()
      clearInterval(poll)
      clearTimeout(timer)
    }
  }
}

/** Watches the folder, because a replaced file is another file; polling is enough where that cannot be done. */
function watchFolder (folder: string, touched: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, touched).on('error', () => {})
  } catch {
    return undefined
  }
}

function contentOf (path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw fault('CUT_CONFIG_UNREADABLE', path, (error as Error).message)
  }
}

function parsed (text: string): Readonly<Record<string, string>> {
  return Object.freeze({ ...parseEnv(text) } as Record<string, string>)
}
