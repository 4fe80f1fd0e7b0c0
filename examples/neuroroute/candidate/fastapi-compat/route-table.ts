import { unquote } from './query.ts'

/** Where a request goes. `url`: what Fastify's router finds the route by. */
export type Destination =
  | { readonly kind: 'route', readonly url: string, readonly params: Readonly<Record<string, string>> | undefined }
  | { readonly kind: 'method', readonly allow: string }
  | { readonly kind: 'redirect', readonly path: string }
  | { readonly kind: 'none' }
  /** uvicorn refuses it before there is an application. */
  | { readonly kind: 'invalid' }

interface Entry {
  readonly methods: ReadonlySet<string>
  readonly allow: string
  readonly path: string
  /** Undefined for a path without parameters. */
  readonly pattern: RegExp | undefined
  readonly names: readonly string[]
  /** The path with a placeholder for each parameter; undefined when the router must see the path itself. */
  readonly url: string | undefined
}

const NOWHERE: Destination = { kind: 'none' }
/** Stands for a parameter in the URL that Fastify's router sees: the values are ours. */
const PLACEHOLDER = '~'

/** Starlette's router: routes in the order they were added, matched against the decoded path. */
export class RouteTable {
  readonly #entries: Entry[] = []
  readonly #known = new Map<string, Destination>()

  /** @param path as Fastify writes it: `/models/:id`, `/docs/*` */
  add (methods: readonly string[], path: string): void {
    const names: string[] = []
    let url: string | undefined = ''
    let source = ''
    for (const [part, name, expression] of path.matchAll(/:([A-Za-z_]\w*)(?:\(((?:[^()\\]|\\.)*)\))?|\*|[^:*]+|:/g)) {
      if (name !== undefined) {
        names.push(name)
        source += `(${expression ?? '[^/]+'})`
        url = expression === undefined && url !== undefined ? url + PLACEHOLDER : undefined
      } else if (part === '*') {
        names.push('*')
        source += '([^\\n]*)'
        url = undefined
      } else {
        source += part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
        if (url !== undefined) url += part
      }
    }
    this.#entries.push({
      methods: new Set(methods),
      allow: methods.join(', '),
      path,
      pattern: names.length === 0 ? undefined : new RegExp(`^${source}\\n?$`),
      names,
      url
    })
    this.#known.clear()
  }

  /** @param raw the path of the request target, as it was sent */
  find (method: string, raw: string): Destination {
    const key = `${method} ${raw}`
    const known = this.#known.get(key)
    if (known) return known
    const path = unquote(raw)
    const found = this.#match(method, path, raw) ?? this.#slashes(path) ?? NOWHERE
    // Only paths without parameters: there are not many of those, whatever clients send.
    if (found.kind === 'route' && found.params === undefined && found.url === raw) this.#known.set(key, found)
    return found
  }

  #match (method: string, path: string, raw: string): Destination | undefined {
    let partial: Entry | undefined
    for (const entry of this.#entries) {
      const match = matches(entry, path)
      if (match === undefined) continue
      if (!entry.methods.has(method)) {
        partial ??= entry
        continue
      }
      if (match === null) return { kind: 'route', url: entry.path, params: undefined }
      const params = Object.fromEntries(entry.names.map((name, at) => [name, match[at + 1]!]))
      return { kind: 'route', url: entry.url ?? encodePath(path), params }
    }
    return partial && { kind: 'method', allow: partial.allow }
  }

  #slashes (path: string): Destination | undefined {
    if (path === '/') return undefined
    const other = path.endsWith('/') ? withoutSlashes(path) : `${path}/`
    return this.#entries.some(entry => matches(entry, other) !== undefined) ? { kind: 'redirect', path: other } : undefined
  }
}

/** The match; null for a path without parameters; undefined for none. Python's `$` also matches before a last line feed. */
function matches (entry: Entry, path: string): RegExpExecArray | null | undefined {
  if (entry.pattern) return entry.pattern.exec(path) ?? undefined
  return path === entry.path || (path.endsWith('\n') && path.slice(0, -1) === entry.path) ? null : undefined
}

/** Not by a pattern, whose time would grow with the square of the length. */
function withoutSlashes (path: string): string {
  let to = path.length
  while (path[to - 1] === '/') to--
  return path.slice(0, to)
}

function encodePath (path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
