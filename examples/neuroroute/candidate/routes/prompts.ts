import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { PromptAnswer, Refusal } from '../../domain/answers.ts'
import type { Services } from '../../services.ts'
import { eventFrames } from '../event-frames.ts'
import { HttpException } from '../fastapi-compat.ts'
import { answers, NotAnswered, PromptIn, PromptOut } from '../schemas.ts'
import { classificationOut, usd, usageOut } from '../prompt-members.ts'

const promptRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { prompts } }) => {
  app.post('/prompt', {
    preValidation: [app.authorize('prompt'), app.limitRate],
    schema: {
      tags: ['prompts'],
      summary: 'Answer Prompt',
      security: [{ HTTPBearer: [] }],
      body: PromptIn,
      response: { ...answers({ 200: PromptOut }, 400, 401, 403, 404, 422, 429), 502: NotAnswered, 503: NotAnswered, 504: NotAnswered }
    }
  }, async (request, reply) => {
    const { stream, system, model, max_tokens: maxTokens, max_cost: maxCost, ...rest } = request.body
    const prompt = { ...rest, system: system ?? null, model: model ?? null, maxTokens, maxCost: maxCost ?? null }
    const left = leaving(reply)
    try {
      if (stream) {
        const events = await prompts.stream(request.caller.id, prompt, left)
        if (!events.ok) throw problemOf(events.refusal)
        // A stream is sent as it is: the response schema is for whole answers.
        return await (reply as FastifyReply).headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' }).send(Readable.from(eventFrames(events.value)))
      }
      const answer = await prompts.answer(request.caller.id, prompt, left)
      if (!answer.ok) throw problemOf(answer.refusal)
      reply.headers(request.rateHeaders)
      return promptOut(answer.value)
    } catch (error) {
      // Nobody reads it; the log shows it.
      if (left.aborted) throw new HttpException(499)
      throw error
    }
  })
}

function promptOut ({ id, model, classification, output, cached, usage, costNano, attempts, createdAt }: PromptAnswer) {
  return {
    id,
    model: model.id,
    provider: model.provider,
    classification: classificationOut(classification),
    output,
    cached,
    usage: usageOut(usage),
    cost: usd(costNano),
    attempts,
    created_at: createdAt
  }
}

function problemOf (refusal: Refusal): HttpException {
  switch (refusal.reason) {
    case 'unknown model': return new HttpException(404, 'Model not found')
    case 'unsatisfiable': return new HttpException(400, 'No model satisfies the request')
    case 'unavailable': return new HttpException(503, 'No model is available', { 'retry-after': '1' })
  }
  const { all, retryAfter, attempts } = refusal.failure
  const detail = { message: 'No model answered', attempts }
  if (all === 'timeout') return new HttpException(504, detail)
  return all === 'limited' ? new HttpException(503, detail, { 'retry-after': String(retryAfter ?? 1) }) : new HttpException(502, detail)
}

/** Aborted when the client leaves before its answer is whole. */
function leaving ({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) left.abort()
  })
  return left.signal
}

export default promptRoutes
