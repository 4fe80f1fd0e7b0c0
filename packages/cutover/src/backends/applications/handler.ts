import type { IncomingMessage, ServerResponse } from 'node:http'
import { hasMethods, plain, type ApplicationKind } from './application.ts'
import { presetFields } from './preset-fields.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** An Express 4 or 5 application, or any other function of two parameters or more. */
export const handler: ApplicationKind<Handler> = {
  matches: (application): application is Handler =>
    typeof application === 'function' && (isExpress(application) || application.length >= 2) && !isClass(application) && !isPlugin(application),

  async open (handle) {
    return {
      kind: 'listener',
      framework: isExpress(handle) ? 'Express' : 'handler',
      request (request, response) {
        presetFields(request, response)
        return handle(request, response)
      },
      ...plain
    }
  }
}

/** Express and Connect make functions that can also be asked to handle and to use. */
function isExpress (application: unknown): boolean {
  return hasMethods(application, 'handle', 'use')
}

export function isClass (application: unknown): boolean {
  return typeof application === 'function' && /^class\b/.test(Function.prototype.toString.call(application))
}

/** A function wrapped by fastify-plugin takes (instance, options), which looks like (req, res). */
export function isPlugin (application: unknown): boolean {
  return typeof application === 'function' && Symbol.for('plugin-meta') in application
}
