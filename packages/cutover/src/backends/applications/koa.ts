import type { IncomingMessage, ServerResponse } from 'node:http'
import { hasMethods, plain, type ApplicationKind } from './application.ts'

/** What is used of a Koa application. */
export interface KoaLike {
  callback (): (request: IncomingMessage, response: ServerResponse) => unknown
}

/** A Koa 2 or 3 application. */
export const koa: ApplicationKind<KoaLike> = {
  matches: (application): application is KoaLike =>
    hasMethods(application, 'callback', 'use', 'createContext'),

  async open (app) {
    return { kind: 'listener', framework: 'Koa', keepsPrototypes: true, request: app.callback(), ...plain }
  }
}
