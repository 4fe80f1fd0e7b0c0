import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import helmet, { type HelmetOptions } from 'helmet'

/** What both faces give Helmet: nothing here is a page, so a page that is made of it may load nothing. */
export const helmetOptions: HelmetOptions = {
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } }
}

/** What Helmet sets on every answer: with fixed options the same for all requests, so that it is asked once. */
export function helmetHeaders (options: HelmetOptions): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  helmet(options)(request, response, error => {
    if (error instanceof Error) throw error
  })
  return { ...response.getHeaders() } as Record<string, string>
}
