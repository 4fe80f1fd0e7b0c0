import { Buffer } from 'node:buffer'
import { NO_BODY } from '../body.ts'
import { formData, urlencoded, type FormField } from '../form-data.ts'
import { object, string, type Json } from '../json.ts'
import { pairs } from './variables.ts'

/** A body with the type that it has when no header says another. */
export interface PostmanBody {
  readonly body: Buffer
  readonly type?: string
}

const LANGUAGES: Readonly<Record<string, string>> = {
  json: 'application/json', xml: 'application/xml', html: 'text/html', javascript: 'application/javascript', text: 'text/plain'
}

/** A fixed one, so that a collection gives the same bytes each time. */
const BOUNDARY = '----cutover-7f3b1e5a9c2d4806'

/**
 * Reads raw, urlencoded, formdata and graphql bodies.
 * @param unsupported told what has no counterpart, such as a file
 */
export function bodyOf (body: Json | undefined, fill: (text: string) => string, unsupported: (what: string) => void): PostmanBody {
  const mode = string(body?.['mode'])
  if (body === undefined || mode === undefined || mode === 'none' || body['disabled'] === true) return { body: NO_BODY }
  if (mode === 'raw') {
    const language = string(object(object(body['options'])?.['raw'])?.['language']) ?? 'text'
    return { body: Buffer.from(fill(string(body['raw']) ?? '')), type: LANGUAGES[language] ?? 'text/plain' }
  }
  if (mode === 'urlencoded') {
    const form = pairs(body['urlencoded']).map(({ key, value }) => ({ name: fill(key), value: fill(value) }))
    return { body: Buffer.from(urlencoded(form)), type: 'application/x-www-form-urlencoded' }
  }
  if (mode === 'formdata') {
    const form = pairs(body['formdata']).flatMap(({ key, value, json }): FormField[] => {
      if (json['type'] === 'file') {
        unsupported('a file in its form, which is left out')
        return []
      }
      return [{ name: fill(key), value: fill(value), type: string(json['contentType']) }]
    })
    return { body: formData(form, BOUNDARY), type: `multipart/form-data; boundary=${BOUNDARY}` }
  }
  if (mode === 'graphql') {
    const graphql = object(body['graphql'])
    const variables = fill(string(graphql?.['variables']) ?? '').trim()
    let parsed: unknown = {}
    try {
      if (variables !== '') parsed = JSON.parse(variables)
    } catch {
      unsupported('GraphQL variables that are not JSON, which are left out')
    }
    return { body: Buffer.from(JSON.stringify({ query: fill(string(graphql?.['query']) ?? ''), variables: parsed })), type: 'application/json' }
  }
  unsupported(`a body of mode ${mode.slice(0, 40)}, which is left out`)
  return { body: NO_BODY }
}
