import { parse as parseYaml } from 'yaml'
import { fault } from '../../../errors.ts'
import { endpointOf, type Api, type BodyContent, type Operation, type Parameter, type ParameterPlace } from './api.ts'
import { Normalizer } from './normalize.ts'
import { isRaw, References, type Raw } from './references.ts'
import type { Schema } from './schema.ts'

/** Of a description's text, characters. */
export const largestDescription = 16 * 1024 * 1024
const mostOperations = 5000
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']
const places = new Set<unknown>(['path', 'query', 'header', 'cookie'])

/**
 * Reads an OpenAPI document, version 3.0 or 3.1, in JSON or YAML.
 * @param source where it came from, for messages
 * @throws CUT_OPENAPI_INVALID with what is wrong
 */
export function readApi (text: string, source: string): Api {
  if (text.length > largestDescription) throw fault('CUT_OPENAPI_INVALID', source, `it is longer than ${largestDescription} characters`)
  const document = parsed(text, source)
  if (!isRaw(document) || typeof document.openapi !== 'string' || !/^3\.[01](\.|$)/.test(document.openapi)) {
    throw fault('CUT_OPENAPI_INVALID', source, isRaw(document) && 'swagger' in document ? 'it is of version 2 ("swagger"); convert it to 3' : 'it has no "openapi" of 3.0 or 3.1')
  }
  if (!isRaw(document.paths)) throw fault('CUT_OPENAPI_INVALID', source, 'it has no "paths"')
  const references = new References(document, source)
  const reader = new Reader(references, new Normalizer(references, source), Array.isArray(document.security) && document.security.length > 0)
  const operations: Operation[] = []
  for (const [path, raw] of Object.entries(document.paths)) {
    const item = references.resolve(raw)
    if (!path.startsWith('/') || !isRaw(item)) continue
    for (const method of methods) {
      if (isRaw(item[method])) operations.push(reader.operation(method, basePath(document, item) + path, item, item[method]))
    }
    if (operations.length > mostOperations) throw fault('CUT_OPENAPI_INVALID', source, `it has more than ${mostOperations} operations`)
  }
  return { source, operations }
}

function parsed (text: string, source: string): unknown {
  try {
    return /^\s*\{/.test(text) ? JSON.parse(text) : parseYaml(text)
  } catch (error) {
    throw fault('CUT_OPENAPI_INVALID', source, `it is neither JSON nor YAML: ${(error as Error).message.split('\n')[0]}`)
  }
}

/** The path of the first server, below which all paths are. */
function basePath (document: Raw, item: Raw): string {
  const servers = Array.isArray(item.servers) ? item.servers : document.servers
  const url: unknown = Array.isArray(servers) && isRaw(servers[0]) ? servers[0].url : undefined
  if (typeof url !== 'string' || url.includes('{') || !URL.canParse(url, 'http://localhost')) return ''
  return new URL(url, 'http://localhost').pathname.replace(/\/$/, '')
}

class Reader {
  readonly #references: References
  readonly #normalizer: Normalizer
  readonly #secured: boolean

  constructor (references: References, normalizer: Normalizer, secured: boolean) {
    this.#references = references
    this.#normalizer = normalizer
    this.#secured = secured
  }

  operation (method: string, path: string, item: Raw, raw: Raw): Operation {
    const given = [...asList(item.parameters), ...asList(raw.parameters)].map(each => this.#parameter(each)).filter(each => each !== undefined)
    // A parameter of the operation stands for one of the path with the same name.
    const parameters = [...new Map(given.map(each => [`${each.in} ${each.name}`, each])).values()]
    for (const [, name] of path.matchAll(/\{([^{}]+)\}/g)) {
      if (!parameters.some(each => each.in === 'path' && each.name === name)) parameters.push({ name: name!, in: 'path', required: true, schema: { types: ['string'] } })
    }
    const body = this.#references.resolve(raw.requestBody)
    const contents = isRaw(body) ? this.#contents(body.content) : []
    const security: unknown = raw.security
    return {
      endpoint: endpointOf(method, path),
      method: method.toUpperCase(),
      path,
      parameters,
      body: contents.length > 0 ? { required: isRaw(body) && body.required === true, contents } : undefined,
      responses: this.#responses(raw.responses),
      secured: Array.isArray(security) ? security.length > 0 && !security.some(each => isRaw(each) && Object.keys(each).length === 0) : this.#secured
    }
  }

  #parameter (raw: unknown): Parameter | undefined {
    const given = this.#references.resolve(raw)
    if (!isRaw(given) || typeof given.name !== 'string' || !places.has(given.in)) return undefined
    const schema = given.schema ?? this.#firstSchema(given.content)
    const examples = [given.example, ...isRaw(given.examples) ? Object.values(given.examples).map(each => isRaw(each) ? each.value : undefined) : []].filter(each => each !== undefined)
    const normal = this.#normalizer.schema(schema)
    return {
      name: given.name,
      in: given.in as ParameterPlace,
      required: given.required === true || given.in === 'path',
      schema: examples.length > 0 ? { ...normal, examples: [...examples, ...normal.examples ?? []] } : normal
    }
  }

  #contents (raw: unknown): BodyContent[] {
    if (!isRaw(raw)) return []
    return Object.entries(raw).map(([type, media]) => {
      const schema = this.#normalizer.schema(isRaw(media) ? media.schema : undefined)
      const example: unknown = isRaw(media) ? media.example : undefined
      return {
        mediaType: type.split(';', 1)[0]!.trim().toLowerCase(),
        schema: example === undefined ? schema : { ...schema, examples: [example, ...schema.examples ?? []] }
      }
    })
  }

  #responses (raw: unknown): Record<string, Schema | undefined> {
    if (!isRaw(raw)) return {}
    return Object.fromEntries(Object.entries(raw).map(([status, each]) => {
      const response = this.#references.resolve(each)
      const schema = isRaw(response) ? this.#firstSchema(response.content) : undefined
      return [status, schema === undefined ? undefined : this.#normalizer.schema(schema)]
    }))
  }

  #firstSchema (content: unknown): unknown {
    const first = isRaw(content) ? Object.entries(content).find(([type]) => type.includes('json')) ?? Object.entries(content)[0] : undefined
    return first !== undefined && isRaw(first[1]) ? first[1].schema : undefined
  }
}

function asList (value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
