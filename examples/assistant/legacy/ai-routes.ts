import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Router, type Response } from 'express'
import { eventFrames, eventStreamHeaders } from '../contract/event-frames.ts'
import * as Schemas from '../contract/requests.ts'
import type { Services } from '../services.ts'
import type { Prompt } from '../types/generation.ts'
import { authenticate } from './authenticate.ts'
import { jsonBody } from './body.ts'
import { sendFailure } from './errors.ts'
import { noStore } from './no-store.ts'
import { limitGenerations } from './rate-limits.ts'

export function aiRoutes (services: Services): Router {
  const { assistant, tokens } = services
  const router = Router()

  router.get('/capabilities', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=60').json(assistant.capabilities())
  })

  router.post('/generate', noStore, authenticate(tokens), limitGenerations(services), ...jsonBody(Schemas.Prompt), async (request, response) => {
    const { stream, ...prompt } = request.body as Prompt & { stream?: boolean }
    const left = leaving(response)
    if (stream !== true) {
      const generation = await assistant.generate(prompt, left)
      if (!generation.ok) return sendFailure(response, generation.failure)
      response.json(generation.value)
      return
    }
    const events = await assistant.stream(prompt, left)
    if (!events.ok) return sendFailure(response, events.failure)
    response.status(200).set(eventStreamHeaders)
    response.flushHeaders()
    // A client that leaves in the middle is no error.
    await pipeline(Readable.from(eventFrames(events.value)), response).catch((error: unknown) => {
      if (!left.aborted) throw error
    })
  })

  return router
}

/** Aborted when the client leaves before its answer is whole. */
function leaving (response: Response): AbortSignal {
  const left = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) left.abort()
  })
  return left.signal
}
