import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** What a process, or several together, has used so far; nulls where /proc does not exist. */
export interface Usage {
  /** User and system time, milliseconds; the kernel counts it in steps of 10. */
  readonly cpuMs: number | null
  /** The resident set now, bytes. */
  readonly residentBytes: number | null
  /** The largest resident set so far, bytes. */
  readonly peakBytes: number | null
}

// USER_HZ is 100 on every Linux that Node runs on.
const msPerTick = 10

/** Reads the CPU time and the memory of a process from /proc (proc(5)). */
export function usageOf (pid: number): Usage {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return {
      cpuMs: cpuFromStat(readFileSync(`/proc/${pid}/stat`, 'utf8')),
      residentBytes: residentFromStatus(status),
      peakBytes: peakFromStatus(status)
    }
  } catch {
    return { cpuMs: null, residentBytes: null, peakBytes: null }
  }
}

/** The sums over several processes; null where none could be read. */
export function usageOfAll (pids: readonly number[]): Usage {
  const each = pids.map(usageOf)
  const sum = (values: ReadonlyArray<number | null>): number | null => {
    const known = values.filter(value => value !== null)
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
  }
  return { cpuMs: sum(each.map(one => one.cpuMs)), residentBytes: sum(each.map(one => one.residentBytes)), peakBytes: sum(each.map(one => one.peakBytes)) }
}

/**
 * How long a core has worked since the machine started, for whomever, other tenants of the host included, milliseconds.
 * @returns null where /proc does not exist
 */
export function coreMs (core: number): number | null {
  try {
    return coreFromStat(readFileSync('/proc/stat', 'utf8'), core)
  } catch {
    return null
  }
}

/** The same, of the text of /proc/stat. */
export function coreFromStat (text: string, core: number): number | null {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(text)
  if (line === null) return null
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line[1]!.trim().split(' ').map(Number)
  return (user + nice + system + irq + softirq + steal) * msPerTick
}

/** Lets the largest resident set be counted from now on (proc(5), clear_refs); does nothing where that cannot be. */
export function forgetPeak (pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
    } catch {
      // Not Linux, or not ours.
    }
  }
}

/** The processes of a group, its first one alone where /proc does not exist: a command may be a launcher, such as npm. */
export function membersOf (group: number): readonly number[] {
  try {
    const members = readdirSync('/proc').filter(entry => /^\d+$/.test(entry)).map(Number).filter(pid => groupOf(pid) === group)
    return members.length === 0 ? [group] : members
  } catch {
    return [group]
  }
}

/** Milliseconds of CPU in a line of /proc/PID/stat. The name in it may hold blanks and brackets. */
export function cpuFromStat (line: string): number {
  const fields = fieldsOf(line)
  return (Number(fields[11]) + Number(fields[12])) * msPerTick
}

/** VmHWM of /proc/PID/status, in bytes. */
export function peakFromStatus (text: string): number | null {
  return bytesOf(/^VmHWM:\s+(\d+) kB$/m.exec(text))
}

/** VmRSS of /proc/PID/status, in bytes. */
export function residentFromStatus (text: string): number | null {
  return bytesOf(/^VmRSS:\s+(\d+) kB$/m.exec(text))
}

function bytesOf (match: RegExpExecArray | null): number | null {
  return match === null ? null : Number(match[1]) * 1024
}

function groupOf (pid: number): number | undefined {
  try {
    return Number(fieldsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'))[2])
  } catch {
    return undefined
  }
}

function fieldsOf (line: string): string[] {
  return line.slice(line.lastIndexOf(')') + 2).split(' ')
}
