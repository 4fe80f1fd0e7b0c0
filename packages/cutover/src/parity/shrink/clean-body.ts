import { Buffer } from 'node:buffer'
import type { CompiledRules } from '../../message/redaction/rules.ts'
import type { Step } from '../scenario/scenario.ts'
import type { Borrowing } from './borrowing.ts'

type Body = Pick<Step, 'derive' | 'json' | 'form' | 'text' | 'base64' | 'multipart'>
type Say = (what: string) => void

/** The body of a step, and what it derives values from, without secrets: those that another scenario holds are borrowed from it, others are redacted. */
export function cleanBody ({ derive, json, form, text, base64, multipart }: Step, rules: CompiledRules, borrowing: Borrowing, say: Say): Body {
  const named = (value: string, name: string, isSecret: boolean): string => borrowing.clean(value, isSecret, () => say(`body, ${name}`))
  return {
    ...(derive !== undefined && { derive: Object.fromEntries(Object.entries(derive).map(([name, value]) => [name, typeof value === 'string' || value.with === undefined ? value : { ...value, with: cleanJson(value.with, rules, named) }])) }),
    ...(json !== undefined && { json: cleanJson(json, rules, named) }),
    ...(form !== undefined && { form: Object.fromEntries(Object.entries(form).map(([name, value]) => [name, named(value, name, rules.isSecretParameter(name))])) }),
    ...(text !== undefined && { text: named(text, 'text', false) }),
    ...(base64 !== undefined && { base64: cleanBytes(base64, borrowing, say) }),
    ...(multipart !== undefined && {
      multipart: multipart.map(part => ({
        ...part,
        ...(part.value !== undefined && { value: named(part.value, part.name, rules.isSecretParameter(part.name)) }),
        ...(part.base64 !== undefined && { base64: cleanBytes(part.base64, borrowing, say) })
      }))
    })
  }
}

function cleanJson (json: unknown, rules: CompiledRules, clean: (value: string, name: string, isSecret: boolean) => string): unknown {
  const walk = (value: unknown, path: ReadonlyArray<string | number>, isSecret: boolean): unknown => {
    const secret = isSecret || rules.isSecretPath(path)
    if (typeof value === 'string') return clean(value, String(path.at(-1) ?? 'text'), secret)
    if (Array.isArray(value)) return value.map((each, index) => walk(each, [...path, index], secret))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, [...path, name], secret || rules.isSecretName(name))]))
  }
  return walk(json, [], false)
}

/** Of bytes nothing can be borrowed. */
function cleanBytes (base64: string, borrowing: Borrowing, say: Say): string {
  const text = Buffer.from(base64, 'base64').toString('latin1')
  const clean = borrowing.withhold(text)
  if (clean === text) return base64
  say('body, bytes')
  return Buffer.from(clean, 'latin1').toString('base64')
}
