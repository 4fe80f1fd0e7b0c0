import { fault } from '../../errors.ts'
import type { Exchange } from '../exchange.ts'
import type { OnNote } from '../note.ts'
import { harElements } from './elements.ts'
import { HarProblem, requestOf, responseOf } from './entry.ts'
import { object, string, type Json } from '../json.ts'

export interface ReadHarOptions {
  /** Bytes that one entry may have; longer ones are noted as corrupt. Default 64 MiB. */
  readonly entryLimit?: number
  /** Which hosts' entries to take, by host and port as in the URL. A page's HAR also holds those of other services. Default all. */
  readonly host?: (host: string) => boolean
  /** Told of entries that are not taken, or not as they are. */
  readonly onNote?: OnNote
}

/**
 * Reads the exchanges of a HAR 1.2 file, entry by entry. Entries without an answer, of WebSockets and of URLs other than
 * http are skipped and noted; a broken entry is noted and the others are read.
 * @param name what errors call the file
 * @throws CUT_HAR_INVALID when there is no `log.entries`
 */
export async function * readHar (chunks: AsyncIterable<Uint8Array>, name: string, options: ReadHarOptions = {}): AsyncGenerator<Exchange> {
  const note = options.onNote ?? (() => {})
  const elements = harElements(chunks, options.entryLimit ?? ENTRY_LIMIT)
  while (true) {
    const next = await elements.next()
    if (next.done === true) {
      if (!next.value.found) throw fault('CUT_HAR_INVALID', name, 'it has no log.entries')
      if (!next.value.whole) note({ kind: 'torn', where: name, what: 'it ends before its last bracket' })
      return
    }
    const where = `${name}, entry ${next.value.number}`
    if (next.value.text === undefined) {
      note({ kind: 'corrupt', where, what: 'it is no object, or longer than an entry may be' })
      continue
    }
    const each = entry(next.value.text, options, (kind, what) => note({ kind, where, what }))
    if (each !== undefined) yield each
  }
}

const ENTRY_LIMIT = 64 * 1024 * 1024

function entry (text: string, options: ReadHarOptions, note: (kind: 'corrupt' | 'skipped' | 'changed', what: string) => void): Exchange | undefined {
  try {
    const json = object(JSON.parse(text))
    const request = object(json?.['request'])
    const response = object(json?.['response'])
    if (json === undefined || request === undefined) throw new HarProblem('it has no request')
    const url = string(request['url']) ?? ''
    const parts = /^https?:\/\/(?:[^/?#@]*@)?([^/?#]+)([^#]*)/i.exec(url)
    if (/^wss?:/i.test(url) || json['_resourceType'] === 'websocket' || json['_webSocketMessages'] !== undefined || response?.['status'] === 101) {
      note('skipped', 'it is a WebSocket')
    } else if (parts === null) note('skipped', 'its URL is not of http')
    else if (options.host !== undefined && !options.host(parts[1]!)) note('skipped', 'it is of another host')
    else if (response === undefined || response['status'] === 0) note('skipped', 'it has no answer')
    else {
      return {
        request: requestOf(request, parts[1]!, parts[2]!, what => note('changed', what)),
        response: responseOf(response, what => note('changed', what)),
        ...about(json)
      }
    }
  } catch (error) {
    note('corrupt', error instanceof HarProblem ? error.message : 'it is not JSON')
  }
  return undefined
}

function about (json: Json): Omit<Exchange, 'request' | 'response'> {
  const started = Date.parse(string(json['startedDateTime']) ?? '')
  const time = json['time']
  const own = object(json['_cutover']) ?? {}
  const named: Record<string, string> = {}
  for (const key of ['requestId', 'session', 'feature', 'backend']) {
    const value = string(own[key])
    if (value !== undefined) named[key] = value
  }
  return {
    // A date beyond what RFC 3339 can say is none.
    ...(started >= -62_167_219_200_000 && started < 253_402_300_800_000 ? { startedAt: new Date(started).toISOString() } : {}),
    ...(typeof time === 'number' && time >= 0 ? { durationMs: time } : {}),
    ...named
  }
}
