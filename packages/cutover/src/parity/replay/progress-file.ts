import { createReadStream } from 'node:fs'
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fault } from '../../errors.ts'
import { splitLines } from '../../message/recording/lines.ts'
import type { Alias } from '../alias.ts'
import type { NoiseProfile } from '../noise.ts'
import type { SideName } from '../trial/side.ts'
import { Gathered, type GatheredJson } from './gathered.ts'

/** What a replay keeps of a session that it finished. */
export interface FinishedSession {
  readonly session: string
  readonly gathered: Gathered
  /** What was bound meanwhile. */
  readonly aliases: Partial<Readonly<Record<SideName, readonly Alias[]>>>
  readonly noise?: NoiseProfile
}

const version = 1
const lineLimit = 256 * 1024 * 1024

/**
 * The progress of a replay: a line for each finished session, so that a run that was killed goes on after the last of
 * them. It holds answers of the backends and is readable by its owner only.
 */
export class ProgressFile {
  readonly path: string
  #writing: Promise<void> = Promise.resolve()
  #failure: Error | undefined

  constructor (path: string) {
    this.path = path
  }

  /**
   * The sessions that an earlier run finished.
   * @param recording tells one recording from another
   * @throws CUT_REPLAY_CHANGED when it was a run of another recording
   */
  async * finished (recording: string): AsyncGenerator<FinishedSession> {
    try {
      for await (const line of splitLines(createReadStream(this.path) as AsyncIterable<Uint8Array>, lineLimit)) {
        const json = line.whole && line.text !== undefined ? parsed(line.text) : undefined
        if (line.number === 1) {
          if (json?.['cutover'] !== 'replay' || json['version'] !== version || json['recording'] !== recording) throw fault('CUT_REPLAY_CHANGED', this.path)
        } else if (json !== undefined) {
          // A torn last line is a session that was not finished.
          const { session, gathered, aliases, noise } = json as unknown as Omit<FinishedSession, 'gathered'> & { gathered: GatheredJson }
          yield { session, gathered: Gathered.from(gathered), aliases, ...(noise && { noise }) }
        }
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  /** Begins anew. */
  async begin (recording: string): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
    await rm(this.path, { force: true })
    await writeFile(this.path, JSON.stringify({ cutover: 'replay', version, recording }) + '\n', { mode: 0o600 })
  }

  /** Adds a session; in the order of the calls. */
  add (finished: FinishedSession): void {
    const line = JSON.stringify(finished) + '\n'
    this.#writing = this.#writing.then(async () => await appendFile(this.path, line)).catch((error: Error) => { this.#failure ??= error })
  }

  /** Waits until all is written. @returns why it could not be */
  async written (): Promise<Error | undefined> {
    await this.#writing
    return this.#failure
  }

  async remove (): Promise<void> {
    await this.#writing
    await rm(this.path, { force: true })
  }
}

function parsed (text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
