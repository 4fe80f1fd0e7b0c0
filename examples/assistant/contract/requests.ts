import { Type } from 'typebox'
import { MAX_TOKENS, PROMPT_CHARACTERS } from '../domain/assistant.ts'

// JSON Schemas of request bodies: both faces check by these, so that they say the same of the same fault.

const closed = { additionalProperties: false }
const email = Type.String({ format: 'email', maxLength: 254 })
const name = Type.String({ minLength: 1, maxLength: 80, pattern: '^\\P{Cc}+$' })
const bio = Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 500, pattern: '^[^\\u0000]*$' })

export const Registration = Type.Object({ email, password: Type.String({ minLength: 8, maxLength: 128 }), name }, closed)
export const Credentials = Type.Object({ email, password: Type.String({ minLength: 1, maxLength: 128 }) }, closed)
export const ProfileChanges = Type.Object({ name: Type.Optional(name), bio: Type.Optional(bio) }, { ...closed, minProperties: 1 })
export const Prompt = Type.Object({
  prompt: Type.String({ minLength: 1, maxLength: PROMPT_CHARACTERS }),
  system: Type.Optional(Type.String({ minLength: 1, maxLength: PROMPT_CHARACTERS })),
  model: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
  maxTokens: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TOKENS })),
  temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
  stream: Type.Optional(Type.Boolean({ description: 'Answer with server-sent events, piece by piece.' }))
}, closed)
