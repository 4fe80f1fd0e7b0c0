import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A sequence of requests with values carried from answer to request. README.md in this folder describes the format. */
export interface Scenario {
  readonly name: string
  readonly about: string
  /** The state of the world, where it is not the usual one. */
  readonly given?: 'database-down'
  /** Values for `${name}`: text, or a text to repeat. */
  readonly let?: Readonly<Record<string, string | { readonly repeat: string, readonly times: number }>>
  readonly steps: readonly Step[]
}

export interface Step {
  readonly about?: string
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, with a content type unless `headers` has one. */
  readonly body?: unknown
  /** Sent as it is. */
  readonly text?: string
  /** Values to keep: a JSON pointer (RFC 6901) into the answer's body, or `header:NAME`. */
  readonly capture?: Readonly<Record<string, string>>
  readonly expect?: { readonly status?: number, readonly code?: string }
}

const stepKeys = new Set(['about', 'method', 'path', 'headers', 'body', 'text', 'capture', 'expect'])
const scenarioKeys = new Set(['name', 'about', 'given', 'let', 'steps'])

/**
 * Reads every scenario of a folder, in the order of their names.
 * @throws Error naming the file and what is wrong in it
 */
export async function loadScenarios (folder = import.meta.dirname): Promise<readonly Scenario[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.json')).sort()
  return await Promise.all(names.map(async name => {
    const scenario = JSON.parse(await readFile(join(folder, name), 'utf8')) as Scenario
    const problem = problemOf(scenario)
    if (problem !== undefined) throw new Error(`${name}: ${problem}`)
    return scenario
  }))
}

function problemOf (scenario: Scenario): string | undefined {
  const unknown = Object.keys(scenario).find(key => !scenarioKeys.has(key))
  if (unknown !== undefined) return `a scenario has no "${unknown}"`
  if (!Array.isArray(scenario.steps) || scenario.steps.length === 0) return 'a scenario has "steps"'
  for (const [index, step] of scenario.steps.entries()) {
    const strange = Object.keys(step).find(key => !stepKeys.has(key))
    if (strange !== undefined) return `step ${index + 1} has an unknown "${strange}"`
    if (step.body !== undefined && step.text !== undefined) return `step ${index + 1} has "body" and "text"`
  }
  return undefined
}
