import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '../types/models.ts'

/** The models on offer, in the order of catalog/models.json, which breaks ties of the router. */
export const catalogue: readonly Model[] = Object.freeze(JSON.parse(readFileSync(join(import.meta.dirname, '../catalog/models.json'), 'utf8')) as Model[])

const models: ReadonlyMap<string, Model> = new Map(catalogue.map(model => [model.id, model]))

/** The model of an id; undefined when the catalogue has none. */
export function modelOf (id: string): Model | undefined {
  return models.get(id)
}
