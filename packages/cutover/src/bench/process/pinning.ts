import { execFileSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'

/** The full path of a program, or undefined when this machine does not have it. */
export function findTool (name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin']
  return folders.filter(folder => folder !== '').map(folder => join(folder, name)).find(executable)
}

/** The numbers of a kernel list such as `0-3,8`. */
export function coresIn (list: string): number[] {
  return list.trim().split(',').flatMap(part => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? []
    return first === undefined ? [] : Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => Number(first) + at)
  })
}

/**
 * Two cores that do not share one, where there are two: the measured process on the first, the load on another.
 * @param allowed the cores that this process may use
 * @param siblings the threads of the first one's core
 */
export function chosenCores (allowed: readonly number[], siblings: readonly number[]): { readonly server: number, readonly load: number } {
  const server = allowed[0] ?? 0
  const load = allowed.find(core => core !== server && !siblings.includes(core)) ?? allowed.find(core => core !== server) ?? server
  return { server, load }
}

const linux = process.platform === 'linux'

/** Which core the measured process gets, and which the load and the upstream: they never share one when there are two. */
export const cores = machineCores()

export type Role = 'server' | 'load'

const taskset = linux ? findTool('taskset') : undefined
const setpriv = linux ? findTool('setpriv') : undefined

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

/** Holds processes that run already to the core of a role, with all their threads. Does nothing where that cannot be. */
export function pin (role: Role, pids: readonly number[]): void {
  if (!pinning) return
  for (const pid of pids) {
    try {
      execFileSync(taskset!, ['-a', '-p', '-c', String(cores[role]), String(pid)], { stdio: 'ignore', timeout: 2000 })
    } catch {
      // It has ended, or is not ours to hold.
    }
  }
}

function machineCores (): { readonly server: number, readonly load: number } {
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    }
  }
  const listed = coresIn(/^Cpus_allowed_list:\s*(\S+)$/m.exec(linux ? read('/proc/self/status') : '')?.[1] ?? '')
  const allowed = listed.length > 0 ? listed : Array.from({ length: availableParallelism() }, (_, core) => core)
  return chosenCores(allowed, coresIn(linux ? read(`/sys/devices/system/cpu/cpu${allowed[0]}/topology/thread_siblings_list`) : ''))
}

function executable (path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
