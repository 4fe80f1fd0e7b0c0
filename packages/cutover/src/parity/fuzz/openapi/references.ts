import { fault } from '../../../errors.ts'

export type Raw = Readonly<Record<string, unknown>>

export function isRaw (value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Follows references inside of one document (RFC 6901 in a URI fragment). */
export class References {
  readonly #document: unknown
  readonly #source: string

  /** @param source for messages */
  constructor (document: unknown, source: string) {
    this.#document = document
    this.#source = source
  }

  /**
   * What an object stands for: itself, or what its `$ref` leads to.
   * @throws CUT_OPENAPI_INVALID for a reference that leads nowhere, round in a circle, or out of the document
   */
  resolve (value: unknown): unknown {
    const met = new Set<string>()
    let current = value
    while (isRaw(current) && typeof current.$ref === 'string') {
      const reference = current.$ref
      if (met.has(reference)) throw fault('CUT_OPENAPI_INVALID', this.#source, `the reference ${reference} leads back to itself`)
      met.add(reference)
      current = this.#at(reference)
    }
    return current
  }

  #at (reference: string): unknown {
    if (!reference.startsWith('#')) throw fault('CUT_OPENAPI_INVALID', this.#source, `the reference ${reference} leads out of the document; bundle it into one file`)
    let current = this.#document
    for (const segment of reference.slice(1).split('/').slice(1)) {
      const key = decoded(segment).replaceAll('~1', '/').replaceAll('~0', '~')
      const parent: unknown = current
      current = typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key) ? (parent as Raw)[key] : undefined
      if (current === undefined) throw fault('CUT_OPENAPI_INVALID', this.#source, `the reference ${reference} leads nowhere`)
    }
    return current
  }
}

function decoded (segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
