/** The parts of `GET /items/${id}?page=2`, each as it is sent. */
export interface RequestLine {
  readonly method: string
  readonly path: string
  /** `page=2`, broken encodings too; empty for no query. */
  readonly query: readonly string[]
}

/** Takes a step's `request` apart. */
export function requestLine (request: string): RequestLine {
  const space = request.indexOf(' ')
  const target = request.slice(space + 1)
  const mark = target.indexOf('?')
  return {
    method: request.slice(0, Math.max(space, 0)),
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? [] : target.slice(mark + 1).split('&')
  }
}

/** Puts it together again. */
export function writeRequestLine ({ method, path, query }: RequestLine): string {
  return `${method} ${path}${query.length === 0 ? '' : `?${query.join('&')}`}`
}
