import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { problemLines } from '../../config/problem.ts'
import { derivationsOf } from './derive.ts'
import { namesIn, namesInJson } from './names.ts'
import type { Scenario, Step } from './scenario.ts'
import { ScenarioSchema } from './schema.ts'

/** A mistake in a scenario, and where. */
export interface ScenarioProblem {
  readonly path: ReadonlyArray<string | number>
  readonly text: string
}

let compiled: ValidateFunction | undefined

/** What is wrong with what should be a scenario; empty when nothing is. */
export function problemsOf (input: unknown): readonly ScenarioProblem[] {
  compiled ??= new Ajv({ allErrors: true, verbose: true, strictTypes: false, strict: false }).compile(ScenarioSchema)
  if (compiled(input)) return crossProblems(input as Scenario)
  const errors = compiled.errors ?? []
  // A key of a mapping that is not as it should be is told by its name, once.
  const told = errors.filter(({ keyword }) => keyword !== 'propertyNames')
  const unions = told.filter(({ keyword }) => keyword === 'anyOf')
  return told
    .filter(error => !unions.some(union => union !== error && error.schemaPath.startsWith(`${union.schemaPath}/`)))
    .flatMap(error => problemLines([error], place => place).map(text => ({ path: pathOf(error), text: text.replace(/^the configuration:/, 'the scenario:') })))
}

function pathOf ({ instancePath, params, keyword }: ErrorObject): string[] {
  const path = instancePath.split('/').slice(1).map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  return keyword === 'additionalProperties' ? [...path, String((params as { additionalProperty: string }).additionalProperty)] : path
}

const bodies = ['json', 'form', 'text', 'base64', 'multipart'] as const

/** What a schema cannot say. */
function crossProblems (scenario: Scenario): readonly ScenarioProblem[] {
  const problems: ScenarioProblem[] = []
  const known = new Set(Object.keys(scenario.let ?? {}))
  const captured: string[] = []
  scenario.steps.forEach((step, index) => {
    if (step.together === true && index === 0) problems.push({ path: ['steps', 0, 'together'], text: 'steps[0]: there is no step before it to go together with' })
    if (step.together !== true) for (const name of captured.splice(0)) known.add(name)
    const given = bodies.filter(key => step[key] !== undefined)
    if (given.length > 1) problems.push({ path: ['steps', index, given[1]!], text: `steps[${index}]: has ${given.join(' and ')}; a request has one body` })
    for (const [number, part] of (step.multipart ?? []).entries()) {
      if ((part.value === undefined) === (part.base64 === undefined)) problems.push({ path: ['steps', index, 'multipart', number], text: `steps[${index}].multipart[${number}]: needs value or base64, and one of them only` })
    }
    const derived = derivationsOf(step)
    const before = new Set<string>()
    for (const { name, given } of derived) {
      for (const each of namesInJson(given)) {
        if (!known.has(each) && !before.has(each)) problems.push({ path: ['steps', index, 'derive', name], text: `steps[${index}].derive.${name}: takes \${${each}}, which no step before it captures and "let" does not hold; write $\${${each}} for the text itself` })
      }
      before.add(name)
    }
    for (const name of before) known.add(name)
    for (const name of new Set(namesOf(step))) {
      if (!known.has(name) && captured.includes(name)) problems.push({ path: ['steps', index], text: `steps[${index}]: takes \${${name}}, which a step captures that is sent at the same moment` })
      else if (!known.has(name)) problems.push({ path: ['steps', index], text: `steps[${index}]: takes \${${name}}, which no step before it captures and "let" does not hold; write $\${${name}} for the text itself` })
    }
    captured.push(...Object.keys(step.capture ?? {}))
  })
  return problems
}

/** The names that a step takes. */
export function namesOf (step: Step): readonly string[] {
  const { request, headers, json, form, text, multipart } = step
  return [
    ...namesIn(request),
    ...namesInJson(headers),
    ...namesInJson(json),
    ...Object.entries(form ?? {}).flatMap(([name, value]) => [...namesIn(name), ...namesIn(value)]),
    ...namesIn(text ?? ''),
    ...(multipart ?? []).flatMap(({ name, value, filename }) => [name, value ?? '', filename ?? ''].flatMap(namesIn))
  ]
}
