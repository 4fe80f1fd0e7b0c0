import type { Exchange } from './run.ts'

/** One place where the two sides' answers differ. */
export interface Difference {
  readonly step: number
  readonly request: string
  readonly where: string
  readonly legacy: string
  readonly candidate: string
}

// About the connection or the moment, not the answer.
const leftOut = new Set(['date', 'connection', 'keep-alive', 'x-request-id'])

/** Compares what two sides answered to one scenario: status, headers and body, the values that each side makes up aliased. */
export function compareExchanges (legacy: readonly Exchange[], candidate: readonly Exchange[]): readonly Difference[] {
  const left = createAliases()
  const right = createAliases()
  const differences: Difference[] = []
  for (const [index, ours] of legacy.entries()) {
    const theirs = candidate[index]
    const add = (where: string, a: string | undefined, b: string | undefined): void => {
      if (a !== b) differences.push({ step: index + 1, request: `${ours.method} ${ours.path}`, where, legacy: a ?? '(absent)', candidate: b ?? '(absent)' })
    }
    if (theirs === undefined) {
      add('answer', 'one', undefined)
      continue
    }
    add('status', String(ours.status), String(theirs.status))
    const names = new Set([...Object.keys(ours.headers), ...Object.keys(theirs.headers)])
    for (const name of [...names].sort().filter(name => !leftOut.has(name))) {
      add(`header ${name}`, headerOf(ours, theirs, name, left), headerOf(theirs, ours, name, right))
    }
    add('header x-request-id', presence(ours), presence(theirs))
    add('body', left(ours.body), right(theirs.body))
  }
  return differences
}

function headerOf (exchange: Exchange, other: Exchange, name: string, alias: (text: string) => string): string | undefined {
  const value = exchange.headers[name]?.toString()
  // An entity tag is a hash of the bytes: comparable only where these are equal.
  if (name === 'etag' && value !== undefined && (exchange.method === 'HEAD' || exchange.body !== other.body)) return value.replace(/-[^"]+"/, '-…"')
  return value === undefined ? undefined : alias(value)
}

function presence ({ headers }: Exchange): string {
  return headers['x-request-id'] === undefined ? 'absent' : 'present'
}

const invented = /eyJ[\w-]+\.[\w-]+\.[\w-]+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g

/** Replaces ids, times and tokens by their class and the order in which they were first seen, over a whole scenario. */
function createAliases (): (text: string) => string {
  const names = new Map<string, string>()
  return text => text.replace(invented, value => {
    // Two writes may fall into one millisecond on one side only, so times have a class and no order.
    if (value.endsWith('Z')) return '<time>'
    let name = names.get(value)
    if (name === undefined) {
      name = `<${value.startsWith('eyJ') ? 'token' : 'uuid'} ${names.size + 1}>`
      names.set(value, name)
    }
    return name
  })
}
