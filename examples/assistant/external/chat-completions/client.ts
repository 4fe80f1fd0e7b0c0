import { ChatError, type ChatChunk, type ChatCompletions } from '../../domain/chat-completions.ts'
import { readEvents } from './event-stream.ts'
import { Patience } from './patience.ts'
import { readChunk, readCompletion, requestBody } from './wire.ts'

const longestAnswer = 4_000_000

/**
 * A client of OpenAI's chat completions, or of anything that speaks its format.
 * @param options.url the API's base, `https://api.openai.com/v1`
 * @param options.timeout milliseconds until a whole answer is there; of a streamed one, until its next piece
 */
export function createChatClient ({ url, key, timeout }: { url: string, key: string, timeout: number }): ChatCompletions {
  const endpoint = `${url.replace(/\/+$/, '')}/chat/completions`

  /** The answer, once its head is there and says that all is well. */
  async function ask (body: string, accept: string, patience: Patience): Promise<Response> {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept },
      body,
      redirect: 'error',
      signal: patience.signal
    })
    if (response.ok) return response
    const said = (await response.text()).slice(0, 500)
    throw new ChatError(faultOf(response.status), `it answered ${response.status}: ${said}`, { retryAfter: seconds(response.headers.get('retry-after')) })
  }

  return {
    async complete (request, signal) {
      const patience = new Patience(timeout, signal)
      try {
        const response = await ask(requestBody(request, false), 'application/json', patience)
        let text = ''
        const decoder = new TextDecoder()
        for await (const piece of response.body ?? []) {
          text += decoder.decode(piece as Uint8Array, { stream: true })
          if (text.length > longestAnswer) throw new ChatError('garbled', `it answered more than ${longestAnswer} characters`)
        }
        return readCompletion(text + decoder.decode())
      } catch (error) {
        throw patience.explain(error)
      } finally {
        patience.end()
      }
    },

    async stream (request, signal) {
      const patience = new Patience(timeout, signal)
      try {
        const response = await ask(requestBody(request, true), 'text/event-stream', patience)
        if (!/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
          throw new ChatError('garbled', `it answered ${response.headers.get('content-type') ?? 'no type'} where events were asked for`)
        }
        return chunks(response, patience)
      } catch (error) {
        patience.end()
        throw patience.explain(error)
      }
    }
  }
}

async function * chunks (response: Response, patience: Patience): AsyncGenerator<ChatChunk> {
  try {
    for await (const data of readEvents(response.body as unknown as AsyncIterable<Uint8Array>)) {
      if (data === '[DONE]') return
      patience.renew()
      yield readChunk(data)
    }
    throw new ChatError('cut', 'its stream ended without [DONE]')
  } catch (error) {
    throw patience.explain(error, 'cut')
  } finally {
    patience.end()
  }
}

function faultOf (status: number): ChatError['fault'] {
  if (status === 401 || status === 403) return 'key'
  if (status === 429) return 'busy'
  return status < 500 ? 'rejected' : 'failed'
}

/** Whole seconds of a Retry-After, at most an hour; undefined for a date or none. */
function seconds (text: string | null): number | undefined {
  return text !== null && /^\d{1,4}$/.test(text) ? Math.min(3600, Number(text)) : undefined
}
