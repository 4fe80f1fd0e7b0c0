import { Buffer } from 'node:buffer'
import { contentCodings, encodeContent, fromBase64, NO_BODY } from '../body.ts'
import type { BodyDigest, ExchangeRequest, ExchangeResponse, Field } from '../exchange.ts'
import { headerValue, isFieldName, isFieldValue, parameter } from '../headers.ts'
import { array, object, string, type Json } from '../json.ts'
import { formData, urlencoded, type FormField } from '../form-data.ts'
import { targetOf } from '../target.ts'

/** What is wrong with an entry, in words. */
export class HarProblem extends Error {}

type OnChange = (what: string) => void

/**
 * @param host the URL's, for requests whose headers do not say it (HTTP/2)
 * @param rest path and query of the URL
 */
export function requestOf (json: Json, host: string, rest: string, changed: OnChange): ExchangeRequest {
  const method = string(json['method'])
  if (method === undefined || !isFieldName(method)) throw new HarProblem('its request has no method')
  const headers = fields(json['headers'], changed)
  if (headerValue(headers, 'host') === undefined) headers.unshift(['host', host])
  const post = object(json['postData'])
  const type = string(post?.['mimeType'])
  const body = post === undefined ? NO_BODY : posted(post, headerValue(headers, 'content-type') ?? type ?? '')
  if (body.length > 0 && type !== undefined && type !== '' && isFieldValue(type) && headerValue(headers, 'content-type') === undefined) headers.push(['content-type', type])
  const own = object(json['_cutover'])
  return { method, target: string(own?.['target']) ?? targetOf(rest), headers, ...payload(own, own?.['coded'] === true ? body : coded(body, headers, changed), 0, changed) }
}

export function responseOf (json: Json, changed: OnChange): ExchangeResponse {
  const status = json['status']
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 999) throw new HarProblem('its response has no status')
  const headers = fields(json['headers'], changed)
  const content = object(json['content'])
  const own = object(json['_cutover'])
  const text = string(content?.['text'])
  let body = NO_BODY
  if (text !== undefined) {
    const bytes = content?.['encoding'] === 'base64' ? fromBase64(text) : Buffer.from(text, 'utf8')
    if (bytes === undefined) throw new HarProblem('the content of its response is not base64')
    body = own?.['coded'] === true ? bytes : coded(bytes, headers, changed)
  }
  const size = content?.['size']
  const missing = text === undefined && typeof size === 'number' && Number.isSafeInteger(size) && size > 0 && status !== 304 ? size : 0
  return { status, headers, ...payload(own, body, missing, changed) }
}

/** What the format has no place for stands under `_cutover`. */
function payload (own: Json | undefined, body: Buffer, missing: number, changed: OnChange): { body: Buffer, truncated?: BodyDigest, trailers?: Field[] } {
  const trailers = own?.['trailers'] === undefined ? {} : { trailers: fields(own['trailers'], changed) }
  const digest = object(own?.['truncated'])
  if (missing === 0 && digest === undefined) return { body, ...trailers }
  if (digest === undefined) changed('its response body is missing')
  const length = digest?.['length']
  const sha256 = string(digest?.['sha256'])
  return {
    body: NO_BODY,
    truncated: {
      length: typeof length === 'number' && Number.isSafeInteger(length) && length >= 0 ? length : missing,
      ...(sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {}),
      ...(digest?.['keyed'] === true ? { keyed: true } : {})
    },
    ...trailers
  }
}

/** Browsers keep contents decoded beside the headers of the coded ones: they are coded again, so that the two agree. */
function coded (body: Buffer, headers: Field[], changed: OnChange): Buffer {
  const codings = contentCodings(headers)
  if (body.length === 0 || codings.length === 0) return body
  const bytes = encodeContent(body, codings)
  if (bytes !== undefined) return bytes
  changed('its content coding is not known and was taken away')
  for (let i = headers.length - 1; i >= 0; i--) if (headers[i]![0].toLowerCase() === 'content-encoding') headers.splice(i, 1)
  return body
}

function posted (post: Json, type: string): Buffer {
  const text = string(post['text'])
  if (text !== undefined && text !== '') {
    if (post['_encoding'] === 'base64' || post['encoding'] === 'base64') {
      const bytes = fromBase64(text)
      if (bytes === undefined) throw new HarProblem('the body of its request is not base64')
      return bytes
    }
    // Old Firefox puts the headers of the body in front of it.
    return Buffer.from(post['_encoding'] === undefined && /^content-type:[^\r\n]*\r\n(?:[\w-]+:[^\r\n]*\r\n)*\r\n/i.test(text) ? text.slice(text.indexOf('\r\n\r\n') + 4) : text, 'utf8')
  }
  const form = array(post['params']).flatMap((each): FormField[] => {
    const param = object(each)
    const name = string(param?.['name'])
    return name === undefined ? [] : [{ name, value: string(param?.['value']) ?? '', fileName: string(param?.['fileName']), type: string(param?.['contentType']) }]
  })
  if (form.length === 0) return NO_BODY
  const isMultipart = type.toLowerCase().startsWith('multipart/form-data')
  // Chrome percent-encodes the params of a urlencoded form, others do not: those are encoded here.
  if (!isMultipart) return Buffer.from(form.every(isEncoded) ? form.map(each => `${each.name}=${each.value}`).join('&') : urlencoded(form))
  const boundary = parameter(type, 'boundary')
  if (boundary === undefined) throw new HarProblem('its multipart body has no boundary')
  return formData(form, boundary)
}

function isEncoded ({ name, value }: FormField): boolean {
  return /^(?:[\w.~!'()*+:/?@,;$-]|%[0-9a-f]{2})*$/i.test(name + value) && (name + value).includes('%')
}

function fields (value: unknown, changed: OnChange): Field[] {
  const out: Field[] = []
  for (const each of array(value)) {
    const pair = object(each)
    const [name, text] = Array.isArray(each) ? [string(each[0]), string(each[1])] : [string(pair?.['name']), string(pair?.['value']) ?? '']
    // HTTP/2 and 3 say method and URL as headers that begin with a colon.
    if (name === undefined || text === undefined || name.startsWith(':')) continue
    // Chrome joins headers of one name by line feeds.
    for (const line of text.split('\n')) {
      const bytes = /[^\0-\xff]/.test(line) ? Buffer.from(line, 'utf8').toString('latin1') : line
      if (isFieldName(name) && isFieldValue(bytes)) out.push([name, bytes])
      else changed('a header with characters that none may have was taken away')
    }
  }
  return out
}
