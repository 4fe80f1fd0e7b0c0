import type { Aliases } from '../../alias.ts'
import { plain } from '../../compare/value.ts'
import { classify, inventedIn } from '../../value-class.ts'
import { classOf, isName, momentOf, type Column, type Table } from './column.ts'

export type SideIndex = 0 | 1

/** A value that one side made up, with the cells it stands in. */
export interface Name {
  readonly scope: string
  readonly text: string
  readonly side: SideIndex
  readonly form: number
  readonly uses: Array<{ readonly row: Row, readonly column: number }>
  colour: number
}

/** A value as it is compared with others: two are alike when their numbers are the same. */
export interface Cell {
  readonly strict: number
  /** With any value of the same class taken for the same. */
  readonly loose: number
  /** What it is, or has in it, that one side made up; the numbers are without them. */
  readonly names: readonly Name[]
}

/** A row without an equal on the other side. */
export interface Row {
  readonly side: SideIndex
  readonly table: string
  readonly index: number
  readonly cells: readonly Cell[]
  /** For the order among rows that are alike: its first noisy moment. */
  readonly moment: number
  /** Whether it is known to be as the source has it. */
  readonly kept: boolean
  colour: number
  partner: Row | undefined
}

/** A table on both sides, the candidate's columns in legacy's order. */
export interface TablePair {
  readonly name: string
  readonly sides: readonly [Table, Table]
  /** Those of legacy's that both have; their `index` is that in legacy's rows. */
  readonly columns: readonly Column[]
  /** The index of each in the candidate's rows. */
  readonly other: readonly number[]
}

/** Says of a column what is known of its values. */
export interface Knowledge {
  /** Whether its values differ from run to run, so that one of the same class and form is as good. */
  isNoisy (table: string, column: Column): boolean
  /** Whether its values may be made up by each side. */
  isInvented (table: string, column: Column): boolean
}

/** The rows that have no equal, with the values that tie them together. */
export interface Graph {
  readonly pairs: readonly TablePair[]
  readonly rows: readonly Row[]
  readonly names: readonly Name[]
  /** By table, what is equal: indexes of both sides. */
  readonly equal: ReadonlyMap<string, ReadonlyArray<readonly [number, number]>>
  /** The same number for the same text, from 1. */
  intern (text: string): number
  /** Whether a name may stand for another one on the other side: nothing there is called so. */
  isOpen (side: SideIndex, column: Pick<Column, 'scope'>, text: string): boolean
}

export function pairTables (legacy: readonly Table[], candidate: readonly Table[]): readonly TablePair[] {
  const theirs = new Map(candidate.map(table => [table.name, table]))
  return legacy.flatMap(table => {
    const other = theirs.get(table.name)
    if (other === undefined) return []
    const columns = table.columns.filter(({ name }) => other.columns.some(column => column.name === name))
    return [{ name: table.name, sides: [table, other] as const, columns, other: columns.map(({ name }) => other.columns.findIndex(column => column.name === name)) }]
  })
}

/** Takes out rows that are equal on both sides, and ties the others together by the values that they share. */
export function buildGraph (pairs: readonly TablePair[], aliases: Aliases, knowledge: Knowledge): Graph {
  const counted = new CountedKeys(pairs)
  const equal = new Map(pairs.map(pair => [pair.name, equalRows(pair, counted)]))
  // A number that names a row without an equal may name another one on the other side: what refers to it is no equal either.
  for (let round = 0; round < 5; round++) {
    const before = counted.size
    for (const pair of pairs) counted.open(pair, equal.get(pair.name)!)
    if (counted.size === before) break
    for (const pair of pairs) if (counted.concerns(pair)) equal.set(pair.name, equalRows(pair, counted))
  }
  const numbers = new Map<string, number>()
  const intern = (text: string): number => {
    const known = numbers.get(text)
    if (known !== undefined) return known
    numbers.set(text, numbers.size + 1)
    return numbers.size
  }
  const known = [new Set<string>(), new Set<string>()] as const
  if ([...equal].some(([name, rows]) => pairs.some(pair => pair.name === name && pair.sides.some(side => side.rows.length > rows.length)))) {
    for (const pair of pairs) for (const side of [0, 1] as const) gatherNames(pair, side, known[side])
  }
  const isOpen = (side: SideIndex, column: Pick<Column, 'scope'>, text: string): boolean =>
    column.scope === '' ? aliases.partner('', text, side === 0 ? 'to candidate' : 'to legacy') === undefined && !known[side === 0 ? 1 : 0].has(text) : column.scope !== undefined && counted.isOpen(side, column.scope, text)
  const names = [new Map<string, Name>(), new Map<string, Name>()] as const
  // The same wherever the name was met first.
  const formOf = (scope: string, text: string) => intern(scope === '' ? `name, ${classify(plain(text))?.form}` : 'number')
  const cellOf = (pair: TablePair, side: SideIndex, column: Column, text: string | null): Cell => {
    if (text === null) return { strict: -1, loose: -1, names: [] }
    const classified = classOf(column, text)
    const kind = classified === undefined ? undefined : intern(`~${classified.class} ${classified.form}`)
    const noisy = knowledge.isNoisy(pair.name, column)
    const partner = column.scope === undefined ? undefined : aliases.partner(column.scope, text, side === 0 ? 'to candidate' : 'to legacy')
    if (partner !== undefined) {
      const meant = intern(`=${side === 0 ? text : partner}`)
      return { strict: meant, loose: meant, names: [] }
    }
    const invented = knowledge.isInvented(pair.name, column)
    if (isName(column, text)) {
      if (invented && isOpen(side, column, text)) {
        const name = nameOf(names[side], column.scope!, text, side, formOf(column.scope!, text))
        return { strict: name.form, loose: name.form, names: [name] }
      }
      const strict = intern(`=${text}`)
      return { strict, loose: strict, names: [] }
    }
    const within = column.kind === 'json' || column.kind === 'text'
    const meant = side === 1 && within ? aliases.inText(text, 'to legacy') : text
    const made = within && invented && !text.startsWith('sha256:') ? inventedIn(meant).filter(each => isOpen(side, anywhere, each)) : []
    const strict = intern(`=${made.reduce((all, each) => all.replace(each, '{}'), meant)}`)
    const loose = column.kind === 'json' ? intern(`~${classify(plain(meant))?.form ?? meant}`) : kind ?? strict
    return { strict: noisy && kind !== undefined ? kind : strict, loose, names: made.map(each => nameOf(names[side], '', each, side, formOf('', each))) }
  }
  const rows: Row[] = []
  for (const pair of pairs) {
    for (const side of [0, 1] as const) {
      const taken = new Set(equal.get(pair.name)!.map(both => both[side]))
      pair.sides[side].rows.forEach((values, index) => {
        if (taken.has(index)) return
        const row: Row = {
          side,
          table: pair.name,
          index,
          cells: pair.columns.map((column, at) => cellOf(pair, side, column, values[side === 0 ? column.index : pair.other[at]!] ?? null)),
          moment: momentIn(pair, side, values),
          kept: pair.sides[side].origins?.[index] === 'kept',
          colour: 0,
          partner: undefined
        }
        row.cells.forEach((cell, column) => {
          for (const name of cell.names) name.uses.push({ row, column })
        })
        rows.push(row)
      })
    }
  }
  return { pairs, rows, names: [...names[0].values(), ...names[1].values()], equal, intern, isOpen }
}

/** A scope in which uuids and tokens stand, wherever they stand. */
const anywhere = { scope: '' } as const

/** The first moment that a row has, by which those that are alike are put in order. */
function momentIn ({ columns, other }: TablePair, side: SideIndex, values: ReadonlyArray<string | null>): number {
  for (const [at, column] of columns.entries()) {
    const text = column.kind === 'time' ? values[side === 0 ? column.index : other[at]!] : undefined
    if (text != null) return momentOf(column, text) ?? Infinity
  }
  return Infinity
}

function nameOf (names: Map<string, Name>, scope: string, text: string, side: SideIndex, form: number): Name {
  const key = `${scope}\0${text}`
  let name = names.get(key)
  if (name === undefined) names.set(key, name = { scope, text, side, form, uses: [], colour: form })
  return name
}

function gatherNames ({ columns, other, sides }: TablePair, side: SideIndex, into: Set<string>): void {
  for (const [at, column] of columns.entries()) {
    if (column.kind !== 'uuid' && column.kind !== 'text' && column.kind !== 'json') continue
    const index = side === 0 ? column.index : other[at]!
    for (const row of sides[side].rows) {
      const text = row[index]
      if (text == null) continue
      if (isName(column, text)) into.add(text)
      else for (const name of inventedIn(text)) into.add(name)
    }
  }
}

function equalRows ({ columns, other, sides }: TablePair, counted: CountedKeys): ReadonlyArray<readonly [number, number]> {
  const places = new Map<string, number[]>()
  const textOf = (row: ReadonlyArray<string | null>, side: SideIndex) => columns.map((_, at) => row[side === 0 ? columns[at]!.index : other[at]!] ?? '\0').join('\x01')
  const isOpen = (row: ReadonlyArray<string | null>, side: SideIndex) => counted.size > 0 && columns.some((column, at) => {
    const text = row[side === 0 ? columns[at]!.index : other[at]!]
    return text != null && column.scope !== undefined && column.scope !== '' && counted.isOpen(side, column.scope, text)
  })
  sides[1].rows.forEach((row, index) => {
    if (isOpen(row, 1)) return
    const text = textOf(row, 1)
    const known = places.get(text)
    if (known === undefined) places.set(text, [index])
    else known.push(index)
  })
  return sides[0].rows.flatMap((row, index) => {
    if (isOpen(row, 0)) return []
    const partner = places.get(textOf(row, 0))?.shift()
    return partner === undefined ? [] : [[index, partner] as const]
  })
}

/** Numbers that a serial counted for rows that are new: the 5th vehicle of one side may be the 6th of the other. */
class CountedKeys {
  readonly #open = [new Set<string>(), new Set<string>()] as const

  constructor (pairs: readonly TablePair[]) {
    for (const pair of pairs) {
      for (const side of [0, 1] as const) {
        const { origins } = pair.sides[side]
        this.#each(pair, side, (index, key) => {
          if (origins?.[index] === 'new') this.#open[side].add(key)
        })
      }
    }
  }

  get size (): number {
    return this.#open[0].size + this.#open[1].size
  }

  isOpen (side: SideIndex, scope: string, text: string): boolean {
    return this.#open[side].has(`${scope} ${text}`)
  }

  concerns ({ columns }: TablePair): boolean {
    return columns.some(({ scope }) => scope !== undefined && scope !== '')
  }

  /** Where it is not known which rows are new, those without an equal may be. */
  open (pair: TablePair, equal: ReadonlyArray<readonly [number, number]>): void {
    for (const side of [0, 1] as const) {
      if (pair.sides[side].origins !== undefined) continue
      const settled = new Set(equal.map(both => both[side]))
      this.#each(pair, side, (index, key) => {
        if (!settled.has(index)) this.#open[side].add(key)
      })
    }
  }

  #each ({ columns, other, sides }: TablePair, side: SideIndex, visit: (index: number, key: string) => void): void {
    const at = columns.findIndex(({ name, serial, scope }) => serial && scope !== '' && sides[0].key.includes(name))
    if (at < 0) return
    sides[side].rows.forEach((row, index) => {
      const text = row[side === 0 ? columns[at]!.index : other[at]!]
      if (text != null) visit(index, `${columns[at]!.scope} ${text}`)
    })
  }
}
