import { mkdir, open, readFile, truncate, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Change } from '../config/control.ts'
import { fault } from '../errors.ts'
import { BUCKETS } from './bucket.ts'

/** Where share changes are kept. */
export interface Journal {
  /** The changes so far, oldest first. */
  readonly entries: readonly Change[]
  /** Adds a change; resolves once it is on disk. */
  append (change: Change): Promise<void>
  close (): Promise<void>
}

/** A journal that ends with the process. */
export function memoryJournal (): Journal {
  const entries: Change[] = []
  return {
    entries,
    append: async change => { entries.push(change) },
    close: async () => {}
  }
}

/**
 * Opens the journal file, an NDJSON line a change, which is only ever appended to and synced at each change.
 * A last line that a crash cut short is dropped: its change was never acknowledged.
 * @param path made when it is not there, readable by its owner only
 * @throws CUT_JOURNAL_UNREADABLE, CUT_JOURNAL_UNWRITABLE
 */
export async function openJournal (path: string): Promise<Journal> {
  const entries = await readJournal(path)
  return await writable(path, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(path, 'a', 0o600)
    return new FileJournal(path, file, entries, (await file.stat()).size)
  })
}

// A program may keep nothing of its switch but the server; the file must not be collected as garbage under it.
const openJournals = new Set<Journal>()

class FileJournal implements Journal {
  readonly entries: Change[]
  readonly #path: string
  readonly #file: FileHandle
  #last: Promise<void> = Promise.resolve()
  /** Bytes that are whole lines. */
  #size: number
  #torn = false

  constructor (path: string, file: FileHandle, entries: Change[], size: number) {
    this.#size = size
    this.#path = path
    this.#file = file
    this.entries = entries
    openJournals.add(this)
  }

  async append (change: Change): Promise<void> {
    // One after the other: lines must not mix, and their order is the order of the changes.
    const written = this.#last.then(async () => {
      await writable(this.#path, async () => {
        // What a failed write left would make one line with the next.
        if (this.#torn) await this.#file.truncate(this.#size)
        this.#torn = true
        const line = JSON.stringify(change) + '\n'
        await this.#file.appendFile(line)
        await this.#file.datasync()
        this.#torn = false
        this.#size += Buffer.byteLength(line)
      })
    })
    this.#last = written.catch(() => {})
    await written
    this.entries.push(change)
  }

  async close (): Promise<void> {
    await this.#last
    openJournals.delete(this)
    await this.#file.close()
  }
}

/**
 * Reads a journal without opening it for writing.
 * @returns no entries when the file is not there
 */
export async function readJournal (path: string): Promise<Change[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw fault('CUT_JOURNAL_UNREADABLE', path, 1, (error as Error).message)
  }
  const end = text.lastIndexOf('\n') + 1
  if (end < text.length) await truncate(path, Buffer.byteLength(text.slice(0, end))).catch(() => {})
  return text.slice(0, end).split('\n').slice(0, -1).map((line, i) => {
    const change = parse(line)
    if (change === undefined) throw fault('CUT_JOURNAL_UNREADABLE', path, i + 1, 'it is not a change')
    return change
  })
}

function parse (line: string): Change | undefined {
  try {
    const value = JSON.parse(line) as Partial<Change> | null
    const whole = typeof value?.feature === 'string' && isShare(value.to) && (value.kind === 'share' || value.kind === 'rollback')
    return whole ? value as Change : undefined
  } catch {
    return undefined
  }
}

function isShare (value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= BUCKETS
}

async function writable<T> (path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw fault('CUT_JOURNAL_UNWRITABLE', path, (error as Error).message)
  }
}
