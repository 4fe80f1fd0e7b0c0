import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Compat } from '../compat.ts'
import type { RowName, Rows } from '../table.ts'
import { createAttachment, createFormat, json, jsonp, sendStatus } from './content.ts'
import { createClearCookie, createCookie } from './cookies.ts'
import { append, createLinks, createLocation, createGet, createVary, set } from './fields.ts'
import { createDownload, createSendFile } from './files.ts'
import { createEnd } from './raw.ts'
import { createRedirect } from './redirect.ts'
import { createStatus } from './status.ts'

const kLocals = Symbol('expressCompat.locals')

/** Puts on the reply what Express puts there, row by row. */
export function decorateReply (fastify: FastifyInstance, compat: Compat, rows: Rows): void {
  const add = (name: string, value: unknown) => { fastify.decorateReply(name, value as never) }
  const methods: Array<[readonly RowName[], string, () => unknown]> = [
    [['statusRange', 'statusChecked'], 'code', () => createStatus(compat, 'code')],
    [['statusRange', 'statusChecked'], 'status', () => createStatus(compat, 'status')],
    [['redirect', 'redirectArguments', 'locationEncoding', 'redirectBack', 'redirectStatus'], 'redirect', () => createRedirect(compat)],
    [['json'], 'json', () => json],
    [['jsonp'], 'jsonp', () => jsonp],
    [['sendStatus'], 'sendStatus', () => sendStatus],
    [['set'], 'set', () => set],
    [['set'], 'setHeader', () => set],
    [['typeNames'], 'contentType', () => function contentType (this: FastifyReply, type: string) { return this.type(type) }],
    [['getHeader'], 'get', () => createGet(compat)],
    [['append'], 'append', () => append],
    [['vary'], 'vary', () => createVary(compat)],
    [['links'], 'links', () => createLinks(compat)],
    [['location'], 'location', () => createLocation(compat)],
    [['format'], 'format', () => createFormat(compat)],
    [['attachment'], 'attachment', () => createAttachment(compat)],
    [['sendFile'], 'sendFile', () => createSendFile(compat)],
    [['download'], 'download', () => createDownload(compat)],
    [['cookie'], 'cookie', () => createCookie(compat)],
    [['clearCookie'], 'clearCookie', () => createClearCookie(compat)],
    [['end'], 'end', () => createEnd(compat)]
  ]
  for (const [names, name, create] of methods) {
    if (names.some(row => rows[row])) add(name, create())
  }
  if (rows.locals) add('locals', { getter: readLocals, setter: writeLocals })
}

type WithLocals = FastifyReply & { [kLocals]?: Record<string, unknown> }

function readLocals (this: WithLocals): Record<string, unknown> {
  this[kLocals] ??= Object.create(null) as Record<string, unknown>
  return this[kLocals]
}

function writeLocals (this: WithLocals, value: Record<string, unknown>): void {
  this[kLocals] = value
}
