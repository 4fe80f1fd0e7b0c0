import type { CompiledRules } from '../../message/redaction/rules.ts'
import { escapeKey } from '../compare/pointer.ts'
import type { BorrowedText, Scenario } from '../scenario/scenario.ts'
import { namesIn } from './references.ts'

/** Secrets that stand in hand-written scenarios, with where: by their text, the longest first. */
export function secretsIn (scenarios: readonly Scenario[], rules: CompiledRules): ReadonlyMap<string, BorrowedText> {
  const found = new Map<string, BorrowedText>()
  for (const scenario of scenarios) {
    const { name: from, let: values = {}, steps } = scenario
    const add = (value: unknown, at: string): void => {
      if (typeof value === 'string' && value !== '' && namesIn(value).size === 0 && !found.has(value)) found.set(value, { from, at })
    }
    const secretValues = new Set(Object.keys(values).filter(name => rules.isSecretName(name)))
    const walk = (value: unknown, path: ReadonlyArray<string | number>, at: string, isSecret: boolean): void => {
      if (typeof value === 'string') {
        if (!isSecret && !rules.isSecretPath(path)) return
        for (const name of namesIn(value)) secretValues.add(name)
        return add(value, at)
      }
      if (typeof value !== 'object' || value === null) return
      for (const [key, member] of Object.entries(value)) walk(member, [...path, Array.isArray(value) ? Number(key) : key], `${at}/${escapeKey(key)}`, isSecret || rules.isSecretName(key))
    }
    for (const [index, { derive, json, form }] of steps.entries()) {
      walk(json, [], `/steps/${index}/json`, false)
      walk(form, [], `/steps/${index}/form`, false)
      for (const [name, value] of Object.entries(derive ?? {})) if (typeof value !== 'string') walk(value.with, [], `/steps/${index}/derive/${escapeKey(name)}/with`, false)
    }
    for (const name of secretValues) {
      const value = values[name]
      if (typeof value === 'string') add(value, `/let/${escapeKey(name)}`)
      else if (value !== undefined && 'from' in value && value.text !== undefined) found.set(value.text, { from: value.from, at: value.at })
    }
  }
  return new Map([...found].sort(([a], [b]) => b.length - a.length))
}
