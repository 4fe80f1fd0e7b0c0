import { ChatError, type ChatChunk, type ChatCompletion, type ChatRequest, type ChatUsage } from '../../domain/chat-completions.ts'

/** The body of a request, as OpenAI's public API has it; so do most others. */
export function requestBody ({ model, messages, maxTokens, temperature }: ChatRequest, stream: boolean): string {
  return JSON.stringify({
    model,
    messages,
    max_tokens: maxTokens,
    ...temperature !== undefined && { temperature },
    ...stream && { stream: true, stream_options: { include_usage: true } }
  })
}

/** @throws ChatError when the text is no whole answer */
export function readCompletion (text: string): ChatCompletion {
  const body = parse(text)
  const choice = first(body)
  const content = member(member(choice, 'message'), 'content')
  if (typeof content !== 'string') throw garbled('an answer without a text')
  return { ...names(body), text: content, finishReason: reason(choice) ?? 'stop', usage: usageOf(body) }
}

/** @throws ChatError when the data of an event is no piece of an answer */
export function readChunk (data: string): ChatChunk {
  const body = parse(data)
  if (member(body, 'error') !== undefined) throw new ChatError('failed', `it failed while it answered: ${data.slice(0, 200)}`)
  const usage = usageOf(body)
  const choice = first(body)
  // The last chunk has the usage and no choice.
  if (choice === undefined && usage === undefined) throw garbled('a chunk without a choice')
  const content = member(member(choice, 'delta'), 'content')
  return { ...names(body), text: typeof content === 'string' ? content : '', finishReason: reason(choice), usage }
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw garbled('no JSON', error)
  }
}

function names (body: unknown): { id: string, model: string } {
  const [id, model] = [member(body, 'id'), member(body, 'model')]
  if (typeof id !== 'string' || typeof model !== 'string') throw garbled('an answer without id or model')
  return { id, model }
}

function usageOf (body: unknown): ChatUsage | undefined {
  const usage = member(body, 'usage')
  const [promptTokens, completionTokens, totalTokens] = ['prompt_tokens', 'completion_tokens', 'total_tokens'].map(name => member(usage, name))
  if (typeof promptTokens !== 'number' || typeof completionTokens !== 'number' || typeof totalTokens !== 'number') return undefined
  return { promptTokens, completionTokens, totalTokens }
}

function first (body: unknown): unknown {
  const choices = member(body, 'choices')
  return Array.isArray(choices) ? choices[0] : undefined
}

function reason (choice: unknown): string | undefined {
  const value = member(choice, 'finish_reason')
  return typeof value === 'string' ? value : undefined
}

function member (value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function garbled (what: string, cause?: unknown): ChatError {
  return new ChatError('garbled', `it answered ${what}`, { cause })
}
