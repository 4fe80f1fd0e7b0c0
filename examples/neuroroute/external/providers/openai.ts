import type { TokenUsage } from '../../types/providers.ts'
import { ErrorEvent, first, FormatError, member, parse, textOf, tokensOf, type StreamReader, type Wire } from './wire.ts'

/** OpenAI's chat completions: https://platform.openai.com/docs/api-reference/chat. */
export const openai: Wire = {
  path: '/v1/chat/completions',

  headers: key => ({ authorization: `Bearer ${key}` }),

  body: (model, { prompt, system, maxTokens, temperature }, stream) => JSON.stringify({
    model,
    messages: [...system === null ? [] : [{ role: 'system', content: system }], { role: 'user', content: prompt }],
    max_tokens: maxTokens,
    temperature,
    ...stream && { stream: true, stream_options: { include_usage: true } }
  }),

  readAnswer: body => ({ output: textOf(member(member(first(member(body, 'choices')), 'message'), 'content')), usage: usageOf(member(body, 'usage')) }),

  createReader: () => new OpenAiReader()
}

class OpenAiReader implements StreamReader {
  usage: TokenUsage | undefined
  #counted: TokenUsage | undefined

  read (data: string): string {
    if (data === '[DONE]') {
      if (this.#counted === undefined) throw new FormatError('an end without its usage')
      this.usage = this.#counted
      return ''
    }
    const chunk = parse(data)
    if (isThere(member(chunk, 'error'))) throw new ErrorEvent()
    const choices = member(chunk, 'choices')
    if (!Array.isArray(choices)) throw new FormatError('a chunk without choices')
    const usage = member(chunk, 'usage')
    if (isThere(usage)) this.#counted = usageOf(usage)
    const content = member(member(first(choices), 'delta'), 'content')
    return isThere(content) ? textOf(content) : ''
  }
}

function usageOf (usage: unknown): TokenUsage {
  return { prompt_tokens: tokensOf(member(usage, 'prompt_tokens')), completion_tokens: tokensOf(member(usage, 'completion_tokens')) }
}

function isThere (value: unknown): boolean {
  return value !== undefined && value !== null
}
