import type { Route } from '../config/settings.ts'
import { decodePath, readings, withEmptySegments } from './path.ts'

/** What stands at the end of a route: a value for every method, or for some. Equal ones are shared. */
interface Terminal<T> {
  any: T | undefined
  readonly methods: string[]
  readonly values: T[]
}

/** Where the static segments of routes lie, such as those of `/users/:id/files/*`: 0 and 2 of three, with a wildcard after them. */
interface Shape {
  /** `/` static, `:` parameter, `~` wildcard: in this order the more specific comes first. */
  readonly key: string
  readonly statics: readonly number[]
  /** Segments before the wildcard, if any. */
  readonly length: number
  readonly wildcard: boolean
  readonly number: number
}

interface Entry<T> {
  readonly shape: Shape
  /** The static segments, each with a slash after it. */
  readonly text: string
  readonly terminal: Terminal<T>
}

const SLASH = 47
const BACKSLASH = 92
// A slot is four numbers in a row, a quarter of a cache line: the hash of shape and text, where the text is, the terminal (0 is free), the shape.
const WIDTH = 4

/**
 * Finds the feature of a request. Written for the request path: nothing is allocated for an ordinary path. A static
 * segment beats a `:param`, that beats a `*`, whatever the order of the routes. Case, doubled slashes and a
 * trailing slash make no difference; see path.ts for the other spellings.
 *
 * Routes have few shapes, so a look-up tries those that fit the path's length, the most specific first: it hashes the
 * static segments, and compares them in full with what the hash leads to. That touches a few lines of memory
 * however many routes there are; with thousands of them a tree spends its time waiting for memory.
 */
export class RouteTable<T extends {}> {
  readonly #terminals: Terminal<T>[] = []
  /** By number of segments: the shapes that a path of so many can have. The last holds for all longer paths. */
  readonly #shapes: Shape[][] = [[]]
  /** The same for a path with a slash at its end, to which a wildcard may add nothing. */
  readonly #edges: Shape[][] = [[]]
  #hasParams = false
  #slots = new Int32Array(WIDTH)
  #text = new Uint8Array()
  // The segments of the path at hand: hash, start and number.
  #hashes = new Int32Array()
  #starts = new Int32Array()
  /** How many there are; one more than any route has for a path with more. */
  #count = 0

  constructor (entries: Iterable<readonly [Route, T]> = []) {
    this.#pack([...collect(entries).values()])
  }

  /**
   * @param method upper case
   * @param target the request target as it came: path and query, or absolute form
   */
  find (method: string, target: string): T | undefined {
    const end = this.#read(target)
    if (end < 0) return this.#findOdd(method, target)
    // "/a/" is also below "/a/*", with nothing after it.
    const shapes = end > 1 && target.charCodeAt(end - 1) === SLASH ? this.#edges : this.#shapes
    return this.#first(shapes[this.#count]!, target, end, method) ?? (this.#hasParams ? this.#withEmptySegments(method, target.slice(0, end)) : undefined)
  }

  #findOdd (method: string, target: string): T | undefined {
    const paths = readings(target)
    for (const path of paths) {
      const value = this.#match(method, path)
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
    return filled === undefined ? undefined : this.#match(method, filled)
  }

  /** A path that is to be taken as it stands. */
  #match (method: string, path: string): T | undefined {
    if (path.charCodeAt(0) !== SLASH) return undefined
    let end = path.length
    while (end > 1 && path.charCodeAt(end - 1) === SLASH) end--
    this.#split(path, end)
    const shapes = path.charCodeAt(end) === SLASH ? this.#edges : this.#shapes
    return this.#first(shapes[this.#count]!, path, end, method)
  }

  /**
   * Notes the segments of a request target, and gives where its path ends. Gives -1 when the path can be read in other
   * ways than as it stands: an escape, a dot segment, a semicolon, a backslash, or not exactly one slash at its start.
   */
  #read (target: string): number {
    if (target.charCodeAt(0) !== SLASH || target.charCodeAt(1) === SLASH) return -1
    const most = this.#hashes.length
    const length = target.length
    let count = 0
    let start = 1
    let hash = 0
    let at = 1
    for (; at < length; at++) {
      let c = target.charCodeAt(at)
      if (c > 63) {
        if (c === BACKSLASH || c > 126) return -1
        if (c <= 90 && c >= 65) c |= 32
      } else if (c === SLASH) {
        if (at > start) this.#note(count++, most, start, hash)
        start = at + 1
        hash = 0
        continue
      } else if (c === 63 || c === 35) { // ? #
        break
      } else if (c === 37 || c === 59 || (c === 46 && at === start)) { // % ; /.
        return -1
      }
      hash = Math.imul(hash ^ c, 0x01000193)
    }
    if (at > start) this.#note(count++, most, start, hash)
    this.#count = count > most ? most + 1 : count
    return at
  }

  #note (count: number, most: number, start: number, hash: number): void {
    if (count >= most) return
    this.#starts[count] = start
    this.#hashes[count] = hash
  }

  /** Notes the segments, as many as any route has; a longer path counts one more. */
  #split (path: string, end: number): void {
    const most = this.#hashes.length
    let count = 0
    let at = 0
    for (;;) {
      while (at < end && path.charCodeAt(at) === SLASH) at++
      if (at >= end || count === most) break
      this.#starts[count] = at
      let hash = 0
      for (; at < end; at++) {
        let c = path.charCodeAt(at)
        if (c === SLASH) break
        if (c >= 65 && c <= 90) c |= 32
        hash = Math.imul(hash ^ c, 0x01000193)
      }
      this.#hashes[count++] = hash
    }
    this.#count = at < end ? count + 1 : count
  }

  #first (shapes: readonly Shape[], path: string, end: number, method: string): T | undefined {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let i = 0; i < shapes.length; i++) {
      const { statics, number } = shapes[i]!
      let hash = number
      for (let k = 0; k < statics.length; k++) hash = join(hash, this.#hashes[statics[k]!]!)
      for (let slot = place(hash, mask); slots[slot + 2] !== 0; slot = (slot + WIDTH) & mask) {
        if (slots[slot] !== hash || slots[slot + 3] !== number || !this.#equals(slots[slot + 1]!, statics, path, end)) continue
        const value = pick(this.#terminals[slots[slot + 2]! - 1]!, method)
        if (value !== undefined) return value
        break
      }
    }
    return undefined
  }

  #equals (letter: number, statics: readonly number[], path: string, end: number): boolean {
    const text = this.#text
    for (let k = 0; k < statics.length; k++) {
      let at = this.#starts[statics[k]!]!
      for (; at < end; at++) {
        let c = path.charCodeAt(at)
        if (c === SLASH) break
        if (c >= 65 && c <= 90) c |= 32
        if (c !== text[letter++]) return false
      }
      if (text[letter++] !== SLASH) return false
    }
    return true
  }

  #pack (entries: ReadonlyArray<Entry<T>>): void {
    const shapes = [...new Set(entries.map(({ shape }) => shape))].sort((a, b) => a.key < b.key ? -1 : 1)
    this.#hasParams = shapes.some(({ key }) => key.includes(':'))
    const longest = shapes.reduce((most, { length }) => Math.max(most, length), 0)
    for (let count = 0; count <= longest + 1; count++) {
      this.#shapes[count] = shapes.filter(({ length, wildcard }) => wildcard ? length < count || length === 0 : length === count)
      this.#edges[count] = shapes.filter(({ length, wildcard }) => wildcard ? length <= count : length === count)
    }
    this.#hashes = new Int32Array(longest)
    this.#starts = new Int32Array(longest)
    this.#text = Buffer.from(entries.map(({ text }) => text).join(''), 'latin1')
    this.#slots = new Int32Array(WIDTH * 2 ** Math.ceil(Math.log2(entries.length * 1.5 + 1)))
    const mask = this.#slots.length - 1
    const terminals = shared(this.#terminals)
    let letter = 0
    for (const { shape, text, terminal } of entries) {
      const hash = text.split('/').slice(0, -1).reduce((hash, segment) => join(hash, hashOf(segment)), shape.number)
      let slot = place(hash, mask)
      while (this.#slots[slot + 2] !== 0) slot = (slot + WIDTH) & mask
      this.#slots.set([hash, letter, terminals(terminal), shape.number], slot)
      letter += text.length
    }
  }
}

/** The routes without repetitions; of two that are the same, the first counts. */
function collect<T> (entries: Iterable<readonly [Route, T]>): Map<string, Entry<T>> {
  const shapes = new Map<string, Shape>()
  const found = new Map<string, Entry<T>>()
  for (const [{ path, methods }, value] of entries) {
    const wildcard = path.endsWith('/*')
    const segments = (wildcard ? path.slice(0, -2) : path).split('/').filter(segment => segment !== '')
    const isParam = (segment: string): boolean => segment.length > 1 && segment.startsWith(':')
    const key = segments.map(segment => isParam(segment) ? ':' : '/').join('') + (wildcard ? '~' : '')
    const statics = [...segments.keys()].filter(place => !isParam(segments[place]!))
    let shape = shapes.get(key)
    if (shape === undefined) shapes.set(key, shape = { key, statics, length: segments.length, wildcard, number: shapes.size })
    const text = statics.map(place => `${normalise(segments[place]!)}/`).join('')
    let entry = found.get(`${key} ${text}`)
    if (entry === undefined) found.set(`${key} ${text}`, entry = { shape, text, terminal: { any: undefined, methods: [], values: [] } })
    const { terminal } = entry
    if (methods === undefined) terminal.any ??= value
    for (const method of methods ?? []) {
      if (terminal.methods.includes(method)) continue
      terminal.methods.push(method)
      terminal.values.push(value)
    }
  }
  return found
}

/** A segment as a path's look like once they are read: see path.ts. */
function normalise (segment: string): string {
  return decodePath(encodeURI(segment).replace(/%25([0-9a-f]{2})/gi, '%$1'), false).toLowerCase()
}

/** Numbers terminals from 1, equal ones alike. */
function shared<T> (terminals: Terminal<T>[]): (terminal: Terminal<T>) => number {
  const names = new Map<T, number>()
  const numbers = new Map<string, number>()
  const name = (value: T): number => names.get(value) ?? names.set(value, names.size).size - 1
  return terminal => {
    const { any, methods, values } = terminal
    const key = [any === undefined ? '' : name(any), ...methods.map((method, place) => `${method} ${name(values[place]!)}`)].join()
    const number = numbers.get(key) ?? terminals.push(terminal)
    numbers.set(key, number)
    return number
  }
}

function pick<T> ({ any, methods, values }: Terminal<T>, method: string): T | undefined {
  for (let i = 0; i < methods.length; i++) if (methods[i] === method) return values[i]
  if (method === 'HEAD') for (let i = 0; i < methods.length; i++) if (methods[i] === 'GET') return values[i]
  return any
}

function hashOf (segment: string): number {
  let hash = 0
  for (let i = 0; i < segment.length; i++) hash = Math.imul(hash ^ segment.charCodeAt(i), 0x01000193)
  return hash
}

function join (hash: number, segment: number): number {
  hash = Math.imul(hash ^ segment, 0x2c1b3c6d)
  return hash ^ (hash >>> 15)
}

function place (hash: number, mask: number): number {
  return Math.imul(hash ^ (hash >>> 13), WIDTH) & mask
}
