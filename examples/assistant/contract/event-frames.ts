import type { GenerationEvent } from '../types/generation.ts'

/** The headers of an event stream. `no-transform` keeps it from being compressed, which would hold events back; so does the third what nginx does. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no'
} as const

/** Events as they are sent (WHATWG HTML, 9.2), one at a time; the last one is `[DONE]`, unless the answer broke off. */
export async function * eventFrames (events: AsyncIterable<GenerationEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if ('error' in event) {
      yield `event: error\ndata: ${JSON.stringify(event)}\n\n`
      return
    }
    yield `data: ${JSON.stringify(event)}\n\n`
  }
  yield 'data: [DONE]\n\n'
}
