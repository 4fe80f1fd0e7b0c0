import { formatShare } from '../../config/units.ts'
import { lastingText } from '../dossier/figures.ts'
import { code, codeBlock, markdownTable, plain } from '../dossier/markdown-text.ts'
import type { Progress } from '../dossier/dossier.ts'
import { counted } from '../visible.ts'
import type { Plan, Prerequisite } from './plan.ts'

/** The parts of the page that are written anew; all else in it is its owner's. */
export type PlanBlock = 'plan' | 'progress'

/** A page with the plan. */
export function planMarkdown (plan: Plan): string {
  return [
    `# Moving ${plain(plan.project)}`,
    'From legacy to the candidate, one feature at a time. What stands between the marks is brought up to date by `npx cutover plan`, the progress by `npx cutover status` too; write what you like outside of them.',
    '## Progress',
    block('progress', progressTable(plan.features)),
    block('plan', planText(plan))
  ].join('\n\n') + '\n'
}

/** How far every feature is. */
export function progressTable (features: ReadonlyArray<{ readonly feature: string, readonly risk: string, readonly progress: Progress }>): string {
  return markdownTable(['feature', 'risk', 'implemented', 'parity', 'bench', 'share', 'retired'], features.map(({ feature, risk, progress }) =>
    [`**${plain(feature)}**`, risk, ...[progress.implemented, progress.parity, progress.bench, progress.share, progress.retired].map(({ text }) => plain(text))]))
}

function block (name: PlanBlock, text: string): string {
  return `${begin(name)}\n\n${text}\n\n${end(name)}`
}

const begin = (name: PlanBlock): string => `<!-- cutover:${name} -->`
const end = (name: PlanBlock): string => `<!-- /cutover:${name} -->`

/**
 * A page with one of its marked parts written anew.
 * @returns undefined where the page does not have that part
 */
export function withBlock (page: string, name: PlanBlock, text: string): string | undefined {
  const from = page.indexOf(begin(name))
  const to = from < 0 ? -1 : page.indexOf(end(name), from)
  return to < 0 ? undefined : page.slice(0, from) + block(name, text) + page.slice(to + end(name).length)
}

/** The parts of the plan that are not its progress. */
export function planText ({ backends, prerequisites, gates, stages, holdMs, minimumRequests, features, rollback, retireAfterMs }: Plan): string {
  return [
    '## Order',
    markdownTable(['', 'feature', 'risk', 'why', 'routes', 'variable'], features.map(({ place, feature, risk, reason, routes, env }) => [place, `**${plain(feature)}**`, risk, plain(reason), routes.map(code).join(', '), env === undefined ? '' : code(env)])),
    'Low risk first: what goes wrong there costs least and teaches most.',
    '## Before anything moves',
    checks(prerequisites),
    '## Stages and gates',
    `Each feature goes through ${stages.map(formatShare).join(', ')}. A stage is held for ${lastingText(holdMs)} and ${counted(minimumRequests, 'request')} of the candidate at least, and the next begins when every gate passes:`,
    gates.length === 0 ? 'No gate is configured: see `rollout.gates`.' : gates.map(line => `- ${plain(line)}`).join('\n'),
    'A gate that fails takes the feature back to legacy at once, without anybody. A gate without data holds.',
    ...features.flatMap(({ place, feature, prerequisites, start, rollback, routes }) => [
      `## ${place}. ${plain(feature)}`,
      checks(prerequisites),
      codeBlock(`${start}\n${rollback}`),
      `When legacy has been quiet for ${lastingText(retireAfterMs)}: \`npx cutover retire ${feature}\` says what can be deleted (${counted(routes.length, 'route')} of legacy).`
    ]),
    '## Rolling back',
    ...rollback.map(({ text, command }) => `${plain(text)}${command === undefined ? '' : `:\n\n${codeBlock(command)}`}`),
    `Legacy: ${plain(backends.legacy)}. Candidate: ${plain(backends.candidate)}.`
  ].join('\n\n')
}

function checks (list: readonly Prerequisite[]): string {
  return list.map(({ text, done, command }) => `- [${done === true ? 'x' : ' '}] ${plain(text)}${done === null ? ' (not known)' : ''}${done !== true && command !== undefined ? `: ${code(command)}` : ''}`).join('\n')
}
