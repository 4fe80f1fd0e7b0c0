import { textOf, type ProviderWire } from './wire.ts'

interface Body {
  readonly model: string
  readonly max_tokens: number
  readonly system?: unknown
  readonly messages: ReadonlyArray<{ readonly role: string, readonly content: unknown }>
  readonly stream?: boolean
}

const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error', 401: 'authentication_error', 429: 'rate_limit_error', 529: 'overloaded_error'
}

/** Anthropic's messages, as its public API has them. */
export const anthropic: ProviderWire = {
  provider: 'anthropic',

  key: headers => typeof headers['x-api-key'] === 'string' ? headers['x-api-key'] : undefined,

  read (value) {
    const body = value as Body
    if (typeof body?.model !== 'string') throw new TypeError('model: Field required')
    if (!Number.isInteger(body.max_tokens)) throw new TypeError('max_tokens: Field required')
    return {
      model: body.model,
      system: textOf(body.system ?? ''),
      prompt: textOf(body.messages.findLast(message => message.role === 'user')?.content ?? ''),
      maxTokens: body.max_tokens,
      stream: body.stream === true,
      usage: true
    }
  },

  answer: (asked, said) => JSON.stringify({
    ...message(asked.model, said.id),
    content: [{ type: 'text', text: said.words.join('') }],
    stop_reason: said.whole ? 'end_turn' : 'max_tokens',
    usage: { input_tokens: said.promptTokens, output_tokens: said.words.length }
  }),

  frames (asked, said) {
    return {
      head: event('message_start', { message: { ...message(asked.model, said.id), usage: { input_tokens: said.promptTokens, output_tokens: 1 } } }) +
        event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) + event('ping', {}),
      deltas: said.words.map(text => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
      tail: event('content_block_stop', { index: 0 }) +
        event('message_delta', { delta: { stop_reason: said.whole ? 'end_turn' : 'max_tokens', stop_sequence: null }, usage: { output_tokens: said.words.length } }),
      end: event('message_stop', {})
    }
  },

  refusal: (status, message) => JSON.stringify({ type: 'error', error: { type: types[status] ?? 'api_error', message } }),

  errorEvent: message => event('error', { error: { type: 'overloaded_error', message } })
}

function message (model: string, id: string): object {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null }
}

function event (type: string, value: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`
}
