import type { Capabilities, Generation, GenerationEvent, Prompt } from '../types/generation.ts'
import { failed, success, type Failure, type Result } from '../types/result.ts'
import { ChatError, type ChatChunk, type ChatCompletions, type ChatFault, type ChatRequest } from './chat-completions.ts'

export const PROMPT_CHARACTERS = 8000
export const MAX_TOKENS = 4096
const usualTokens = 512

export interface Assistant {
  generate (prompt: Prompt, signal: AbortSignal): Promise<Result<Generation>>
  /** Resolves when the AI service has begun to answer; what breaks the answer off later is its last event. */
  stream (prompt: Prompt, signal: AbortSignal): Promise<Result<AsyncIterable<GenerationEvent>>>
  capabilities (): Capabilities
}

const faults: Readonly<Record<ChatFault, Failure>> = {
  key: { kind: 'upstream', code: 'AI_KEY_REFUSED', message: 'The AI service does not accept this server' },
  busy: { kind: 'unavailable', code: 'AI_BUSY', message: 'The AI service has too much to do: try again later' },
  rejected: { kind: 'unprocessable', code: 'AI_REJECTED', message: 'The AI service does not answer this prompt' },
  failed: { kind: 'upstream', code: 'AI_FAILED', message: 'The AI service failed' },
  unreachable: { kind: 'upstream', code: 'AI_UNREACHABLE', message: 'The AI service cannot be reached' },
  timeout: { kind: 'late', code: 'AI_TIMEOUT', message: 'The AI service takes too long' },
  garbled: { kind: 'upstream', code: 'AI_GARBLED', message: 'The AI service answered what cannot be read' },
  cut: { kind: 'upstream', code: 'AI_CUT_OFF', message: 'The AI service broke its answer off' },
  left: { kind: 'unavailable', code: 'CLIENT_LEFT', message: 'The client left' }
}

/**
 * @param options.models the models on offer, the usual one first
 * @param options.onFault told of every fault of the AI service, but for clients that leave
 */
export function createAssistant ({ chat, models, requestsPerMinute, onFault = () => {} }: { chat: ChatCompletions, models: readonly string[], requestsPerMinute: number, onFault?: (error: ChatError) => void }): Assistant {
  const capabilities: Capabilities = Object.freeze({
    models,
    defaultModel: models[0]!,
    streaming: true,
    limits: { requestsPerMinute, promptCharacters: PROMPT_CHARACTERS, maxTokens: MAX_TOKENS }
  })

  async function ask<Value> (prompt: Prompt, how: (request: ChatRequest) => Promise<Value>): Promise<Result<Value>> {
    const model = prompt.model ?? capabilities.defaultModel
    if (!models.includes(model)) return failed({ kind: 'unprocessable', code: 'MODEL_UNKNOWN', message: `There is no model ${JSON.stringify(model)}: GET /api/ai/capabilities lists them` })
    try {
      return success(await how(chatRequest(model, prompt)))
    } catch (error) {
      return failed(explain(error))
    }
  }

  function explain (error: unknown): Failure {
    if (!(error instanceof ChatError)) throw error
    if (error.fault !== 'left') onFault(error)
    return error.fault === 'busy' ? { ...faults.busy, retryAfter: error.retryAfter ?? 30 } : faults[error.fault]
  }

  async function * events (chunks: AsyncIterable<ChatChunk>): AsyncGenerator<GenerationEvent> {
    let named = false
    let end: GenerationEvent | undefined
    try {
      for await (const { id, model, text, finishReason, usage } of chunks) {
        if (!named) {
          named = true
          yield { id, model }
        }
        if (text !== '') yield { text }
        // The usage comes in a chunk of its own, after the one with the reason.
        if (finishReason !== undefined) end = { finishReason, usage: usage ?? null }
        else if (usage !== undefined && end !== undefined) end = { ...end, usage }
      }
      yield end ?? { finishReason: 'stop', usage: null }
    } catch (error) {
      const { code, message } = explain(error)
      yield { error: { code, message } }
    }
  }

  return {
    capabilities: () => capabilities,
    generate: async (prompt, signal) => await ask(prompt, async request => {
      const { id, model, text, finishReason, usage } = await chat.complete(request, signal)
      return { id, model, text, finishReason, usage: usage ?? null }
    }),
    stream: async (prompt, signal) => await ask(prompt, async request => events(await chat.stream(request, signal)))
  }
}

function chatRequest (model: string, { prompt, system, maxTokens = usualTokens, temperature }: Prompt): ChatRequest {
  return {
    model,
    messages: [...system === undefined ? [] : [{ role: 'system' as const, content: system }], { role: 'user', content: prompt }],
    maxTokens,
    ...temperature !== undefined && { temperature }
  }
}
