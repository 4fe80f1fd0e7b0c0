import { ConfigSchema } from './schema.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * The configuration's JSON Schema as it is published in schema.json, for editors and JSON configs:
 * without what only code can hold, and asking only for what has no default.
 */
export function publishedSchema (): Json {
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...published(ConfigSchema as unknown as Json) }
}

function published (schema: Json): Json {
  const kept = Object.entries(schema).flatMap(([key, value]): Array<[string, unknown]> => {
    if (key === 'expected') return []
    if (key === 'required') return withoutDefaults(schema)
    if (key === 'properties' || key === 'patternProperties') return [[key, publishedEach(value as Record<string, Json>)]]
    if (key === 'items') return [[key, published(value as Json)]]
    if (key === 'anyOf') return alternatives(value as Json[])
    return [[key, value]]
  })
  return Object.fromEntries(kept)
}

function publishedEach (schemas: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(Object.entries(schemas).filter(([, schema]) => schema.inCode === undefined).map(([name, schema]) => [name, published(schema)]))
}

function alternatives (branches: readonly Json[]): Array<[string, unknown]> {
  const kept = branches.filter(branch => branch.inCode === undefined).map(published)
  if (kept.every(branch => branch.const !== undefined)) return [['enum', kept.map(branch => branch.const)]]
  return kept.length === 1 ? Object.entries(kept[0]!) : [['anyOf', kept]]
}

function withoutDefaults (schema: Json): Array<[string, unknown]> {
  const properties = schema.properties as Readonly<Record<string, Json>>
  const needed = (schema.required as string[]).filter(name => properties[name]?.default === undefined)
  return needed.length === 0 ? [] : [['required', needed]]
}
