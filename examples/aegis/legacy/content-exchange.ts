import type { IncomingHttpHeaders } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Request, RequestHandler, Response } from 'express'
import { openAnswer, type FoundContent } from '../domain/content-answer.ts'
import type { Contents, Upload } from '../domain/contents.ts'
import { HttpError, sendFailure, validationError } from './errors.ts'
import { contentHeaders } from './note-schemas.ts'

/** Lets requests through whose body is bytes, and that have the keys which open them. */
export const bytesBody: RequestHandler[] = [requireBytes(), requireKeys()]

function requireBytes (): RequestHandler {
  return (request, _response, next) => {
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers
    if (!/^application\/octet-stream\s*(;|$)/i.test(type)) return next(new HttpError(415, 'MEDIA_TYPE_UNSUPPORTED', 'Send the content as application/octet-stream'))
    if (encoding.toLowerCase() !== 'identity') return next(new HttpError(415, 'ENCODING_UNSUPPORTED', 'Send the content without compression'))
    next()
  }
}

function requireKeys (): RequestHandler {
  return (request, _response, next) => {
    const { error } = contentHeaders.validate(request.headers, { abortEarly: false, convert: false })
    next(error && validationError(error.details))
  }
}

/** The content that a request brings, to be read as it comes. */
export function uploadOf (request: Request): Upload {
  const { headers } = request
  return {
    keys: { encapsulatedKey: field(headers, 'x-encapsulated-key'), encryptedSymmetricKey: field(headers, 'x-encrypted-symmetric-key') },
    // What is refused half-way still needs its connection for the answer.
    source: request.iterator({ destroyOnReturn: false }),
    length: headers['content-length'] === undefined ? undefined : Number(headers['content-length']),
    headers
  }
}

/** Answers with a content as its client asks for it: whole, a part, or not at all because it has it. */
export async function sendContent (request: Request, response: Response, contents: Contents, find: () => Promise<FoundContent>): Promise<void> {
  const opened = await openAnswer(contents, request.method, request.headers, find)
  if (!opened.ok) return sendFailure(response, opened.failure)
  const { answer, stream } = opened.value
  for (const [name, value] of answer.headers) response.setHeader(name, value)
  if (answer.kind === 'refused') {
    response.status(answer.status).json({ error: { code: answer.code, message: answer.message } })
    return
  }
  response.status(answer.kind === 'bytes' ? answer.status : 304)
  if (stream === undefined) response.end()
  else await pipeline(stream, response).catch(leave)
}

/** A client that goes is no error of ours; whatever else breaks an answer off is. */
function leave (error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
}

function field (headers: IncomingHttpHeaders, name: string): string {
  return headers[name] as string
}
