import { randomBytes } from 'node:crypto'

const WELL_FORMED = /^[\w.:+/=@-]{1,128}$/

/** Makes request ids: unique to this process by a random prefix, counted behind it. */
export function createRequestIds (prefix = randomBytes(9).toString('base64url').replace(/[_-]/g, 'x')): () => string {
  let count = 0
  return () => `${prefix}-${(++count).toString(36)}`
}

/** A client's own id, if it may stand in headers and logs. */
export function acceptableId (value: string | undefined): string | undefined {
  return value !== undefined && WELL_FORMED.test(value) ? value : undefined
}
