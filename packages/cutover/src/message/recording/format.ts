import { bodyFromJson, bodyToJson } from '../body.ts'
import type { BodyDigest, Exchange, Field, Payload } from '../exchange.ts'

/** Version of the lines; a reader refuses a later one. */
export const RECORDING_VERSION = 1

/** The first line of every part of a recording. */
export interface RecordingHeader {
  readonly cutover: 'recording'
  readonly version: number
  /** Names the recording: its parts share it. Tags of redacted values can be compared only under one id. */
  readonly id: string
  /** 1 for the first part. */
  readonly part: number
  /** When the part was begun, RFC 3339 in UTC. */
  readonly startedAt: string
}

/** Writes a header line, line feed included. */
export function headerLine (header: RecordingHeader): string {
  return JSON.stringify(header) + '\n'
}

/** Reads a header line; undefined when it is not one. */
export function parseHeaderLine (line: string): RecordingHeader | undefined {
  const value = parseObject(line)
  return value?.['cutover'] === 'recording' && Number.isInteger(value['version']) ? value as unknown as RecordingHeader : undefined
}

/** Writes an exchange as one line, line feed included. */
export function exchangeLine (exchange: Exchange): string {
  const { request, response, ...about } = exchange
  return JSON.stringify({
    ...about,
    request: { method: request.method, target: request.target, ...payloadToJson(request) },
    response: { status: response.status, ...payloadToJson(response) }
  }) + '\n'
}

function payloadToJson (payload: Payload): object {
  return {
    headers: payload.headers,
    ...(payload.body.length > 0 ? bodyToJson(payload.body) : {}),
    ...(payload.truncated === undefined ? {} : { truncated: payload.truncated }),
    ...(payload.trailers === undefined ? {} : { trailers: payload.trailers })
  }
}

/**
 * Reads what `exchangeLine` wrote.
 * @returns what is wrong with the line, in words, when it is not an exchange
 */
export function parseExchangeLine (line: string): Exchange | string {
  const value = parseObject(line)
  if (value === undefined) return 'it is not a JSON object'
  const request = object(value['request'])
  const response = object(value['response'])
  if (request === undefined || response === undefined) return 'it has no request and response'
  const { method, target } = request
  const { status } = response
  if (typeof method !== 'string' || typeof target !== 'string') return 'its request has no method and target'
  if (typeof status !== 'number' || !Number.isInteger(status)) return 'its response has no status'
  const sent = payloadFromJson(request)
  if (typeof sent === 'string') return `its request has ${sent}`
  const answered = payloadFromJson(response)
  if (typeof answered === 'string') return `its response has ${answered}`
  const { durationMs } = value
  return {
    request: { method, target, ...sent },
    response: { status, ...answered },
    ...text(value, 'startedAt'),
    ...(typeof durationMs === 'number' ? { durationMs } : {}),
    ...text(value, 'requestId'),
    ...text(value, 'session'),
    ...text(value, 'feature'),
    ...text(value, 'backend')
  }
}

function payloadFromJson (json: Record<string, unknown>): Payload | string {
  const { headers, trailers, truncated } = json
  if (!isFields(headers)) return 'no valid headers'
  if (trailers !== undefined && !isFields(trailers)) return 'invalid trailers'
  if (truncated !== undefined && !isDigest(truncated)) return 'an invalid digest of its body'
  const body = bodyFromJson(json)
  if (body === undefined) return 'an invalid body'
  if (truncated !== undefined && body.length > 0) return 'both a body and the digest of one'
  return {
    headers,
    body,
    ...(truncated === undefined ? {} : { truncated }),
    ...(trailers === undefined ? {} : { trailers })
  }
}

function parseObject (line: string): Record<string, unknown> | undefined {
  try {
    return object(JSON.parse(line))
  } catch {
    return undefined
  }
}

function object (value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined
}

function text<K extends string> (value: Record<string, unknown>, key: K): { readonly [P in K]?: string } {
  const found = value[key]
  return typeof found === 'string' ? { [key]: found } as { [P in K]: string } : {}
}

function isFields (value: unknown): value is Field[] {
  return Array.isArray(value) && value.every(field => Array.isArray(field) && field.length === 2 &&
    typeof field[0] === 'string' && typeof field[1] === 'string')
}

function isDigest (value: unknown): value is BodyDigest {
  const digest = object(value)
  return digest !== undefined && Number.isSafeInteger(digest['length']) && (digest['length'] as number) >= 0 &&
    (digest['sha256'] === undefined || (typeof digest['sha256'] === 'string' && /^[0-9a-f]{64}$/.test(digest['sha256']))) &&
    (digest['keyed'] === undefined || digest['keyed'] === true)
}
