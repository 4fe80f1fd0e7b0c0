import { mkdir, open, readFile, truncate, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Change, JournalEntry, RolloutEvent } from '../config/control.ts'
import { fault } from '../errors.ts'
import { parseEntry, shortened } from './journal-line.ts'

/** What a journal holds, oldest first. */
export interface JournalContent {
  /** All of it, in the order in which it was written. */
  readonly lines: readonly JournalEntry[]
  /** The share changes among the lines. */
  readonly entries: readonly Change[]
  /** What rollouts decided, among the lines. */
  readonly events: readonly RolloutEvent[]
}

/** Where share changes and the events of rollouts are kept. */
export interface Journal extends JournalContent {
  /** Adds a line; resolves once it is on disk. */
  append (entry: JournalEntry): Promise<void>
  close (): Promise<void>
}

class Content implements JournalContent {
  readonly lines: JournalEntry[] = []
  readonly entries: Change[] = []
  readonly events: RolloutEvent[] = []

  push (entry: JournalEntry): void {
    this.lines.push(entry)
    if (entry.kind === 'rollout') this.events.push(entry)
    else this.entries.push(entry)
  }
}

/** A journal that ends with the process. */
export function memoryJournal (): Journal {
  const content = new Content()
  return {
    lines: content.lines,
    entries: content.entries,
    events: content.events,
    append: async entry => { content.push(entry) },
    close: async () => {}
  }
}

/**
 * Opens the journal file, an NDJSON line an entry, which is only ever appended to and synced at each entry.
 * A last line that a crash cut short is dropped: it was never acknowledged.
 * @param path made when it is not there, readable by its owner only
 * @throws CUT_JOURNAL_UNREADABLE, CUT_JOURNAL_UNWRITABLE
 */
export async function openJournal (path: string): Promise<Journal> {
  const { content, whole, torn } = await read(path)
  return await writable(path, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    if (torn) await truncate(path, whole)
    const file = await open(path, 'a', 0o600)
    return new FileJournal(path, file, content, whole)
  })
}

// A program may keep nothing of its switch but the server; the file must not be collected as garbage under it.
const openJournals = new Set<Journal>()

class FileJournal implements Journal {
  readonly #content: Content
  readonly #path: string
  readonly #file: FileHandle
  #last: Promise<void> = Promise.resolve()
  /** Bytes that are whole lines. */
  #size: number
  #torn = false

  constructor (path: string, file: FileHandle, content: Content, size: number) {
    this.#size = size
    this.#path = path
    this.#file = file
    this.#content = content
    openJournals.add(this)
  }

  get lines (): readonly JournalEntry[] {
    return this.#content.lines
  }

  get entries (): readonly Change[] {
    return this.#content.entries
  }

  get events (): readonly RolloutEvent[] {
    return this.#content.events
  }

  async append (entry: JournalEntry): Promise<void> {
    const kept = shortened(entry)
    // One after the other: lines must not mix, and their order is the order of the changes.
    const written = this.#last.then(async () => {
      await writable(this.#path, async () => {
        // What a failed write left would make one line with the next.
        if (this.#torn) await this.#file.truncate(this.#size)
        this.#torn = true
        const line = JSON.stringify(kept) + '\n'
        await this.#file.appendFile(line)
        await this.#file.datasync()
        this.#torn = false
        this.#size += Buffer.byteLength(line)
      })
      this.#content.push(kept)
    })
    this.#last = written.catch(() => {})
    await written
  }

  async close (): Promise<void> {
    await this.#last
    openJournals.delete(this)
    await this.#file.close()
  }
}

/**
 * Reads a journal, and leaves it as it is: the switch that owns it may be writing.
 * @returns nothing when the file is not there; without a last line that is not whole
 * @throws CUT_JOURNAL_UNREADABLE
 */
export async function readJournal (path: string): Promise<JournalContent> {
  return (await read(path)).content
}

/** @returns `whole`: bytes that are whole lines */
async function read (path: string): Promise<{ readonly content: Content, readonly whole: number, readonly torn: boolean }> {
  const content = new Content()
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { content, whole: 0, torn: false }
    throw fault('CUT_JOURNAL_UNREADABLE', path, 1, (error as Error).message)
  }
  const end = text.lastIndexOf('\n') + 1
  text.slice(0, end).split('\n').slice(0, -1).forEach((line, i) => {
    const entry = parseEntry(line)
    if (entry === undefined) throw fault('CUT_JOURNAL_UNREADABLE', path, i + 1, 'it is neither a change nor an event of a rollout')
    content.push(entry)
  })
  return { content, whole: Buffer.byteLength(text.slice(0, end)), torn: end < text.length }
}

async function writable<T> (path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw fault('CUT_JOURNAL_UNWRITABLE', path, (error as Error).message)
  }
}
