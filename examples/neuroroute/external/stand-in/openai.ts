import { textOf, type ProviderWire } from './wire.ts'

interface Body {
  readonly model: string
  readonly messages: ReadonlyArray<{ readonly role: string, readonly content: unknown }>
  readonly max_tokens?: number
  readonly stream?: boolean
  readonly stream_options?: { readonly include_usage?: boolean }
}

const created = 1_700_000_000
const types: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  400: ['invalid_request_error', null], 401: ['invalid_request_error', 'invalid_api_key'], 429: ['requests', 'rate_limit_exceeded']
}

/** OpenAI's chat completions, as its public API has them. */
export const openai: ProviderWire = {
  provider: 'openai',

  key: headers => /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1],

  read (value) {
    const body = value as Body
    if (typeof body?.model !== 'string') throw new TypeError('you must provide a model parameter')
    const of = (role: string): string => textOf(body.messages.findLast(message => message.role === role)?.content ?? '')
    return {
      model: body.model, system: of('system'), prompt: of('user'), maxTokens: body.max_tokens ?? 4096, stream: body.stream === true, usage: body.stream_options?.include_usage === true
    }
  },

  answer: (asked, said) => JSON.stringify({
    id: `chatcmpl-${said.id}`,
    object: 'chat.completion',
    created,
    model: asked.model,
    choices: [{ index: 0, message: { role: 'assistant', content: said.words.join(''), refusal: null }, logprobs: null, finish_reason: said.whole ? 'stop' : 'length' }],
    usage: usageOf(said)
  }),

  frames (asked, said) {
    const chunk = (choices: readonly object[], usage: object | null = null): string => frame({
      id: `chatcmpl-${said.id}`, object: 'chat.completion.chunk', created, model: asked.model, choices, ...asked.usage && { usage }
    })
    const delta = (delta: object, reason: string | null = null): string => chunk([{ index: 0, delta, logprobs: null, finish_reason: reason }])
    return {
      head: delta({ role: 'assistant', content: '', refusal: null }),
      deltas: said.words.map(word => delta({ content: word })),
      tail: delta({}, said.whole ? 'stop' : 'length') + (asked.usage ? chunk([], usageOf(said)) : ''),
      end: 'data: [DONE]\n\n'
    }
  },

  refusal (status, message) {
    const [type, code] = types[status] ?? ['server_error', null]
    return JSON.stringify({ error: { message, type, param: null, code } })
  },

  errorEvent: message => frame({ error: { message, type: 'server_error', param: null, code: null } })
}

function usageOf ({ promptTokens, words }: { readonly promptTokens: number, readonly words: readonly string[] }): object {
  return { prompt_tokens: promptTokens, completion_tokens: words.length, total_tokens: promptTokens + words.length }
}

function frame (value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`
}
