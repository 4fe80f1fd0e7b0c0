import type { FastifyReply } from 'fastify'
import type { Result } from '../types/result.ts'

/** Answers what a rule said: its value, or why there is none. */
export function sendResult<Value> (reply: FastifyReply, result: Result<Value>): Value | FastifyReply {
  return result.ok ? result.value : reply.failure(result.failure)
}

/** Answers with what was made in a collection, and where that is now. */
export function sendCreated (reply: FastifyReply, collection: string, result: Result<{ readonly id: string }>): FastifyReply {
  if (!result.ok) return reply.failure(result.failure)
  return reply.code(201).header('location', `${collection}/${result.value.id}`).send(result.value)
}

/** Answers that something is gone. */
export function sendRemoved (reply: FastifyReply, result: Result<undefined>): FastifyReply {
  return result.ok ? reply.code(204).send(undefined) : reply.failure(result.failure)
}
