import { LineCounter, parseDocument, type Document } from 'yaml'
import { fault } from '../../errors.ts'
import { problemsOf, type ScenarioProblem } from './check.ts'
import type { Scenario } from './scenario.ts'

/** Gives a scenario in a TypeScript or JavaScript module its types; returns what it is given. */
export function defineScenario (scenario: Scenario): Scenario {
  return scenario
}

/**
 * Reads a scenario from YAML or JSON text.
 * @param file where it came from, for messages
 * @throws CUT_SCENARIO_INVALID with file, line, what is wrong and what to do
 */
export function parseScenario (text: string, file: string): Scenario {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, maxAliasCount: 1000 } as object)
  if (document.errors.length > 0) {
    throw invalid(file, document.errors.map(error => `  line ${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]!}`))
  }
  let input: unknown
  try {
    input = document.toJS({ maxAliasCount: 1000 })
  } catch (error) {
    throw invalid(file, [`  ${error instanceof Error ? error.message : String(error)}`])
  }
  const problems = problemsOf(input)
  if (problems.length > 0) throw invalid(file, problems.map(problem => `  line ${lineOf(document, lines, problem)}: ${problem.text}`))
  return withoutSchema(input as Scenario)
}

/**
 * Checks a scenario that a module gave.
 * @throws CUT_SCENARIO_INVALID
 */
export function checkedScenario (input: unknown, file: string): Scenario {
  const problems = problemsOf(input)
  if (problems.length > 0) throw invalid(file, problems.map(({ text }) => `  ${text}`))
  return withoutSchema(input as Scenario)
}

function withoutSchema (input: Scenario & { readonly $schema?: string }): Scenario {
  const { $schema: _, ...scenario } = input
  return scenario
}

function invalid (file: string, lines: readonly string[]): Error {
  return fault('CUT_SCENARIO_INVALID', file, lines.join('\n'))
}

/** The line of the nearest thing that is there. */
function lineOf (document: Document, lines: LineCounter, { path }: ScenarioProblem): number {
  for (let length = path.length; length > 0; length--) {
    const steps = path.slice(0, length).map(key => /^\d+$/.test(String(key)) ? Number(key) : key)
    const node = document.getIn(steps, true) as { range?: [number, number, number] | null } | undefined
    if (node?.range != null) return lines.linePos(node.range[0]).line
  }
  return 1
}
