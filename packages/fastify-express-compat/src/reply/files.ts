import { isAbsolute, resolve, basename } from 'node:path'
import type { FastifyReply } from 'fastify'
import onFinished from 'on-finished'
import type { Compat } from '../compat.ts'
import type { SendFileOptions } from '../types.ts'
import { takeOver } from './raw.ts'
import { failAfterTakeOver } from '../errors/page.ts'

type Done = (error?: Error) => void

/** `res.sendFile`: streams a file with validators, ranges and cache headers. */
export function createSendFile (compat: Compat) {
  return function sendFile (this: FastifyReply, path: string, options?: SendFileOptions | Done, done?: Done): FastifyReply {
    const settings = typeof options === 'object' ? options : {}
    if (!path) throw new TypeError('path argument is required to res.sendFile')
    if (typeof path !== 'string') throw new TypeError('path must be a string to res.sendFile')
    if (!settings.root && !isAbsolute(path)) throw new TypeError('path must be absolute or specify root to res.sendFile')
    stream(compat, this, path, settings, typeof options === 'function' ? options : done)
    return this
  }
}

/** `res.download`: `sendFile` as an attachment. */
export function createDownload (compat: Compat) {
  return function download (this: FastifyReply, path: string, name?: string | SendFileOptions | Done, options?: SendFileOptions | Done, done?: Done): FastifyReply {
    const callback = [name, options, done].find(value => typeof value === 'function') as Done | undefined
    const settings = ([name, options].find(value => typeof value === 'object' && value !== null) ?? {}) as SendFileOptions
    const shown = typeof name === 'string' && name !== '' ? name : path
    const headers: Record<string, string> = { 'Content-Disposition': compat.libraries.disposition(compat.major === 5 ? basename(shown) : shown) }
    for (const [key, value] of Object.entries(settings.headers ?? {})) {
      if (key.toLowerCase() !== 'content-disposition') headers[key] = value
    }
    stream(compat, this, settings.root ? path : resolve(path), { ...settings, headers }, callback)
    return this
  }
}

function stream (compat: Compat, reply: FastifyReply, path: string, settings: SendFileOptions, done: Done | undefined): void {
  const { headers, ...options } = settings
  const res = takeOver(compat, reply)
  const file = compat.libraries.send(reply.request.raw, encodeURI(path), compat.major === 5 ? { ...options, etag: true } : options)
  let finished = false
  const finish = (error?: Error & { code?: string, syscall?: string }) => {
    if (finished) return
    finished = true
    if (done !== undefined) return done(error)
    if (error === undefined || error.code === 'ECONNABORTED' || error.syscall === 'write') return
    failAfterTakeOver(compat, reply, error.code === 'EISDIR' ? undefined : error)
  }
  file.on('directory', () => finish(Object.assign(new Error('EISDIR, read'), { code: 'EISDIR' })))
  file.on('error', finish)
  file.on('end', () => finish())
  onFinished(res, error => finish(error === null ? undefined : Object.assign(new Error('Request aborted'), { code: 'ECONNABORTED' })))
  if (headers !== undefined) {
    file.on('headers', () => { for (const [key, value] of Object.entries(headers)) res.setHeader(key, value) })
  }
  file.pipe(res)
}
