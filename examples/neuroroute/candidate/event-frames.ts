import type { PromptEvent } from '../domain/answers.ts'
import { compileSerializer } from './fastapi-compat.ts'
import { classificationOut, usageOut, usd } from './prompt-members.ts'
import { DeltaFrame, EndFrame, NotAnswered, StartFrame } from './schemas.ts'

const writeStart = compileSerializer(StartFrame as object)
const writeDelta = compileSerializer(DeltaFrame as object)
const writeEnd = compileSerializer(EndFrame as object)
const writeError = compileSerializer(NotAnswered as object)

/** The frames of a streamed answer, as server-sent events (WHATWG HTML, 9.2). */
export async function * eventFrames (events: AsyncIterable<PromptEvent>): AsyncGenerator<string> {
  for await (const event of events) yield frame(event)
}

function frame (event: PromptEvent): string {
  switch (event.kind) {
    case 'start': return `event: start\ndata: ${writeStart({ id: event.id, model: event.model.id, provider: event.model.provider, classification: classificationOut(event.classification), cached: event.cached })}\n\n`
    case 'delta': return `event: delta\ndata: ${writeDelta(event)}\n\n`
    case 'end': return `event: end\ndata: ${writeEnd({ usage: usageOut(event.usage), cost: usd(event.costNano), attempts: event.attempts, created_at: event.createdAt })}\n\n`
    case 'failed': return `event: error\ndata: ${writeError({ detail: { message: 'The model stopped answering', attempts: event.attempts } })}\n\n`
  }
}
