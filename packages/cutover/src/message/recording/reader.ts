import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fault } from '../../errors.ts'
import type { Exchange } from '../exchange.ts'
import type { OnNote } from '../note.ts'
import { parseExchangeLine, parseHeaderLine, RECORDING_VERSION } from './format.ts'
import { splitLines } from './lines.ts'

export interface ReadRecordingOptions {
  /** Bytes that a line may have; longer ones are noted as corrupt and passed over. Default 64 MiB. */
  readonly lineLimit?: number
  /** Told of corrupt lines and of a torn last one. */
  readonly onNote?: OnNote
}

export const LINE_LIMIT: number = 64 * 1024 * 1024

/**
 * Reads one part of a recording. A line that cannot be read is noted with its number and passed over; a last line without
 * its line feed, as a crash leaves it, is noted as torn and dropped. Holds one line at a time.
 * @param name what errors call it
 * @throws CUT_RECORDING_INVALID when the first line is not a recording's, CUT_RECORDING_VERSION when it is of a later version
 */
export async function * readPart (chunks: AsyncIterable<Uint8Array>, name: string, options: ReadRecordingOptions = {}): AsyncGenerator<Exchange> {
  const note = options.onNote ?? (() => {})
  for await (const line of splitLines(chunks, options.lineLimit ?? LINE_LIMIT)) {
    const where = `${name}, line ${line.number}`
    if (!line.whole) note({ kind: 'torn', where, what: 'it ends without a line feed' })
    else if (line.number === 1) expectHeader(line.text, name)
    else if (line.text === undefined) note({ kind: 'corrupt', where, what: 'it is longer than a line may be' })
    else if (line.text.trim() !== '') {
      const exchange = parseExchangeLine(line.text)
      if (typeof exchange === 'string') note({ kind: 'corrupt', where, what: exchange })
      else yield exchange
    }
  }
}

function expectHeader (text: string | undefined, name: string): void {
  const header = text === undefined ? undefined : parseHeaderLine(text)
  if (header === undefined) throw fault('CUT_RECORDING_INVALID', name, 'its first line is not the header of a recording')
  if (header.version > RECORDING_VERSION) throw fault('CUT_RECORDING_VERSION', name, header.version, RECORDING_VERSION)
}

/** The parts in a recording's folder, oldest first. */
export async function partsIn (folder: string): Promise<string[]> {
  return (await readdir(folder)).filter(name => PART.test(name)).sort((a, b) => partNumber(a) - partNumber(b))
}

const PART = /^(\d{6,12})\.ndjson$/

/** The number in a part's file name. */
export function partNumber (name: string): number {
  return Number(PART.exec(name)?.[1] ?? 0)
}

/**
 * Reads a recording: one file, or a folder of parts in their order.
 * @throws CUT_RECORDING_NOT_FOUND, CUT_RECORDING_INVALID, CUT_RECORDING_VERSION
 */
export async function * readRecording (path: string, options: ReadRecordingOptions = {}): AsyncGenerator<Exchange> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw fault('CUT_RECORDING_NOT_FOUND', path)
  if (!found.isDirectory()) {
    yield * readPart(readFile(path), path, options)
    return
  }
  const parts = await partsIn(path)
  if (parts.length === 0) throw fault('CUT_RECORDING_NOT_FOUND', path)
  for (const part of parts) yield * readPart(readFile(join(path, part)), part, options)
}

async function * readFile (path: string): AsyncGenerator<Uint8Array> {
  try {
    yield * createReadStream(path) as AsyncIterable<Uint8Array>
  } catch (error) {
    throw fault('CUT_RECORDING_INVALID', path, (error as Error).message)
  }
}
