import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Route } from '../config/settings.ts'
import { mostFiles, routeCalls, sourcesBelow } from './find-routes.ts'

/** A place in the sources that names a path as those who register routes do. */
export interface Registration {
  /** Relative to the folder, with `/`. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly path: string
}

export interface FoundRegistrations {
  readonly code: readonly Registration[]
  /** Files left out because they name Fastify: the candidate's. */
  readonly skipped: number
  /** Whether there are more files than were searched. */
  readonly cut: boolean
}

const most = 40

/**
 * Where routes seem to be registered, other than by the candidate: calls and decorators with a path that a route covers,
 * or that a route begins with (a router is mounted there).
 */
export function findRegistrations (folder: string, routes: readonly Route[]): FoundRegistrations {
  const files = sourcesBelow(folder)
  const code: Registration[] = []
  let skipped = 0
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    const found = routeCalls.flatMap(call => [...text.matchAll(call)]).filter(([, , path]) => routes.some(route => concerns(route.path, path!)))
    if (found.length === 0) continue
    if (/fastify/i.test(text)) {
      skipped++
      continue
    }
    for (const match of found) code.push({ file: relative(folder, file).replaceAll('\\', '/'), line: text.slice(0, match.index).split('\n').length, path: match[2]! })
  }
  const places = new Map(code.map(each => [`${each.file}:${each.line}:${each.path}`, each]))
  return { code: [...places.values()].toSorted((a, b) => a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1).slice(0, most), skipped, cut: files.length >= mostFiles }
}

/** `/api/vehicles/*` concerns `/api/vehicles` (a mount), `/api/vehicles/:id` and `/vehicles`, but neither `/` nor `/api`. */
function concerns (route: string, path: string): boolean {
  const parts = (text: string): string[] => text.split('/').filter(part => part !== '' && part !== '*').map(part => /^[:{<]/.test(part) ? ':' : part.toLowerCase())
  const [wanted, given] = [parts(route), parts(path)]
  const open = route.endsWith('*')
  if (wanted.length === 0 || given.length === 0 || (given.every(part => part === ':'))) return false
  const same = (from: number): boolean => given.every((part, place) => {
    const other = wanted[from + place]
    return other === undefined ? open : other === part
  })
  // Written whole, or without the prefix that its router is mounted at; of a mount only what names the feature's own last word.
  return wanted.some((_, from) => same(from) && from + given.length >= wanted.filter(part => part !== ':').length)
}
