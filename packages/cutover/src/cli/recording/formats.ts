import { toCurl } from '../../message/curl.ts'
import type { Exchange } from '../../message/exchange.ts'
import { writeHar } from '../../message/har/write.ts'
import { toHurl } from '../../message/hurl.ts'
import { k6Call, k6End, k6Head } from '../../message/k6.ts'
import type { OnNote } from '../../message/note.ts'
import type { WriteOptions } from '../../message/writable.ts'

/** What a recording can be written as, by the file name's end. */
export const exportFormats: Readonly<Record<string, ExportFormat>> = { '.har': 'har', '.sh': 'curl', '.hurl': 'hurl', '.js': 'k6' }

export type ExportFormat = 'har' | 'curl' | 'hurl' | 'k6'

/** Exchanges in another format, piece by piece. What cannot be written is left out and noted. */
export async function * textOf (format: ExportFormat, exchanges: AsyncIterable<Exchange>, options: WriteOptions, onNote: OnNote): AsyncGenerator<string> {
  if (format === 'har') {
    yield * writeHar(exchanges, { ...options, onNote })
    return
  }
  const write = writers[format]
  yield write.before
  for await (const { request, response } of exchanges) {
    // A request that was never answered has no status to expect.
    const status = response.status === 0 ? undefined : response.status
    let text: string
    try {
      text = write.one(request, status, options)
    } catch (error) {
      const { code, message } = error as { code?: string, message: string }
      if (code !== 'CUT_EXCHANGE_UNWRITABLE') throw error
      onNote({ kind: 'skipped', where: `${request.method} ${request.target.slice(0, 100)}`, what: message.slice(message.lastIndexOf(': ') + 2).replace(/\.$/, '') })
      continue
    }
    yield text
  }
  yield write.after
}

interface Writer {
  readonly before: string
  readonly after: string
  readonly one: (request: Exchange['request'], status: number | undefined, options: WriteOptions) => string
}

const writers: Readonly<Record<Exclude<ExportFormat, 'har'>, Writer>> = {
  curl: { before: '#!/bin/sh\n', after: '', one: (request, _status, options) => `\n${toCurl(request, options)}\n` },
  hurl: { before: '', after: '', one: (request, status, options) => `${toHurl(request, status, options)}\n` },
  k6: { before: k6Head, after: k6End, one: (request, status, options) => k6Call({ request, ...(status !== undefined && { status }) }, options) }
}
