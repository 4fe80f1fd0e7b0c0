import { compared, newId, ownerless, pathOf, queries, type Belonging, type Estate, type Reference } from './belongings.ts'
import type { Answer, Person } from './people.ts'
import { hasParameter, type Route } from './routes.ts'

/** Every method that a stranger may think of; those without a route must answer alike, too. */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Something was let in: what was asked by whom, and how its answer gives that away. */
export interface LetIn {
  readonly asked: string
  readonly by: string
  readonly answered: string
}

export interface Attempts {
  /** `PUT /api/tasks/:`, each once however many strangers tried it. */
  readonly tried: ReadonlySet<string>
  /** `POST /api/vault folderId` */
  readonly referencesTried: ReadonlySet<string>
  readonly letIn: readonly LetIn[]
}

/** What is tried, as far as it can be missing. */
export interface Tried {
  readonly belongings: ReadonlyArray<Pick<Belonging, 'shape'>>
  readonly references: ReadonlyArray<Pick<Reference, 'name'>>
}

/** Routes with a parameter, and fields with an id, that nobody would try: a new one must be given something that is somebody's. */
export function untried (routes: readonly Route[], { belongings, references }: Tried): readonly string[] {
  const shapes = new Set(belongings.map(({ shape }) => shape))
  const names = new Set(references.map(({ name }) => name))
  const paths = routes.filter(route => hasParameter(route) && !shapes.has(route.shape) && ownerless[route.shape] === undefined).map(({ method, shape }) => `${method} ${shape}`)
  const fields = routes.flatMap(({ method, shape, references }) => references.filter(field => compared[field] === undefined).map(field => `${method} ${shape} ${field}`)).filter(name => !names.has(name) && !name.startsWith('HEAD '))
  return [...paths, ...fields]
}

/** What is tried and has no route any more: it would count for nothing. */
export function outdated (routes: readonly Route[], { belongings, references }: Tried): readonly string[] {
  const known = new Set(routes.flatMap(({ method, shape, references }) => [shape, ...references.map(field => `${method} ${shape} ${field}`)]))
  return [...belongings.map(({ shape }) => shape), ...references.map(({ name }) => name)].filter(name => !known.has(name))
}

/**
 * Every stranger tries every method on everything, with the real id and with one that nobody has: both answer alike, with 404.
 * @param strangers who tries; what is theirs they pass over
 */
export async function tryAll (routes: readonly Route[], { outsider, belongings, references }: Estate, strangers: readonly Person[]): Promise<Attempts> {
  const tried = new Set<string>()
  const letIn: LetIn[] = []
  const before = await Promise.all(belongings.map(seen))
  for (const belonging of belongings) {
    for (const method of methods) {
      const routed = routes.some(route => route.method === method && route.shape === belonging.shape)
      await Promise.all(strangers.filter(person => !belonging.owners.includes(person)).map(async stranger => {
        const answered = await tryOne(method, routed, belonging, stranger)
        if (answered !== undefined) letIn.push({ asked: `${method} ${belonging.shape}`, by: stranger.name, answered })
      }))
      if (routed) tried.add(`${method} ${belonging.shape}`)
    }
  }
  for (const { shape } of routes.filter(({ method, shape }) => method === 'GET' && shape.startsWith('/api/') && !hasParameter({ shape }))) {
    const listed = await tryList(shape, outsider, belongings)
    if (listed !== undefined) letIn.push({ asked: `GET ${shape}`, by: outsider.name, answered: listed })
  }
  const referencesTried = new Set<string>()
  for (const reference of references) {
    const answered = await tryReference(reference)
    if (answered !== undefined) letIn.push({ asked: reference.name, by: reference.by.name, answered })
    referencesTried.add(reference.name)
  }
  const after = await Promise.all(belongings.map(seen))
  belongings.forEach(({ shape, owners }, index) => {
    if (after[index] !== before[index]) letIn.push({ asked: shape, by: 'somebody', answered: `${owners[0]?.name ?? 'nobody'} had ${before[index]} and has ${after[index]}` })
  })
  return { tried, referencesTried, letIn }
}

async function tryOne (method: string, routed: boolean, { shape, id, sent, unknown }: Belonging, stranger: Person): Promise<string | undefined> {
  const nobodys = unknown()
  const [real, wanted] = await Promise.all([id, nobodys].map(async each => {
    const answer = await stranger.send(method, pathOf(shape, each), sent[method])
    // The answer for a path without a route repeats it, and a HEAD shows of that only its tag.
    return without(answer, each, routed ? [] : ['etag'])
  })) as [Answer, Answer]
  return differenceOf(real, wanted) ?? (real.status === 404 ? undefined : describe(real))
}

/** A list shows nothing to somebody whom nobody has given anything. */
async function tryList (shape: string, outsider: Person, belongings: readonly Belonging[]): Promise<string | undefined> {
  const { status, body } = await outsider.send('GET', shape + (queries[shape] ?? ''))
  if (status >= 400) return `${status} ${body}, which shows nothing to anybody`
  const shown = belongings.filter(({ id }) => body.includes(id)).map(({ shape }) => shape)
  return shown.length === 0 ? undefined : `what is another's at ${shown.join(', ')}`
}

async function tryReference ({ by, id, request }: Reference): Promise<string | undefined> {
  const [real, wanted] = await Promise.all([id, newId()].map(async each => {
    const { status, headers, body } = without(await by.send(...request(each)), each, ['etag'])
    // Where both are taken, as for a request to connect, each gets an id and a time of its own.
    const alike = (text: string): string => text.replace(/[0-9a-f]{24}/g, 'NEW').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'NOW')
    return { status, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, alike(value)])), body: alike(body) }
  })) as [Answer, Answer]
  return differenceOf(real, wanted)
}

async function seen ({ owners: [owner], seenAt }: Belonging): Promise<string> {
  return owner === undefined ? '' : describe(await owner.send('GET', seenAt))
}

/** An answer without the id that was asked for, which may be repeated, and without some headers. */
function without ({ status, headers, body }: Answer, id: string, names: readonly string[]): Answer {
  const kept = Object.entries(headers).filter(([name]) => !names.includes(name))
  return { status, headers: Object.fromEntries(kept.map(([name, value]) => [name, value.replaceAll(id, 'ID')])), body: body.replaceAll(id, 'ID') }
}

function differenceOf (real: Answer, wanted: Answer): string | undefined {
  const names = [...new Set([...Object.keys(real.headers), ...Object.keys(wanted.headers)])].filter(name => real.headers[name] !== wanted.headers[name])
  if (real.status === wanted.status && real.body === wanted.body && names.length === 0) return undefined
  const shown = (answer: Answer): string => [describe(answer), ...names.map(name => `${name}: ${answer.headers[name] ?? 'none'}`)].join('; ')
  return `${shown(real)}, where an id that nobody has answers ${shown(wanted)}`
}

function describe ({ status, body }: Answer): string {
  return `${status} ${body}`
}
