import type { IncomingMessage, ServerResponse } from 'node:http'

/** What Express 4 and 5, its router, finalhandler and Node itself add to a request while they handle it. */
type RequestFields = Record<'_eventsCount' | 'res' | 'next' | 'baseUrl' | 'originalUrl' | '_parsedUrl' | '_parsedOriginalUrl' | 'params' | 'route', unknown>
type ResponseFields = Record<'locals' | 'statusCode' | 'statusMessage', unknown>

/**
 * Gives a request and its response, as properties of their own and with the values that they have, the fields that
 * Express will add to them.
 *
 * Express replaces the prototype of both. In V8 11 (Node 20) an object whose prototype was replaced shares its
 * hidden class with no other once a property is added: each request then makes some ten classes that live until the
 * next full collection and that no inline cache knows. With the fields there before, Express serves twice as many
 * requests a second on Node 20; on Node 24, whose V8 shares these classes, nothing changes.
 */
export function presetFields (request: IncomingMessage, response: ServerResponse): void {
  // Assigning an inherited value makes an own property of it.
  /* eslint-disable no-self-assign */
  const asked = request as unknown as RequestFields
  asked._eventsCount = asked._eventsCount
  asked.res = asked.res
  asked.next = asked.next
  asked.baseUrl = asked.baseUrl
  asked.originalUrl = asked.originalUrl
  asked._parsedUrl = asked._parsedUrl
  asked._parsedOriginalUrl = asked._parsedOriginalUrl
  asked.params = asked.params
  asked.route = asked.route
  const answer = response as unknown as ResponseFields
  answer.locals = answer.locals
  answer.statusCode = answer.statusCode
  answer.statusMessage = answer.statusMessage
  /* eslint-enable no-self-assign */
}
