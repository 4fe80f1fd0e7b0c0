import { InvalidArgumentError } from 'commander'

/** A whole number from 1. */
export function countOption (text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It is not a whole number from 1.')
  return Number(text)
}

/** A number above 0. */
export function numberOption (text: string): number {
  const value = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || !(value > 0)) throw new InvalidArgumentError('It is not a number above 0.')
  return value
}

/** A whole number from 0. */
export function seedOption (text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0xffffffff) throw new InvalidArgumentError('It is not a whole number from 0 to 4294967295.')
  return Number(text)
}

/** An origin to send requests to. */
export function originOption (text: string): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw new InvalidArgumentError('It is not a URL that begins with http:// or https://.')
  return new URL(text)
}

/** `name: value`, gathered. */
export function headerOption (text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*?)\s*$/.exec(text) ?? []
  if (name === undefined) throw new InvalidArgumentError('It is not a header: write "name: value".')
  return { ...before, [name.toLowerCase()]: value! }
}

/** `name=value`, gathered. */
export function secretOption (text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It is not a value with its name: write name=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}
