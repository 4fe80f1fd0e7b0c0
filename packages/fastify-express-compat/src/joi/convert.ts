const number = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i

interface Schema {
  readonly type?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema | readonly Schema[]
}

/**
 * Converts values in place as Joi does, and no others: text to numbers and booleans where the schema wants them.
 * Ajv's own conversion would also make text of numbers, which Joi refuses.
 */
export function convert (schema: unknown, data: unknown): void {
  if (typeof schema !== 'object' || schema === null || typeof data !== 'object' || data === null) return
  const { properties, items } = schema as Schema
  const holder = data as Record<string, unknown>
  if (Array.isArray(data)) {
    if (items === undefined) return
    data.forEach((_value, i) => convertAt(Array.isArray(items) ? (items as readonly Schema[])[i] : items as Schema, holder, String(i)))
    return
  }
  for (const [key, inner] of Object.entries(properties ?? {})) {
    if (Object.hasOwn(holder, key)) convertAt(inner, holder, key)
  }
}

function convertAt (schema: Schema | undefined, holder: Record<string, unknown>, key: string): void {
  const value = holder[key]
  if (typeof value === 'string') holder[key] = converted(schema?.type, value)
  else convert(schema, value)
}

function converted (type: unknown, text: string): unknown {
  if ((type === 'number' || type === 'integer') && number.test(text)) return Number(text)
  if (type === 'boolean' && /^\s*(true|false)\s*$/i.test(text)) return text.trim().toLowerCase() === 'true'
  return text
}
