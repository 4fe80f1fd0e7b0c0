import Joi from 'joi'

// Of all resources: those of one resource are beside its routes.

/** Text in base64 (RFC 4648) of at most so many characters: what only clients can read. */
export const base64 = (max: number) => Joi.string().max(max).pattern(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'base64')
/** The id of anything, where a malformed one is a fault of the request: in a body or a query. In a path it is just unknown. */
export const objectId = Joi.string().pattern(/^[0-9a-f]{24}$/, 'id')
/** Numbers in a query are texts. */
export const limit = Joi.string().pattern(/^([1-9]\d?|100)$/, 'number from 1 to 100')
/** A page of a list: so many, older than the one with that id. */
export const page = Joi.object({ limit, before: objectId })
