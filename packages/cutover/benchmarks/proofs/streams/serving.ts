import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { CannotRun } from '../../harness/figure.ts'

const megabyte = 1024 * 1024

/** A process that serves, as the kernel sees it (proc_pid_status(5), proc_pid_fd(5)). */
export interface Serving {
  readonly name: string
  readonly pid: number
}

/** What a process holds: its open sockets, and its other file descriptors. */
export interface Handles {
  readonly sockets: number
  readonly others: number
}

/** Resident memory now, in megabytes. */
export function residentMB ({ pid }: Serving): number {
  return statusOf(pid, 'VmRSS')
}

/** The most resident memory since `forgetPeak`, in megabytes: the kernel's own mark, which no sampling can miss. */
export function peakMB ({ pid }: Serving): number {
  return statusOf(pid, 'VmHWM')
}

/** @throws CannotRun where the kernel does not let a process reset the mark */
export function forgetPeak ({ name, pid }: Serving): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch (error) {
    throw new CannotRun(`the peak of ${name}'s memory cannot be reset: ${String(error)}`)
  }
}

export function handlesOf ({ pid }: Serving): Handles {
  let sockets = 0
  let others = 0
  for (const number of readdirSync(`/proc/${pid}/fd`)) {
    try {
      if (readlinkSync(`/proc/${pid}/fd/${number}`).startsWith('socket:')) sockets++
      else others++
    } catch {
      // Closed since it was listed.
    }
  }
  return { sockets, others }
}

function statusOf (pid: number, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kilobytes === undefined) throw new CannotRun(`/proc/${pid}/status has no ${field}`)
  return Number(kilobytes) * 1024 / megabyte
}
