import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { openAnswer, type FoundContent } from '../domain/content-answer.ts'
import type { Contents, Upload } from '../domain/contents.ts'

/** Makes the routes of this scope take bytes, as a stream that they read themselves. */
export function takeBytes (app: FastifyInstance): void {
  app.addContentTypeParser('application/octet-stream', (_request, _payload, done) => { done(null) })
  app.addHook('preParsing', (request, reply, _payload, done) => {
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers
    if (request.method !== 'PUT') done()
    else if (!/^application\/octet-stream\s*(;|$)/i.test(type)) reply.problem(415, 'MEDIA_TYPE_UNSUPPORTED', 'Send the content as application/octet-stream')
    else if (encoding.toLowerCase() !== 'identity') reply.problem(415, 'ENCODING_UNSUPPORTED', 'Send the content without compression')
    else done()
  })
}

/** The content that a request brings, to be read as it comes. Its headers have been checked. */
export function uploadOf ({ raw, headers }: FastifyRequest): Upload {
  return {
    keys: { encapsulatedKey: headers['x-encapsulated-key'] as string, encryptedSymmetricKey: headers['x-encrypted-symmetric-key'] as string },
    // What is refused half-way still needs its connection for the answer.
    source: raw.iterator({ destroyOnReturn: false }),
    length: headers['content-length'] === undefined ? undefined : Number(headers['content-length']),
    headers
  }
}

/** Answers with a content as its client asks for it: whole, a part, or not at all because it has it. */
export async function sendContent (request: FastifyRequest, reply: FastifyReply, contents: Contents, find: () => Promise<FoundContent>): Promise<FastifyReply> {
  const opened = await openAnswer(contents, request.method, request.headers, find)
  if (!opened.ok) return reply.failure(opened.failure)
  const { answer, stream } = opened.value
  for (const [name, value] of answer.headers) reply.header(name, value)
  if (answer.kind === 'refused') return reply.problem(answer.status, answer.code, answer.message)
  return reply.code(answer.kind === 'bytes' ? answer.status : 304).send(stream)
}
