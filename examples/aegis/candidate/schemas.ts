import { Type, type TSchema } from 'typebox'

// Of all resources: those of one resource are beside its routes.

/** For objects that take no other keys. */
export const closed = { additionalProperties: false } as const

/** Text in base64 (RFC 4648) of at most so many characters: what only clients can read. */
export const base64 = (max: number) => Type.String({ minLength: 1, maxLength: max, pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$', patternName: 'base64', description: 'Ciphertext in base64.' })
/** As `base64`, where null clears the field. */
export const base64OrNull = (max: number) => Type.Unsafe<string | null>({ ...base64(max), type: ['string', 'null'] })
/** The id of anything, where a malformed one is a fault of the request: in a body or a query. In a path it is just unknown. */
export const ObjectId = Type.String({ minLength: 1, pattern: '^[0-9a-f]{24}$', patternName: 'id' })
/** Numbers in a query are texts. */
export const Limit = Type.String({ minLength: 1, pattern: '^([1-9]\\d?|100)$', patternName: 'number from 1 to 100' })
/** A page of a list: so many, older than the one with that id. */
export const Page = Type.Object({ limit: Type.Optional(Limit), before: Type.Optional(ObjectId) }, closed)
/** The parameter of a path: whatever it is, an unknown one is answered with 404. */
export const ItemId = Type.Object({ id: Type.String() })

export const nullable = <Value>(type: 'string' | 'integer' | 'number') => Type.Unsafe<Value | null>({ type: [type, 'null'] })

export const Problem = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    details: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
    stack: Type.Optional(Type.String({ description: 'Only while developing.' }))
  })
})
export const Nothing = Type.Unsafe<undefined>({ description: 'No content.' })

/** The response schemas of a route: what it answers when all is well, and the one shape of errors for the rest. */
export function answers<Good extends Record<number, TSchema>> (good: Good): Good & { '4xx': typeof Problem, '5xx': typeof Problem } {
  return { ...good, '4xx': Problem, '5xx': Problem }
}
