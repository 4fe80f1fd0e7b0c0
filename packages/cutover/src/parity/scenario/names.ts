const reference = /(\$?)\$\{([\w-]+)\}/g

/** The names that a text takes: `${name}`, but not `$${name}`. */
export function namesIn (text: string): readonly string[] {
  return [...text.matchAll(reference)].flatMap(([, escaped, name]) => escaped === '' ? [name!] : [])
}

/** Puts values for names; `$${name}` becomes the text `${name}`. */
export function putNames (text: string, valueOf: (name: string) => string): string {
  return text.includes('${') ? text.replace(reference, (whole, escaped: string, name: string) => escaped === '' ? valueOf(name) : whole.slice(1)) : text
}

/** The one name that a text is, and nothing else. */
export function wholeName (text: string): string | undefined {
  return /^\$\{([\w-]+)\}$/.exec(text)?.[1]
}

/** A text that stays as it is when names are put into it, whatever it looks like. */
export function literal (text: string): string {
  return text.replace(/\$\{[\w-]+\}/g, name => `$${name}`)
}

/** The names that any text of a JSON value takes. */
export function namesInJson (value: unknown): readonly string[] {
  if (typeof value === 'string') return namesIn(value)
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(namesInJson)
}
