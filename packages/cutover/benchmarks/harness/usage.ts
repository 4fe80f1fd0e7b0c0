import { readFileSync } from 'node:fs'

/** What a process has used so far; nulls where /proc does not exist. */
export interface Usage {
  /** User and system time, milliseconds; the kernel counts it in steps of 10. */
  readonly cpuMs: number | null
  /** The largest resident set so far, bytes. */
  readonly peakBytes: number | null
}

// USER_HZ is 100 on every Linux that Node runs on.
const msPerTick = 10

/** Reads the CPU time and the peak memory of a process from /proc (proc(5)). */
export function usageOf (pid: number): Usage {
  try {
    return {
      cpuMs: cpuFromStat(readFileSync(`/proc/${pid}/stat`, 'utf8')),
      peakBytes: peakFromStatus(readFileSync(`/proc/${pid}/status`, 'utf8'))
    }
  } catch {
    return { cpuMs: null, peakBytes: null }
  }
}

/** Milliseconds of CPU in a line of /proc/PID/stat. The name in it may hold blanks and brackets. */
export function cpuFromStat (line: string): number {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * msPerTick
}

/** VmHWM of /proc/PID/status, in bytes. */
export function peakFromStatus (text: string): number | null {
  const match = /^VmHWM:\s+(\d+) kB$/m.exec(text)
  return match ? Number(match[1]) * 1024 : null
}
