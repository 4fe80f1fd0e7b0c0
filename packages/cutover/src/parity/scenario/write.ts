import { Document, isCollection, isMap, isScalar, Scalar, visit, type Node, type YAMLMap } from 'yaml'
import type { Scenario } from './scenario.ts'

const order = ['name', 'about', 'given', 'let', 'steps']
const stepOrder = ['about', 'request', 'endpoint', 'times', 'together', 'derive', 'headers', 'json', 'form', 'text', 'base64', 'multipart', 'capture', 'expect']
const flowUpTo = 110

/**
 * Writes a scenario as YAML for people: {@link parseScenario} reads the same one back.
 * @param comment lines put above it
 */
export function writeScenario (scenario: Scenario, comment?: string): string {
  const ordered = { ...sorted(scenario, order), steps: scenario.steps.map(step => sorted(step, stepOrder)) }
  const document = new Document(ordered, { aliasDuplicateObjects: false })
  visit(document, {
    Scalar (_, node) {
      // Control characters and line ends survive only in double quotes.
      // eslint-disable-next-line no-control-regex
      if (typeof node.value === 'string' && /[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff]|^\s|\s$/.test(node.value)) node.type = Scalar.QUOTE_DOUBLE
    }
  })
  const root = document.contents as unknown as YAMLMap
  for (const key of ['given', 'let']) inFlow(root.get(key, true))
  const steps = root.get('steps', true) as unknown as { items: YAMLMap[] }
  for (const step of steps.items) {
    for (const { key, value } of step.items) if (!isScalar(key) || key.value !== 'about') inFlow(value)
    step.spaceBefore = step !== steps.items[0]
  }
  if (comment !== undefined) document.commentBefore = comment.split('\n').map(line => ` ${line}`).join('\n')
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

/** Small maps and lists on one line; in larger ones, their members if these are small. */
function inFlow (node: unknown): void {
  if (!isCollection(node)) return
  if (JSON.stringify((node as Node).toJSON?.() ?? node).length <= flowUpTo) {
    node.flow = true
    return
  }
  for (const item of node.items) inFlow(isMap(node) ? (item as { value?: unknown }).value : item)
}

function sorted<T extends object> (value: T, keys: readonly string[]): T {
  return Object.fromEntries(keys.flatMap(key => {
    const inner = (value as Record<string, unknown>)[key]
    return inner === undefined ? [] : [[key, inner]]
  })) as T
}
