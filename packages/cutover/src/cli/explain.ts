import type { Explanation } from '../config/control.ts'
import { fault } from '../errors.ts'
import { findSwitch, type SwitchOptions } from './find-switch.ts'
import type { AddCommand } from './command.ts'
import { voiceOf } from './surroundings.ts'

/** `cutover explain METHOD URL`: which backend would get a request now, and why. */
export const explainCommand: AddCommand = (program, surroundings) => {
  program.command('explain')
    .description('tell which backend a request would get now, and why, without sending it')
    .argument('<method>', 'GET, POST, …')
    .argument('<url>', 'a path such as /api/vehicles?page=2, or a whole URL')
    .option('-H, --header <name:value>', 'a header of the request; may be given again', (header: string, all: readonly string[]) => [...all, header], [] as readonly string[])
    .option('--admin <url>', 'the admin listener of a switch elsewhere; its token in CUTOVER_ADMIN_TOKEN')
    .addHelpText('after', `
Examples:
  cutover explain GET /api/vehicles
  cutover explain GET /api/vehicles -H "authorization: Bearer abc" -H "cookie: sid=1"`)
    .action(async (method: string, url: string, _options: unknown, command) => {
      const options = command.optsWithGlobals() as SwitchOptions & { header: readonly string[] }
      const voice = voiceOf(surroundings, options)
      const request = { method: method.toUpperCase(), url: pathOf(url), headers: headersOf(options.header) }
      const admin = await findSwitch(surroundings, options)
      const explanation = await admin.explain(request)
      const { colors } = voice
      const backend = explanation.backend === 'candidate' ? colors.cyan('candidate') : colors.yellow('legacy')
      voice.result(explanation, `${request.method} ${request.url} → ${colors.bold(backend)}\n${reasonFor(explanation)}`)
    })
}

/** Why, as a sentence. */
export function reasonFor ({ backend, reason, feature, bucket }: Explanation): string {
  switch (reason) {
    case 'unlisted': return 'No feature lists this route, so it stays on legacy.'
    case 'forced': return `Feature ${feature ?? '(none)'}: the request forces it by header.`
    case 'pinned': return `Feature ${feature}: this user is pinned to ${backend}.`
    case 'breaker': return `Feature ${feature}: its breaker is open after a burst of failures of the candidate.`
    case 'share': return `Feature ${feature}: ${bucket === undefined ? 'its share decides' : `bucket ${bucket} of 10000 is ${backend === 'candidate' ? 'below' : 'not below'} its share`}.`
  }
}

function pathOf (url: string): string {
  if (url.startsWith('/')) return url
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw fault('CUT_USAGE', `"${url}" is not a path that begins with / or an http URL.`)
  const { pathname, search } = new URL(url)
  return pathname + search
}

function headersOf (lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.map(line => {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(line)
    if (match === null) throw fault('CUT_USAGE', `"${line}" is not a header: write "name: value".`)
    return [match[1]!.toLowerCase(), match[2]!]
  }))
}
