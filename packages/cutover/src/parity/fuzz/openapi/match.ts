import type { Api, Operation } from './api.ts'

/**
 * The operation that a path without query belongs to; the one with the most literal segments where several would.
 * A segment with `${name}` in it is taken by parameters only.
 */
export function operationOf (api: Api, method: string, path: string): Operation | undefined {
  const given = segmentsOf(path)
  return api.operations
    .filter(operation => operation.method === method && matches(segmentsOf(operation.path), given))
    .toSorted((a, b) => literals(b) - literals(a))[0]
}

/** The values of a path's parameters, as they are written in it. */
export function pathValues (operation: Operation, path: string): Record<string, string> {
  const given = segmentsOf(path)
  return Object.fromEntries(segmentsOf(operation.path).flatMap((segment, index) => {
    const name = /^\{([^{}]+)\}$/.exec(segment)?.[1]
    return name === undefined ? [] : [[name, given[index] ?? '']]
  }))
}

/** Joins descriptions; the first one that knows an operation tells of it. */
export function joinApis (apis: readonly Api[]): Api {
  const operations = new Map<string, Operation>()
  for (const operation of apis.flatMap(api => api.operations)) {
    const key = `${operation.method} ${operation.path.replace(/\{[^{}]+\}/g, '{}')}`
    if (!operations.has(key)) operations.set(key, operation)
  }
  return { source: apis.map(api => api.source).join(', '), operations: [...operations.values()] }
}

function segmentsOf (path: string): string[] {
  return path.replace(/\/+$/, '').split('/')
}

function matches (wanted: readonly string[], given: readonly string[]): boolean {
  return wanted.length === given.length && wanted.every((segment, index) => segment.includes('{') ? given[index] !== '' : segment === given[index])
}

function literals (operation: Operation): number {
  return segmentsOf(operation.path).filter(segment => !segment.includes('{')).length
}
