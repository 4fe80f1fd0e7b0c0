import { accessSync, constants } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'

/** The full path of a program, or undefined when this machine does not have it. */
export function findTool (name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin']
  return folders.filter(folder => folder !== '').map(folder => join(folder, name)).find(executable)
}

/** Which core the measured process gets, and which the load and the upstream: they never share one when there are two. */
export const cores = { server: 0, load: Math.min(1, availableParallelism() - 1) } as const

export type Role = keyof typeof cores

const taskset = process.platform === 'linux' ? findTool('taskset') : undefined
const setpriv = process.platform === 'linux' ? findTool('setpriv') : undefined

/** Whether processes are held to cores here; without it, figures of several processes mean less. */
export const pinning = taskset !== undefined && availableParallelism() > 1

/**
 * The command line that runs a program on the core of its role, and ends it when this process ends,
 * however that happens (setpriv's parent-death signal).
 */
export function commandLine (role: Role, file: string, args: readonly string[]): readonly [file: string, args: string[]] {
  const words = [file, ...args]
  if (pinning) words.unshift(taskset!, '-c', String(cores[role]))
  if (setpriv) words.unshift(setpriv, '--pdeathsig', 'KILL')
  return [words[0]!, words.slice(1)]
}

function executable (path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
