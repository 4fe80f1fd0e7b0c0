import type { Readable } from 'node:stream'
import { success, type Result } from '../types/result.ts'
import { validatorsOf, type ContentKeys, type Contents, type StoredContent } from './contents.ts'
import { evaluate, rangeCounts, type RequestHeaders } from './preconditions.ts'
import { readRange, type Slice } from './range.ts'

/** How a content is answered: with bytes, with none because the client has it, or with an error. */
export type ContentAnswer =
  | { readonly kind: 'bytes', readonly status: 200 | 206, readonly headers: Headers, readonly slice: Slice | undefined }
  | { readonly kind: 'not-modified', readonly headers: Headers }
  | { readonly kind: 'refused', readonly status: 412 | 416, readonly headers: Headers, readonly code: string, readonly message: string }

type Headers = ReadonlyArray<readonly [name: string, value: string]>

/** A content, with the keys for whoever asks. */
export type FoundContent = Result<{ readonly content: StoredContent, readonly keys: ContentKeys }>

const attempts = 5

/**
 * An answer with the stream of its bytes, where it has any. A content that is replaced between being found and being opened
 * is found anew.
 */
export async function openAnswer (contents: Pick<Contents, 'open'>, method: string, headers: RequestHeaders, find: () => Promise<FoundContent>): Promise<Result<{ readonly answer: ContentAnswer, readonly stream: Readable | undefined }>> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = await find()
    if (!found.ok) return found
    const { content, keys } = found.value
    const answer = answerContent(method, headers, content, keys)
    if (answer.kind !== 'bytes' || method === 'HEAD' || content.size === 0) return success({ answer, stream: undefined })
    const stream = await contents.open(content, answer.slice)
    if (stream !== undefined) return success({ answer, stream })
  }
  throw new Error(`the content was replaced ${attempts} times while it was opened, or its bytes are lost`)
}

/**
 * The status and headers of an answer with a content, the same on both faces.
 * @param keys the keys that whoever asks can open: the owner's own, those of a share, those of a link
 */
export function answerContent (method: string, headers: RequestHeaders, content: StoredContent, keys: ContentKeys): ContentAnswer {
  const current = validatorsOf(content, keys)
  const validators: Headers = [['ETag', current.etag], ['Last-Modified', current.lastModified.toUTCString()]]
  const verdict = evaluate(headers, current, true)
  if (verdict === 'failed') return preconditionFailed
  if (verdict === 'not-modified') return { kind: 'not-modified', headers: validators }

  const about: Headers = [...validators, ['Accept-Ranges', 'bytes']]
  // Ranges are defined for GET alone (RFC 9110, 14.2).
  const range = method === 'GET' && rangeCounts(headers, current) ? readRange(text(headers.range), content.size) : 'whole'
  if (range === 'unsatisfiable') {
    return { kind: 'refused', status: 416, headers: [['Content-Range', `bytes */${content.size}`]], code: 'RANGE_NOT_SATISFIABLE', message: `The content has ${content.size} bytes, none of them in this range` }
  }
  const representation: Headers = [
    ...about,
    ['Content-Type', 'application/octet-stream'],
    ['Repr-Digest', `sha-256=:${content.sha256}:`],
    ['X-Encapsulated-Key', keys.encapsulatedKey],
    ['X-Encrypted-Symmetric-Key', keys.encryptedSymmetricKey]
  ]
  if (range === 'whole') return { kind: 'bytes', status: 200, headers: [...representation, ['Content-Length', String(content.size)]], slice: undefined }
  return {
    kind: 'bytes',
    status: 206,
    headers: [...representation, ['Content-Range', `bytes ${range.first}-${range.last}/${content.size}`], ['Content-Length', String(range.last - range.first + 1)]],
    slice: range
  }
}

/** Says that a condition of the request did not hold. */
export const preconditionFailed = Object.freeze({ kind: 'refused', status: 412, headers: [] as Headers, code: 'PRECONDITION_FAILED', message: 'The content is not, or no longer, what the request expects' } as const)

function text (value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value
}
