import { Type, type TSchema } from 'typebox'

// What the candidate answers, for its documentation and its serializers; requests are in ../contract/requests.ts.

const nullable = <Value>(schema: TSchema) => Type.Unsafe<Value | null>(Type.Union([schema, Type.Null()]))
const time = Type.String({ description: 'ISO 8601, UTC.' })

export const Session = Type.Object({
  token: Type.String(),
  tokenType: Type.Literal('Bearer'),
  expiresIn: Type.Integer({ description: 'Seconds.' }),
  user: Type.Object({ id: Type.String(), email: Type.String(), name: Type.String() })
})
export const Verified = Type.Object({ valid: Type.Literal(true), userId: Type.String(), expiresAt: time })
export const Profile = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  bio: nullable<string>(Type.String()),
  createdAt: time,
  updatedAt: time
})
const Usage = Type.Object({ promptTokens: Type.Integer(), completionTokens: Type.Integer(), totalTokens: Type.Integer() })
export const Generation = Type.Object({
  id: Type.String(),
  model: Type.String(),
  text: Type.String(),
  finishReason: Type.String(),
  usage: nullable<{ promptTokens: number, completionTokens: number, totalTokens: number }>(Usage)
}, { description: 'With `stream: true`: an event stream of `{ id, model }`, any number of `{ text }`, `{ finishReason, usage }` and `[DONE]`.' })
export const Capabilities = Type.Object({
  models: Type.Unsafe<readonly string[]>(Type.Array(Type.String())),
  defaultModel: Type.String(),
  streaming: Type.Literal(true),
  limits: Type.Object({ requestsPerMinute: Type.Integer(), promptCharacters: Type.Integer(), maxTokens: Type.Integer() })
})
export const Liveness = Type.Object({ status: Type.Literal('ok'), service: Type.Literal('assistant') })
export const Problem = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    details: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }), { description: 'Not in production.' })),
    stack: Type.Optional(Type.Array(Type.String(), { description: 'Not in production.' }))
  })
})

/** The response schemas of a route: what it answers when all is well, and the one shape of errors for the rest. */
export function answers<Good extends Record<number, TSchema>> (good: Good): Good & { '4xx': typeof Problem, '5xx': typeof Problem } {
  return { ...good, '4xx': Problem, '5xx': Problem }
}
