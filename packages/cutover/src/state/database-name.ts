import { createHash } from 'node:crypto'

/** A run of cutover that made databases. */
export interface Run {
  /** 6 hexadecimal digits for the host. */
  readonly host: string
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** 8 hexadecimal digits, so that two runs of one process have other names. */
  readonly nonce: string
}

/** A database that a run left, or still uses. */
export interface Made extends Run {
  readonly database: string
}

const form = /^cutover_([0-9a-f]{6})_(\d+)_([0-9a-z]+)_([0-9a-f]{8})_[A-Za-z0-9-]+$/
const dayMs = 24 * 60 * 60 * 1000

export function hostDigits (hostname: string): string {
  return createHash('sha256').update(hostname).digest('hex').slice(0, 6)
}

/** A name that says whose the database is, so that nothing else is needed to find what a dead run left. At most 63 bytes. */
export function databaseName (run: Run, purpose: string): string {
  return `cutover_${run.host}_${run.pid}_${Math.floor(run.startedAt / 1000).toString(36)}_${run.nonce}_${purpose.replaceAll(/[^A-Za-z0-9-]/g, '-')}`.slice(0, 63)
}

/** Reads a name; undefined for a database that cutover did not make. */
export function readName (database: string): Made | undefined {
  const match = form.exec(database)
  if (match === null) return undefined
  return { database, host: match[1]!, pid: Number(match[2]), startedAt: Number.parseInt(match[3]!, 36) * 1000, nonce: match[4]! }
}

/**
 * The databases that dead runs left: their process, on this host, is gone, or they are older than a day; and
 * nobody is connected to any database of their run.
 * @param databases all names on the server, with the number of connections to each
 */
export function leftovers (databases: ReadonlyMap<string, number>, host: string, now: number, isAlive: (pid: number) => boolean): readonly string[] {
  const made = [...databases.keys()].flatMap(name => readName(name) ?? [])
  const used = new Set(made.filter(({ database }) => databases.get(database)! > 0).map(runKey))
  return made
    .filter(one => !used.has(runKey(one)) && ((one.host === host && !isAlive(one.pid)) || now - one.startedAt > dayMs))
    .map(({ database }) => database)
}

function runKey ({ host, pid, nonce }: Run): string {
  return `${host} ${pid} ${nonce}`
}

/** Whether a process of this host lives. */
export function isAlive (pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
