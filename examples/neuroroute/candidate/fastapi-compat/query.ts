const ESCAPE = /%[0-9a-f]{2}/i
const RUNS = /(?:%[0-9a-f]{2})+/gi

/** `urllib.parse.unquote`: whole runs of escapes are decoded as UTF-8, what is not UTF-8 becomes U+FFFD. */
export function unquote (text: string): string {
  if (!ESCAPE.test(text)) return text
  return text.replace(RUNS, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
}

/** The parameters of a query as Starlette's `QueryParams`: in their order, repeated ones too. */
export class QueryParameters {
  readonly #names: string[] = []
  readonly #values: string[] = []

  /** @param query what stands behind the `?`, as it was sent */
  constructor (query: string) {
    if (query === '') return
    for (const part of query.split('&')) {
      if (part === '') continue
      const equals = part.indexOf('=')
      this.#names.push(decode(equals < 0 ? part : part.slice(0, equals)))
      this.#values.push(equals < 0 ? '' : decode(part.slice(equals + 1)))
    }
  }

  /** The last value of a name. */
  get (name: string): string | undefined {
    const at = this.#names.lastIndexOf(name)
    return at < 0 ? undefined : this.#values[at]
  }

  /** All values of a name, in their order. */
  all (name: string): string[] {
    return this.#values.filter((_, at) => this.#names[at] === name)
  }
}

function decode (text: string): string {
  return unquote(text.includes('+') ? text.replaceAll('+', ' ') : text)
}
