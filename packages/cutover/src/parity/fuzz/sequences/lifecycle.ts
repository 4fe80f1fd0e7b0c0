import type { Scenario, Step } from '../../scenario/scenario.ts'
import { operationOf } from '../openapi/match.ts'
import type { Operation } from '../openapi/api.ts'
import type { Random } from '../random.ts'
import { stepOf, type Draft } from '../requests/draft.ts'
import type { Link, World } from '../world.ts'
import { jsonChanged } from './mutate.ts'
import { isSound } from './sound.ts'

/** What can be done with one kind of thing. */
export interface Resource {
  readonly link: Link
  /** Asks for one of them by id. */
  readonly items: readonly Operation[]
  /** Asks for all, or adds one. */
  readonly collection: readonly Operation[]
}

/** The kinds of things whose ids operations give and take. */
export function resourcesOf (world: World): Resource[] {
  const found = new Map<string, { link: Link, items: Operation[] }>()
  for (const operation of world.api.operations) {
    const last = operation.parameters.findLast(each => each.in === 'path')
    const link = last === undefined ? undefined : world.linkOf(operation, last.name)
    if (link === undefined) continue
    const entry = found.get(link.name) ?? { link, items: [] }
    entry.items.push(operation)
    found.set(link.name, entry)
  }
  return [...found.values()].map(({ link, items }) => ({ link, items, collection: world.api.operations.filter(each => each.path === link.producer.path) }))
}

/** The life of each kind of thing, from its making to beyond its end, repeated writes and other users' hands included. */
export function lifecycles (world: World, random: Random): Scenario[] {
  const scenarios: Scenario[] = []
  for (const resource of resourcesOf(world)) {
    const { link, items, collection } = resource
    const create = world.producing(link)
    const item = (method: string) => items.find(each => each.method === method)
    const step = (operation: Operation | undefined, about: string, more: Partial<Step> = {}): Step[] => {
      if (operation === undefined) return []
      const draft = world.bases(operation)[0] ?? world.draft(operation, random)
      const made = stepOf(draft, about)
      return [{ ...made, ...more, ...(more.headers !== undefined && { headers: { ...made.headers, ...more.headers } }) }]
    }
    const get = item('GET')
    const list = collection.find(each => each.method === 'GET')
    const update = item('PUT') ?? item('PATCH')
    const remove = item('DELETE')
    const tagged = get !== undefined && world.isTagged(get)
    const listTagged = list !== undefined && world.isTagged(list)
    const { capture: _, ...again } = create
    const life: Step[] = [
      ...step(list, 'before', listTagged ? { capture: { listTag: 'header:etag' } } : {}),
      create,
      ...step(get, 'as made', tagged ? { capture: { tag: 'header:etag' } } : {}),
      ...tagged ? step(get, 'unchanged', { headers: { 'if-none-match': '${' + 'tag}' } }) : [],
      ...listTagged ? step(list, 'changed since', { headers: { 'if-none-match': '${' + 'listTag}' } }) : [],
      { ...again, about: 'made twice' },
      ...step(update, 'changed'),
      ...step(get, 'after the change', tagged ? { headers: { 'if-none-match': '${' + 'tag}' } } : {}),
      ...step(update, 'changed in the same way'),
      ...step(list, 'all'),
      ...step(remove, 'removed'),
      ...step(get, 'after its end'),
      ...step(update, 'changed after its end'),
      ...step(remove, 'removed twice'),
      ...step(list, 'all that is left'),
      { ...again, about: 'made again' }
    ]
    const before = world.preamble([world.bases(link.producer)[0]!])
    const add = (name: string, steps: readonly Step[]) => scenarios.push({ name: `${link.name} ${name}`, ...(world.values !== undefined && { let: world.values }), steps: [...before, ...steps] })
    add('from its making to its end', life)
    add('at once', [{ ...again, times: 3, about: 'made three times at once' }, ...step(list, 'all')])
    add('written at once', [create, ...step(update, 'changed at once', { times: 3 }), ...step(get, 'after it'), ...step(remove, 'removed at once', { times: 2 })])
    const others = otherUser(world)
    if (others !== undefined) {
      const foreign = (operation: Operation | undefined, about: string) => step(operation, about).map(each => others.as(each))
      add('in other hands', [create, others.signIn, ...foreign(get, 'of another user'), ...foreign(update, 'of another user'), ...foreign(remove, 'of another user'), ...foreign(list, "another user's"), others.as({ ...again, about: 'the same for another user' }), ...step(get, 'still there')])
    }
  }
  return scenarios.filter(isSound)
}

/** Signs another user in: where the sign-in of scenarios is known with a second body that was taken. */
function otherUser (world: World): { signIn: Step, as: (step: Step) => Step } | undefined {
  const own = world.signIn.find(step => step.capture !== undefined)
  if (own === undefined) return undefined
  const [method = '', target = ''] = own.request.split(' ', 2)
  const operation = operationOf(world.api, method, target.split('?', 1)[0]!)
  const other = operation === undefined ? undefined : world.bases(operation).find(draft => isOther(draft, own))
  if (other === undefined) return undefined
  const names = Object.keys(own.capture!)
  const capture = Object.fromEntries(names.map(name => [`other-${name}`, own.capture![name]!]))
  const renamed = (text: string) => names.reduce((sum, name) => sum.replaceAll(`\${${name}}`, `\${other-${name}}`), text)
  return {
    signIn: { ...stepOf(other, 'another user'), capture },
    as: step => ({ ...step, headers: Object.fromEntries(Object.entries(step.headers ?? {}).map(([name, value]) => [name, typeof value === 'string' ? renamed(value) : value.map(renamed)])) })
  }
}

/** Whether a body is of another user than the sign-in's: each of its texts is another one. */
function isOther ({ body }: Draft, own: Step): boolean {
  if (body === undefined || !('json' in body) || typeof body.json !== 'object' || body.json === null || typeof own.json !== 'object' || own.json === null) return false
  const mine = own.json as Record<string, unknown>
  return Object.entries(body.json).some(([name, value]) => typeof value === 'string' && /mail|user|login|name|id|key/i.test(name) && typeof mine[name] === 'string' && value.toLowerCase() !== mine[name].toLowerCase())
}

/** A few operations on one thing in any order, with values changed here and there. */
export function walk (world: World, resources: readonly Resource[], random: Random): Scenario | undefined {
  if (resources.length === 0) return undefined
  const { link, items, collection } = random.pick(resources)
  const steps: Step[] = [world.producing(link)]
  for (let left = random.integer(2, 8); left > 0; left--) {
    const operation = random.pick([...items, ...items, ...collection])
    const known = world.bases(operation)
    const draft = known.length > 0 && random.chance(0.7) ? random.pick(known) : world.draft(operation, random)
    const step = stepOf(draft)
    steps.push(step.json !== undefined && random.chance(0.5) ? { ...step, json: jsonChanged(step.json, random) } : step)
  }
  const scenario = { name: `${link.name} at random`, ...(world.values !== undefined && { let: world.values }), steps: [...world.preamble([world.bases(link.producer)[0]!]), ...steps] }
  return isSound(scenario) ? scenario : undefined
}
