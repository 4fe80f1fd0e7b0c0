import type { Route } from '../config/settings.ts'
import { decodePath, readings, scanPath, withEmptySegments } from './path.ts'

/** What stands at the end of a route: a value for every method, or for some. */
interface Terminal<T> {
  any: T | undefined
  methods: Map<string, T> | undefined
}

interface Node<T> {
  /** Lower-case text between the parent and here. */
  text: string
  /** By first character of their text. */
  children: Map<number, Node<T>> | undefined
  /** What follows a `:param`. */
  param: Node<T> | undefined
  terminal: Terminal<T> | undefined
  /** Holds for everything below. */
  wildcard: Terminal<T> | undefined
}

const SLASH = 47

/**
 * Finds the feature of a request. Written for the request path: one walk over the target's characters,
 * nothing allocated for an ordinary path. A static segment beats a `:param`, that beats a `*`, whatever the order
 * of the routes. Case, doubled slashes and a trailing slash make no difference; see path.ts for the other spellings.
 */
export class RouteTable<T extends {}> {
  readonly #root: Node<T> = makeNode('')
  #hasParams = false

  constructor (entries: Iterable<readonly [Route, T]> = []) {
    for (const [route, value] of entries) this.#insert(route, value)
  }

  /**
   * @param method upper case
   * @param target the request target as it came: path and query, or absolute form
   */
  find (method: string, target: string): T | undefined {
    const end = scanPath(target)
    if (end >= 0) return this.#walk(method, target, end) ?? this.#withEmptySegments(method, target.slice(0, end))
    const paths = readings(target, -end - 1)
    for (const path of paths) {
      const value = this.#walk(method, path, path.length)
      if (value !== undefined) return value
    }
    for (const path of paths) {
      const value = this.#withEmptySegments(method, path)
      if (value !== undefined) return value
    }
    return undefined
  }

  #withEmptySegments (method: string, path: string): T | undefined {
    const filled = this.#hasParams ? withEmptySegments(path) : undefined
    return filled === undefined ? undefined : this.#walk(method, filled, filled.length)
  }

  #walk (method: string, path: string, end: number): T | undefined {
    while (end > 1 && path.charCodeAt(end - 1) === SLASH) end--
    const found = walk(this.#root, path, 0, end, method)
    // "/a/" is also below "/a/*", with nothing after it.
    if (found === undefined && end < path.length && path.charCodeAt(end) === SLASH) return walk(this.#root, path, 0, end + 1, method)
    return found
  }

  #insert (route: Route, value: T): void {
    const wildcard = route.path.endsWith('/*')
    const path = wildcard ? route.path.slice(0, -1) : route.path.replace(/(?<=.)\/+$/, '')
    let node = this.#root
    for (const [i, piece] of path.replace(/\/{2,}/g, '/').split(/(?<=\/):[^/]+/).entries()) {
      if (i > 0) {
        this.#hasParams = true
        node = node.param ??= makeNode('')
      }
      node = extend(node, decodePath(encodeURI(piece).replace(/%25([0-9a-f]{2})/gi, '%$1'), false).toLowerCase())
    }
    const terminal = wildcard ? node.wildcard ??= makeTerminal() : node.terminal ??= makeTerminal()
    if (route.methods === undefined) terminal.any ??= value
    else {
      terminal.methods ??= new Map()
      for (const method of route.methods) if (!terminal.methods.has(method)) terminal.methods.set(method, value)
    }
  }
}

function makeNode<T> (text: string): Node<T> {
  return { text, children: undefined, param: undefined, terminal: undefined, wildcard: undefined }
}

function makeTerminal<T> (): Terminal<T> {
  return { any: undefined, methods: undefined }
}

/** The node that lies `text` below `node`, splitting what is on the way. */
function extend<T> (node: Node<T>, text: string): Node<T> {
  if (text === '') return node
  node.children ??= new Map()
  const child = node.children.get(text.charCodeAt(0))
  if (child === undefined) {
    const added = makeNode<T>(text)
    node.children.set(text.charCodeAt(0), added)
    return added
  }
  let shared = 0
  while (shared < text.length && shared < child.text.length && text[shared] === child.text[shared]) shared++
  if (shared < child.text.length) {
    const below: Node<T> = { ...child, text: child.text.slice(shared) }
    Object.assign(child, makeNode<T>(child.text.slice(0, shared)))
    child.children = new Map([[below.text.charCodeAt(0), below]])
  }
  return extend(child, text.slice(shared))
}

function pick<T> (terminal: Terminal<T> | undefined, method: string): T | undefined {
  if (terminal === undefined) return undefined
  if (terminal.methods !== undefined) {
    const value = terminal.methods.get(method) ?? (method === 'HEAD' ? terminal.methods.get('GET') : undefined)
    if (value !== undefined) return value
  }
  return terminal.any
}

function walk<T> (node: Node<T>, path: string, at: number, end: number, method: string): T | undefined {
  const text = node.text
  for (let k = 0; k < text.length; k++) {
    if (at >= end) return undefined
    let c = path.charCodeAt(at++)
    if (c >= 65 && c <= 90) c |= 32
    if (c !== text.charCodeAt(k)) return undefined
    if (c === SLASH) while (at < end && path.charCodeAt(at) === SLASH) at++
  }
  if (at >= end) {
    const value = pick(node.terminal, method)
    if (value !== undefined) return value
  } else {
    if (node.children !== undefined) {
      let c = path.charCodeAt(at)
      if (c >= 65 && c <= 90) c |= 32
      const child = node.children.get(c)
      if (child !== undefined) {
        const value = walk(child, path, at, end, method)
        if (value !== undefined) return value
      }
    }
    if (node.param !== undefined && path.charCodeAt(at) !== SLASH) {
      let next = at
      while (next < end && path.charCodeAt(next) !== SLASH) next++
      const value = walk(node.param, path, next, end, method)
      if (value !== undefined) return value
    }
  }
  return pick(node.wildcard, method)
}
