import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rowNames, rowTable, type Area, type RowName } from '../src/index.ts'
import { bodyFixtures } from '../test/rows/body.ts'
import { connectionFixtures } from '../test/rows/connection.ts'
import { errorFixtures } from '../test/rows/errors.ts'
import { replyFixtures } from '../test/rows/reply.ts'
import { requestFixtures } from '../test/rows/request.ts'
import { responseFixtures } from '../test/rows/response.ts'
import { routingFixtures } from '../test/rows/routing.ts'

const suites: Readonly<Record<string, object>> = {
  routing: routingFixtures,
  body: bodyFixtures,
  response: responseFixtures,
  errors: errorFixtures,
  connection: connectionFixtures,
  request: requestFixtures,
  reply: replyFixtures
}

const titles: Readonly<Record<Area, string>> = {
  routing: 'Routing',
  'request body': 'Request bodies',
  'query and params': 'Query, parameters and input',
  response: 'Answers',
  errors: 'Errors and 404',
  connection: 'Connections',
  request: 'What a handler reads: `request`',
  reply: 'What a handler calls: `reply`'
}

const preamble = `# Differences between Express and Fastify

Generated from the option table of \`fastify-express-compat\`; do not edit. Every row is one option:

    const options = { express: 5, etag: false }
    const app = fastify(expressOptions(options))
    await app.register(expressCompat, options)

- **default**: the versions of Express for which the row is on.
- **F**: works through a constructor option, which \`expressOptions()\` returns. The plugin refuses to register when it is missing and can be seen to be (EXC_FACTORY).
- **R**: can be turned off for one route with \`config: { expressCompat: { row: false } }\`.
- **test**: the small application and the requests that are sent to the real Express 4, Express 5 and Fastify; with the row on the answers are the same bytes, with the row off they are not.
`

const settings = `## Settings that are no rows

| setting | what it says | default |
|---|---|---|
| \`express\` | the version to answer as; without it only rows that are named are on | none |
| \`bodies\` | the parsers that were mounted: \`json\`, \`urlencoded\`, \`text\`, \`raw\`, each \`true\` or its options | \`{ json: true }\` |
| \`trust\` | the setting \`trust proxy\`; give it here, not to Fastify | \`false\` |
| \`cookieSecret\` | the secret of cookie-parser | none |
| \`env\` | the setting \`env\`: error pages show stacks unless it is \`production\` | \`NODE_ENV\` |
| \`query\` | the setting \`query parser\`: \`simple\` or \`extended\` | 4 \`extended\`, 5 \`simple\` |
| \`subdomainOffset\` | the setting \`subdomain offset\` | 2 |

## Left as they are

- Express 4 leaves a rejected promise to the process, which ends by default, and the client without an answer. Here it is an error like any other.
- A handler that calls \`next('route')\`, \`res.render\` and mounted applications have no counterpart: write them as hooks, plugins and a view plugin.
- \`request.url\` stays the whole URL under a prefix, where \`req.url\` loses the mount path; \`request.path\` and \`request.baseUrl\` are as in Express.
- \`app.expressStatic\` answers 404 for a file that is not there; it does not fall through to a later route of the same path.
- \`GET http://host/\\\` (an absolute target whose path is one backslash) reaches the root in Express 5 and is a 404 here. The fuzzer finds it under some seeds, not under the one of \`prove\`.
- A handler cannot set a header that is named like a member of \`Object.prototype\`, such as \`constructor\`: Fastify keeps headers in a plain object.
- HTTP/2 answers are left to Fastify.
`

/** The text of docs/reference/express-differences.md. */
export function referencePage (): string {
  const areas = [...new Set(rowNames.map(row => rowTable[row].area))]
  const sections = areas.map(area => {
    const rows = rowNames.filter(row => rowTable[row].area === area)
    return [`## ${titles[area]}`, '', '| option | Express | Fastify | default | | test |', '|---|---|---|---|---|---|', ...rows.map(describe), ''].join('\n')
  })
  return [preamble, ...sections, settings].join('\n')
}

function describe (row: RowName): string {
  const { express, fastify, majors, factory, route } = rowTable[row]
  const marks = [factory ? 'F' : '', route ? 'R' : ''].filter(mark => mark !== '').join(' ')
  const cells = [`\`${row}\``, express, fastify, majors.join(', '), marks, `[${suiteOf(row)}](../../packages/fastify-express-compat/test/rows/${suiteOf(row)}.ts)`]
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function suiteOf (row: RowName): string {
  const name = Object.keys(suites).find(suite => row in (suites[suite] as object))
  if (name === undefined) throw new Error(`the row ${row} has no test`)
  return name
}

/** Where the page is kept. */
export const referencePath = join(import.meta.dirname, '../../../docs/reference/express-differences.md')

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(referencePath, referencePage())
