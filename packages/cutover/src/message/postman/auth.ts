import { Buffer } from 'node:buffer'
import type { Field } from '../exchange.ts'
import { object, string, type Json } from '../json.ts'
import { pairs, textOf } from './variables.ts'

/** What an `auth` adds to a request. */
export interface Auth {
  readonly headers: readonly Field[]
  readonly query: ReadonlyArray<readonly [name: string, value: string]>
}

const NONE: Auth = { headers: [], query: [] }

/**
 * Reads basic, bearer and apikey.
 * @returns the name of the kind when it is another
 */
export function authOf (auth: Json | undefined, fill: (text: string) => string): Auth | string {
  const type = string(auth?.['type'])
  if (auth === undefined || type === undefined || type === 'noauth') return NONE
  const given = auth[type]
  // Version 2.0 had an object in place of the list.
  const values = new Map(Array.isArray(given)
    ? pairs(given).map(({ key, value }) => [key, fill(value)])
    : Object.entries(object(given) ?? {}).map(([key, value]) => [key, fill(textOf(value))]))
  const value = (key: string): string => values.get(key) ?? ''
  if (type === 'bearer') return header('Authorization', `Bearer ${value('token')}`)
  if (type === 'basic') return header('Authorization', `Basic ${Buffer.from(`${value('username')}:${value('password')}`).toString('base64')}`)
  if (type !== 'apikey') return type
  const name = value('key')
  if (name === '') return NONE
  return value('in') === 'query' ? { headers: [], query: [[name, value('value')]] } : header(name, value('value'))
}

function header (name: string, value: string): Auth {
  return { headers: [[name, value]], query: [] }
}
