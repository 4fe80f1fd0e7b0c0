import type { TokenUsage } from '../../types/providers.ts'
import { ErrorEvent, FormatError, member, parse, textOf, tokensOf, type StreamReader, type Wire } from './wire.ts'

/** Anthropic's messages: https://docs.anthropic.com/en/api/messages. */
export const anthropic: Wire = {
  path: '/v1/messages',

  headers: key => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),

  body: (model, { prompt, system, maxTokens, temperature }, stream) => JSON.stringify({
    model,
    ...system !== null && { system },
    messages: [{ role: 'user', content: prompt }],
    max_tokens: maxTokens,
    // OpenAI's goes up to 2.
    temperature: Math.min(temperature, 1),
    ...stream && { stream: true }
  }),

  readAnswer (body) {
    const content = member(body, 'content')
    if (!Array.isArray(content)) throw new FormatError('a message without content')
    const texts = content.filter(block => member(block, 'type') === 'text').map(block => textOf(member(block, 'text')))
    const usage = member(body, 'usage')
    return {
      output: texts.join(''),
      usage: { prompt_tokens: tokensOf(member(usage, 'input_tokens')), completion_tokens: tokensOf(member(usage, 'output_tokens')) }
    }
  },

  createReader: () => new AnthropicReader()
}

class AnthropicReader implements StreamReader {
  usage: TokenUsage | undefined
  #input: number | undefined
  #output: number | undefined

  read (data: string): string {
    const event = parse(data)
    switch (member(event, 'type')) {
      case 'message_start':
        this.#input = tokensOf(member(member(member(event, 'message'), 'usage'), 'input_tokens'))
        return ''
      case 'content_block_delta': {
        const delta = member(event, 'delta')
        return member(delta, 'type') === 'text_delta' ? textOf(member(delta, 'text')) : ''
      }
      case 'message_delta':
        this.#output = tokensOf(member(member(event, 'usage'), 'output_tokens'))
        return ''
      case 'message_stop':
        if (this.#input === undefined || this.#output === undefined) throw new FormatError('an end without its usage')
        this.usage = { prompt_tokens: this.#input, completion_tokens: this.#output }
        return ''
      case 'error':
        throw new ErrorEvent()
      default:
        // Its documentation asks to pass over types that are new.
        if (typeof member(event, 'type') !== 'string') throw new FormatError('an event without a type')
        return ''
    }
  }
}
