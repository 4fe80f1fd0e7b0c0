import type { Aliases } from '../../alias.ts'
import type { Graph, Name, Row, TablePair } from './graph.ts'

/** Which row of the candidate's stands for which of legacy's. */
export interface TableMatch {
  readonly pair: TablePair
  /** Indexes of rows that are not equal as they stand. */
  readonly pairs: ReadonlyArray<readonly [legacy: number, candidate: number]>
  readonly missing: readonly number[]
  readonly extra: readonly number[]
}

const rounds = 6
/** Pairs of rows of a table that are weighed against each other when nothing else joins them. */
const weighed = 40_000

/** How alike rows must be to be paired: the strongest first. */
const levels = [
  { loose: false, names: 'all' },
  { loose: true, names: 'all' },
  { loose: false, names: 'defined' },
  { loose: true, names: 'defined' },
  { loose: false, names: 'form' },
  { loose: true, names: 'form' }
] as const

/**
 * Pairs rows that have no equal on the other side: by what they hold, and by what the rows hold that they share
 * made up values with (colour refinement over rows and such values); what is left by likeness.
 * @param aliases values known to stand for each other; what paired rows show is added
 */
export function alignRows (graph: Graph, aliases: Aliases): readonly TableMatch[] {
  const matcher = new Matcher(graph, aliases)
  matcher.byKey()
  for (const level of levels) {
    if (matcher.isDone()) break
    matcher.colour(level.loose, level.names)
    matcher.byColour()
  }
  matcher.byLikeness()
  return graph.pairs.map(pair => {
    const own = matcher.rowsOf(pair.name)
    return {
      pair,
      pairs: own[0].flatMap(row => row.partner === undefined ? [] : [[row.index, row.partner.index] as const]),
      missing: own[0].filter(row => row.partner === undefined).map(({ index }) => index),
      extra: own[1].filter(row => row.partner === undefined).map(({ index }) => index)
    }
  })
}

class Matcher {
  readonly #graph: Graph
  readonly #aliases: Aliases
  readonly #rows = new Map<string, readonly [Row[], Row[]]>()
  readonly #keys: ReadonlyMap<string, ReadonlySet<number>>
  readonly #depths: ReadonlyMap<string, number>
  #pairs = 0

  constructor (graph: Graph, aliases: Aliases) {
    this.#graph = graph
    this.#aliases = aliases
    this.#keys = new Map(graph.pairs.map(({ name, columns, sides }) => [name, new Set(columns.flatMap((column, at) => sides[0].key.includes(column.name) ? [at] : []))]))
    this.#depths = depthsOf(graph.pairs)
    for (const { name } of graph.pairs) this.#rows.set(name, [[], []])
    for (const row of graph.rows) this.#rows.get(row.table)![row.side].push(row)
  }

  rowsOf (table: string): readonly [Row[], Row[]] {
    return this.#rows.get(table)!
  }

  isDone (): boolean {
    return [...this.#rows.values()].every(([ours, theirs]) => ours.every(row => row.partner) || theirs.every(row => row.partner))
  }

  /** Rows whose key is the same, and not made up by either side, are the same row. */
  byKey (): void {
    for (const { name, columns, sides } of this.#graph.pairs) {
      const keys = columns.flatMap((column, at) => sides[0].key.includes(column.name) ? [at] : [])
      if (keys.length === 0) continue
      const keyOf = (row: Row): string | undefined => {
        const cells = keys.map(at => row.cells[at]!)
        return cells.some(cell => cell.names.length > 0) ? undefined : cells.map(cell => cell.strict).join(' ')
      }
      const [ours, theirs] = this.rowsOf(name)
      const byKey = new Map<string, Row[]>()
      for (const row of theirs) {
        const key = keyOf(row)
        if (key !== undefined) byKey.set(key, [...byKey.get(key) ?? [], row])
      }
      for (const row of ours) {
        const key = keyOf(row)
        const partners = key === undefined ? undefined : byKey.get(key)
        // A key that is noise, such as a time, may fit several.
        if (partners?.length === 1 && partners[0]!.partner === undefined) this.#join(row, partners[0]!)
      }
    }
  }

  /** Colours rows by what they hold, and made up values by the rows they stand in, until nothing is told apart any more. */
  colour (loose: boolean, names: 'all' | 'defined' | 'form'): void {
    const { rows, intern } = this.#graph
    const open = rows.filter(row => row.partner === undefined)
    const free = this.#graph.names.filter(name => this.#partnerOf(name) === undefined)
    for (const name of free) name.colour = name.form
    let count = 0
    for (let round = 0; round <= (names === 'form' ? 0 : rounds); round++) {
      const colours = new Set<number>()
      for (const row of open) {
        row.colour = intern(`row ${row.table} ${row.cells.map(cell => `${loose ? cell.loose : cell.strict}${cell.names.map(name => `n${this.#colourOf(name)}`).join('')}`).join(' ')}`)
        colours.add(row.colour)
      }
      if (round > 0 && colours.size === count) break
      count = colours.size
      if (names === 'form') break
      for (const name of free) {
        const own = names === 'all' ? [] : name.uses.filter(({ row, column }) => this.#isKey(row.table, column))
        // What is no row's key is told by all its places.
        const uses = own.length > 0 ? own : name.uses
        name.colour = intern(`name ${name.form} ${uses.map(({ row, column }) => `${column}:${row.colour}`).sort().join(' ')}`)
      }
    }
  }

  /** Pairs rows of one colour, those first of which there is one on each side. */
  byColour (): void {
    const groups = new Map<number, [Row[], Row[]]>()
    for (const row of this.#graph.rows) {
      if (row.partner !== undefined) continue
      let group = groups.get(row.colour)
      if (group === undefined) groups.set(row.colour, group = [[], []])
      group[row.side].push(row)
    }
    const depthOf = ([[row]]: [Row[], Row[]]) => this.#depths.get(row!.table)!
    // Rows before those that refer to them.
    const both = [...groups.values()].filter(([ours, theirs]) => ours.length > 0 && theirs.length > 0).sort((a, b) => depthOf(a) - depthOf(b))
    for (const [ours, theirs] of both) if (ours.length === 1 && theirs.length === 1 && this.#fits(ours[0]!, theirs[0]!)) this.#join(ours[0]!, theirs[0]!)
    for (const [ours, theirs] of both) this.#joinAlike(ours.sort(byMoment), theirs.sort(byMoment))
  }

  /** Rows that are alike: each with the first that says the same of the values that are bound already. */
  #joinAlike (ours: readonly Row[], theirs: readonly Row[]): void {
    const waiting = new Map<string, Row[]>()
    const put = (row: Row) => {
      const bound = this.#boundIn(row)
      const known = waiting.get(bound)
      if (known === undefined) waiting.set(bound, [row])
      else known.push(row)
    }
    for (const row of theirs) if (row.partner === undefined) put(row)
    for (const row of ours) {
      if (row.partner !== undefined) continue
      const bound = this.#boundIn(row)
      const queue = waiting.get(bound) ?? []
      for (let tries = theirs.length; queue.length > 0 && tries > 0; tries--) {
        const other = queue.shift()!
        if (other.partner !== undefined) continue
        // What was bound since it was put here moves it elsewhere.
        if (this.#boundIn(other) !== bound) {
          put(other)
          continue
        }
        this.#join(row, other)
        break
      }
      if (row.partner === undefined) {
        const moved = theirs.length <= 200 ? theirs.find(other => other.partner === undefined && this.#fits(row, other)) : undefined
        if (moved !== undefined) this.#join(row, moved)
      }
    }
  }

  /** What nothing else joined: of a table's rows those that agree in most columns, at least in half of them. */
  byLikeness (): void {
    for (const { name } of this.#graph.pairs.toSorted((a, b) => this.#depths.get(a.name)! - this.#depths.get(b.name)!)) {
      const [ours, theirs] = this.rowsOf(name).map(rows => rows.filter(row => row.partner === undefined)) as [Row[], Row[]]
      if (ours.length * theirs.length > weighed) continue
      const scored = ours.flatMap(row => theirs.flatMap(other => {
        // Rows that are both as the source has them, and are not equal, are two rows of the source.
        if (row.kept && other.kept) return []
        const score = this.#likeness(row, other)
        return score < 0.5 ? [] : [[score, row, other] as const]
      }))
      scored.sort((a, b) => b[0] - a[0])
      for (const [, row, other] of scored) if (row.partner === undefined && other.partner === undefined) this.#join(row, other)
    }
  }

  #likeness (row: Row, other: Row): number {
    let agreed = 0
    let counted = 0
    row.cells.forEach((cell, at) => {
      const theirs = other.cells[at]!
      const [name] = cell.names
      const [same] = theirs.names
      if (name !== undefined && same !== undefined && cell.strict === name.form) {
        const partner = this.#partnerOf(name)
        if (partner === undefined && this.#partnerOf(same) === undefined) {
          // Two serial numbers that are the same by chance speak for the rows a little.
          if (name.text === same.text) agreed += 0.1
          return
        }
        counted++
        if (partner === same.text) agreed++
        return
      }
      // What both lack says little.
      const weight = cell.loose === -1 && theirs.loose === -1 ? 0.25 : 1
      counted += weight
      if (cell.strict === theirs.strict) agreed += weight
      else if (cell.loose === theirs.loose) agreed += weight / 2
    })
    return counted === 0 ? 0.5 : agreed / counted
  }

  #join (row: Row, other: Row): void {
    const queue: Array<readonly [Row, Row]> = [[row, other]]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [ours, theirs] = next
      if (ours.partner !== undefined || theirs.partner !== undefined) continue
      ours.partner = theirs
      theirs.partner = ours
      ours.colour = theirs.colour = this.#graph.intern(`pair ${this.#pairs++}`)
      for (const [name, partner] of this.#namesOf(ours, theirs)) {
        if (name.scope !== partner.scope || name.form !== partner.form) continue
        if (this.#aliases.bind({ scope: name.scope, legacy: name.text, candidate: partner.text }) === 'bound') this.#follow(name, partner, queue)
      }
    }
  }

  /** Of the rows that share a value with a pair that was just made, those of which there is only one of a kind are pairs too. */
  #follow (name: Name, partner: Name, queue: Array<readonly [Row, Row]>): void {
    const kinds = new Map<string, [Row[], Row[]]>()
    for (const side of [name, partner]) {
      for (const { row, column } of side.uses) {
        if (row.partner !== undefined) continue
        const key = `${column} ${row.colour}`
        let kind = kinds.get(key)
        if (kind === undefined) kinds.set(key, kind = [[], []])
        kind[row.side].push(row)
      }
    }
    for (const [ours, theirs] of kinds.values()) {
      if (ours.length === 1 && theirs.length === 1 && ours[0]!.colour !== 0 && this.#fits(ours[0]!, theirs[0]!)) queue.push([ours[0]!, theirs[0]!])
    }
  }

  /** Whether pairing two rows goes against nothing that is bound. */
  #fits (row: Row, other: Row): boolean {
    return this.#namesOf(row, other).every(([name, partner]) => {
      const bound = this.#partnerOf(name)
      return bound === undefined ? this.#partnerOf(partner) === undefined : bound === partner.text
    })
  }

  /** The names of two rows that stand at the same places. */
  #namesOf (row: Row, other: Row): ReadonlyArray<readonly [Name, Name]> {
    return row.cells.flatMap(({ names }, at) => {
      const theirs = other.cells[at]!.names
      return names.length === theirs.length ? names.map((name, index) => [name, theirs[index]!] as const) : []
    })
  }

  #boundIn (row: Row): string {
    return row.cells.flatMap(({ names }) => names.map(name => row.side === 0 ? (this.#partnerOf(name) === undefined ? '?' : name.text) : this.#partnerOf(name) ?? '?')).join(' ')
  }

  #isKey (table: string, column: number): boolean {
    return this.#keys.get(table)!.has(column)
  }

  #colourOf (name: Name): number {
    const partner = this.#partnerOf(name)
    return partner === undefined ? name.colour : this.#graph.intern(`bound ${name.scope} ${name.side === 0 ? name.text : partner}`)
  }

  #partnerOf (name: Name): string | undefined {
    return this.#aliases.partner(name.scope, name.text, name.side === 0 ? 'to candidate' : 'to legacy')
  }
}

/** How many tables a table's foreign keys lead through. */
function depthsOf (pairs: readonly TablePair[]): ReadonlyMap<string, number> {
  const parents = new Map(pairs.map(({ name, columns }) => [name, columns.flatMap(({ references }) => references === undefined ? [] : [references.slice(0, references.lastIndexOf('.'))])]))
  const depths = new Map<string, number>()
  const depthOf = (table: string, open: readonly string[]): number => {
    const known = depths.get(table)
    if (known !== undefined) return known
    const depth = Math.max(0, ...(parents.get(table) ?? []).filter(parent => parent !== table && !open.includes(parent)).map(parent => 1 + depthOf(parent, [...open, table])))
    if (open.length === 0) depths.set(table, depth)
    return depth
  }
  for (const { name } of pairs) depthOf(name, [])
  return depths
}

function byMoment (a: Row, b: Row): number {
  return a.moment === b.moment ? a.index - b.index : a.moment - b.moment
}
