import type { Difference } from './compare/difference.ts'

const phrases: Readonly<Record<Difference['kind'], string>> = {
  missing: 'is missing',
  extra: 'is extra',
  type: 'has another type',
  value: 'has another value',
  order: 'has another order',
  format: 'has another format',
  header: 'is another',
  'cookie attribute': 'is another',
  status: 'is another',
  encoding: 'is another',
  length: 'has another length'
}

/** A difference in a line, without its values. */
export function saidOf ({ kind, pattern }: Difference): string {
  return `${pattern} ${phrases[kind]}`
}
