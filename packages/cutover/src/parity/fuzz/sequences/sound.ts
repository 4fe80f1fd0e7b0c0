import { derivationsOf } from '../../scenario/derive.ts'
import { namesInJson } from '../../scenario/names.ts'
import type { Scenario, Step } from '../../scenario/scenario.ts'

/** Whether each `${name}` of a scenario is captured, or given, before it is used. */
export function isSound ({ let: given, steps }: Scenario): boolean {
  const known = new Set(Object.keys(given ?? {}))
  for (const step of steps) {
    for (const { name, given: rest } of derivationsOf(step)) {
      if (namesInJson(rest).some(each => !known.has(each))) return false
      known.add(name)
    }
    if (referencesOf(step).some(name => !known.has(name))) return false
    for (const name of Object.keys(step.capture ?? {})) known.add(name)
  }
  return true
}

/** The names of captured values that a step uses. */
export function referencesOf ({ request, headers, json, form, text, multipart }: Step): string[] {
  return [...JSON.stringify([request, headers, json, form, text, multipart]).matchAll(/(?<!\$)\$\{([\w-]+)\}/g)].map(([, name]) => name!)
}
