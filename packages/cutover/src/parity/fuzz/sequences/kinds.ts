import type { Operation } from '../openapi/api.ts'
import type { Schema } from '../openapi/schema.ts'
import { plain, type Link, type World } from '../world.ts'
import { resourcesOf } from './lifecycle.ts'

/** A kind of thing that has ids: how one is made, listed, asked for and changed. */
export interface Kind {
  /** The name of its ids: `itemId`. */
  readonly name: string
  /** Where ids come from: making one first, then lists. */
  readonly sources: readonly Link[]
  /** What asks for, or changes, one of them. */
  readonly items: readonly Operation[]
}

/** The kinds of things of an API, by name, as far as answers have shown their ids. */
export class Kinds {
  readonly all: ReadonlyMap<string, Kind>
  readonly #world: World

  constructor (world: World) {
    this.#world = world
    const kinds = resourcesOf(world).map(({ link, items }): Kind => {
      const [first] = items
      const parameter = first!.parameters.findLast(each => each.in === 'path')!
      return { name: link.name, sources: world.linksOf(first!, parameter.name), items }
    })
    this.all = new Map(kinds.map(kind => [kind.name, kind]))
  }

  /** Of which kind each path parameter is; undefined where that is not known of one. */
  neededBy (operation: Operation): ReadonlyArray<readonly [parameter: string, kind: string]> | undefined {
    const needs: Array<readonly [string, string]> = []
    for (const { name } of operation.parameters.filter(each => each.in === 'path')) {
      const kind = this.named(name) ?? this.#world.linkOf(operation, name)?.name
      if (kind === undefined || !this.all.has(kind)) return undefined
      needs.push([name, kind])
    }
    return needs
  }

  /** The kind that a name refers to: `itemId`, `item_id`, and `item` where it is an id. */
  named (name: string): string | undefined {
    const wanted = plain(name)
    return wanted === 'id' ? undefined : [...this.all.keys()].find(kind => plain(kind) === wanted)
  }

  /** The members of a body that hold ids. */
  referencesIn (schema: Schema | undefined): ReadonlyArray<readonly [member: string, kind: string]> {
    return Object.keys(schema?.properties ?? {}).flatMap(name => {
      const kind = this.named(name)
      return kind === undefined ? [] : [[name, kind] as const]
    })
  }

  /** Kinds that an operation has to do with, by its path or its body. */
  touchedBy (operation: Operation): readonly string[] {
    return [...(this.neededBy(operation) ?? []).map(([, kind]) => kind), ...this.referencesIn(operation.body?.contents[0]?.schema).map(([, kind]) => kind), ...this.madeBy(operation).map(({ name }) => name)]
  }

  /** Kinds of which an operation makes one. */
  madeBy (operation: Operation): readonly Kind[] {
    return [...this.all.values()].filter(kind => kind.sources.some(({ producer }) => producer === operation && producer.method === 'POST'))
  }
}
