import { readdir, readFile } from 'node:fs/promises'

/** What a process group holds and has used. */
export interface GroupUsage {
  /** Of all its processes; what they share counts for each. */
  readonly residentBytes: number
  /** User and system, of all processes that were seen; only grows. */
  readonly cpuSeconds: number
}

// USER_HZ is 100 on every Linux that Node runs on.
const ticksPerSecond = 100

/**
 * Reads what a process group uses from /proc (proc(5)). It is the group and not its first process because a command is
 * often a wrapper (`npm`, `npx`, a shell) around the server that it starts.
 */
export class GroupMeter {
  readonly #group: number
  readonly #root: string
  readonly #scanEveryMs: number
  readonly #cpuOf = new Map<number, number>()
  #cpuSeconds = 0
  #scannedAt = -Infinity

  /**
   * @param group the id of its first process
   * @param options.scanEveryMs how often new members are looked for
   */
  constructor (group: number, { root = '/proc', scanEveryMs = 5_000 }: { readonly root?: string, readonly scanEveryMs?: number } = {}) {
    this.#group = group
    this.#root = root
    this.#scanEveryMs = scanEveryMs
  }

  /** Not to be called again before it resolves. @returns undefined where there is no /proc, and when the group is gone */
  async read (now = performance.now()): Promise<GroupUsage | undefined> {
    if (now - this.#scannedAt >= this.#scanEveryMs) {
      this.#scannedAt = now
      await this.#scan()
    }
    let residentBytes = 0
    for (const pid of this.#cpuOf.keys()) {
      const usage = await this.#usageOf(pid)
      if (usage === undefined) {
        this.#cpuOf.delete(pid)
        continue
      }
      residentBytes += usage.residentBytes
      this.#cpuSeconds += Math.max(0, usage.cpuSeconds - this.#cpuOf.get(pid)!)
      this.#cpuOf.set(pid, usage.cpuSeconds)
    }
    return this.#cpuOf.size === 0 ? undefined : { residentBytes, cpuSeconds: this.#cpuSeconds }
  }

  async #scan (): Promise<void> {
    const entries = await readdir(this.#root).catch(() => [])
    for (const entry of entries) {
      const pid = Number(entry)
      if (Number.isInteger(pid) && !this.#cpuOf.has(pid) && (await this.#statOf(pid))?.group === this.#group) this.#cpuOf.set(pid, 0)
    }
  }

  async #usageOf (pid: number): Promise<GroupUsage | undefined> {
    const stat = await this.#statOf(pid)
    if (stat?.group !== this.#group) return undefined
    const status = await this.#file(pid, 'status')
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status ?? '')?.[1]
    return kilobytes === undefined ? undefined : { residentBytes: Number(kilobytes) * 1024, cpuSeconds: stat.cpuSeconds }
  }

  async #statOf (pid: number): Promise<{ readonly group: number, readonly cpuSeconds: number } | undefined> {
    const text = await this.#file(pid, 'stat')
    if (text === undefined) return undefined
    // "pid (name) state ppid pgrp …", where the name may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { group: Number(fields[2]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond }
  }

  async #file (pid: number, name: string): Promise<string | undefined> {
    return await readFile(`${this.#root}/${pid}/${name}`, 'utf8').catch(() => undefined)
  }
}
