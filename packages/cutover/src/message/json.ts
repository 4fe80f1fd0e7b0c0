/** A JSON object of which nothing is known. */
export type Json = Readonly<Record<string, unknown>>

export function object (value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Json : undefined
}

export function string (value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function array (value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
