import { Buffer } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { fault } from '../../errors.ts'
import type { Exchange, ExchangeResponse } from '../../message/exchange.ts'
import { readHar } from '../../message/har/read.ts'
import type { OnNote } from '../../message/note.ts'
import { readPostman } from '../../message/postman/read.ts'
import { readRecording } from '../../message/recording/reader.ts'

/** The answer of a request that was never recorded with one, as those of a Postman collection. */
export const noAnswer: ExchangeResponse = Object.freeze({ status: 0, headers: [], body: Buffer.alloc(0), truncated: { length: 0 } })

export type RecordedFormat = 'recording' | 'har' | 'postman'

const headBytes = 64 * 1024

/**
 * What a path holds, by its first bytes: a recording's folder or file, a HAR file, or a Postman collection.
 * @throws CUT_RECORDING_NOT_FOUND, CUT_RECORDING_INVALID
 */
export async function formatOf (path: string): Promise<RecordedFormat> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw fault('CUT_RECORDING_NOT_FOUND', path)
  if (found.isDirectory()) return 'recording'
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    const head = buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '')
    if (/^\s*\{\s*"cutover"\s*:/.test(head)) return 'recording'
    if (/"(?:log|entries)"\s*:/.test(head)) return 'har'
    if (/"(?:_postman_id|schema|info)"\s*:/.test(head)) return 'postman'
  } finally {
    await file.close()
  }
  throw fault('CUT_RECORDING_INVALID', path, 'it begins like no recording, HAR file or Postman collection')
}

/**
 * Reads exchanges from whatever {@link formatOf} knows, in the order they stand there.
 * @throws CUT_RECORDING_NOT_FOUND, CUT_RECORDING_INVALID, CUT_RECORDING_VERSION, CUT_HAR_INVALID, CUT_POSTMAN_INVALID
 */
export async function * readRecorded (path: string, onNote: OnNote): AsyncGenerator<Exchange> {
  const format = await formatOf(path)
  if (format === 'recording') yield * readRecording(path, { onNote })
  else if (format === 'har') yield * readHar(createReadStream(path) as AsyncIterable<Uint8Array>, basename(path), { onNote })
  else for (const { request } of readPostman(await wholeFile(path), basename(path), { onNote })) yield { request, response: noAnswer }
}

const wholeLimit = 64 * 1024 * 1024

async function wholeFile (path: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > wholeLimit) throw fault('CUT_POSTMAN_INVALID', path, `it is larger than ${wholeLimit} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
