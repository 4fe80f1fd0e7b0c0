import type { ExpressMajor } from '../row.ts'

/** One part of a Fastify path between two slashes. */
export interface Segment {
  readonly kind: 'static' | 'mixed' | 'param' | 'wildcard'
  readonly text: string
}

/** A Fastify path as Express would match it. */
export interface Pattern {
  readonly segments: readonly Segment[]
  /** Matches an encoded path; its groups are the parameters. */
  readonly regexp: RegExp
  /** The names of the parameters, in their order. */
  readonly names: readonly string[]
}

/** Options of `compilePattern`. */
export interface PatternOptions {
  readonly caseSensitive: boolean
  readonly strict: boolean
  readonly major: ExpressMajor
  /** Match the beginning of a path, as the mount path of a router does. */
  readonly mount?: boolean
}

/** Reads a path in Fastify's syntax: `:name`, `:name(regexp)`, `:name?`, `::`, and `*` at the end. */
export function compilePattern (path: string, options: PatternOptions): Pattern {
  let source = ''
  let since: string | undefined
  const names: string[] = []
  let i = 0
  while (i < path.length) {
    const char = path[i] as string
    if (char === ':' && path[i + 1] === ':') {
      source += ':'
      i += 2
    } else if (char === ':') {
      const parameter = readParameter(path, i, since, options.major === 4)
      names.push(parameter.name)
      since = ''
      if (parameter.optional && source.endsWith('\\/')) source = `${source.slice(0, -2)}(?:\\/${parameter.source})?`
      else source += parameter.source
      i = parameter.end
    } else if (char === '*') {
      names.push('*')
      source += options.major === 4 ? '(.*)' : '(.+)'
      i++
    } else {
      since = char === '/' ? undefined : since === undefined ? undefined : since + char
      source += char === '/' ? '\\/' : escapeText(char)
      i++
    }
  }
  if (options.mount) return { names, segments: splitSegments(path), regexp: new RegExp(`^${source}(?:\\/|$)`, options.caseSensitive ? 's' : 'is') }
  if (!options.strict) source = path === '/' && options.major === 5 ? '\\/\\/?' : `${source.replace(/\\\/$/, '')}\\/?`
  return { names, segments: splitSegments(path), regexp: new RegExp(`^${source}$`, options.caseSensitive ? 's' : 'is') }
}

interface Parameter {
  readonly name: string
  readonly source: string
  readonly end: number
  readonly optional: boolean
}

/** `since` is the text after the last parameter of the same segment, which later ones may not contain. */
function readParameter (path: string, start: number, since: string | undefined, lazy: boolean): Parameter {
  let end = start + 1
  while (end < path.length && !/[/(?.:-]/.test(path[end] as string)) end++
  const name = path.slice(start + 1, end)
  let source = since === undefined || since === '' ? (lazy ? '([^/]+?)' : '([^/]+)') : `((?:(?!/|${escapeText(since)}).)+${lazy ? '?' : `|${escapeText(since)}`})`
  if (path[end] === '(') {
    const open = end
    let depth = 0
    do {
      if (path[end] === '\\') end++
      else if (path[end] === '(') depth++
      else if (path[end] === ')') depth--
      end++
    } while (depth > 0 && end < path.length)
    source = `(${path.slice(open + 1, end - 1).replace(/^\^|\$$/g, '')})`
  }
  const optional = path[end] === '?'
  return { name, source, end: optional ? end + 1 : end, optional }
}

function escapeText (text: string): string {
  return text.replace(/[$()*+./?[\\\]^{|}-]/g, '\\$&')
}

function splitSegments (path: string): Segment[] {
  const parts = path.replace(/^\//, '').replace(/\/$/, '').split('/')
  return parts.map(text => ({ text, kind: kindOf(text) }))
}

function kindOf (text: string): Segment['kind'] {
  if (text === '*') return 'wildcard'
  if (/^:[^:/(?.-]+$/.test(text)) return 'param'
  return /(^|[^:])(::)*:[^:]|\*/.test(text) ? 'mixed' : 'static'
}

const rank = { static: 0, mixed: 1, param: 2, wildcard: 3 } as const

/**
 * Whether Fastify's tree gives a request to `later` where Express gives it to `earlier`,
 * because both can match it and the tree prefers what is more specific.
 */
export function isOvertaken (earlier: Pattern, later: Pattern): boolean {
  const count = Math.max(earlier.segments.length, later.segments.length)
  let preferred: 'earlier' | 'later' | undefined
  for (let i = 0; i < count; i++) {
    const a = earlier.segments[i]
    const b = later.segments[i]
    if (a?.kind === 'wildcard' || b?.kind === 'wildcard') {
      preferred ??= b?.kind === 'wildcard' && a?.kind !== 'wildcard' ? 'earlier' : a?.kind === b?.kind ? undefined : 'later'
      return preferred !== 'earlier'
    }
    if (a === undefined || b === undefined) return hasOptional(earlier) || hasOptional(later)
    if (a.kind === 'static' && b.kind === 'static') {
      if (a.text.toLowerCase() !== b.text.toLowerCase()) return false
      continue
    }
    if (preferred === undefined && rank[a.kind] !== rank[b.kind]) preferred = rank[a.kind] < rank[b.kind] ? 'earlier' : 'later'
    if (preferred === undefined && a.kind === 'mixed' && b.kind === 'mixed') preferred = 'later'
  }
  return preferred !== 'earlier'
}

function hasOptional (pattern: Pattern): boolean {
  return pattern.segments.at(-1)?.text.endsWith('?') === true
}
