import type { Operation, Parameter } from '../openapi/api.ts'
import type { Schema } from '../openapi/schema.ts'
import type { Random } from '../random.ts'
import { boundaryValues } from '../values/boundary.ts'
import { hostileTexts, invalidValues, rawBodies } from '../values/invalid.ts'
import type { Sample } from '../values/sample.ts'
import { partFaults } from '../values/parts.ts'
import { validValue } from '../values/valid.ts'
import { asText, encoded, type Draft } from './draft.ts'
import type { Probe } from './probe.ts'
import { credentialProbes, headerProbes, targetProbes } from './variants.ts'

const depthLimit = 4

/**
 * All single faults of a request that is taken: each bound, wrong type and hostile value of each parameter and each
 * member of its body, then those of the request as a whole. Always the same ones for the same seed.
 * @param bases requests that are taken, used in turn where the fault should be taken too; not empty
 */
export function probesOf (operation: Operation, bases: readonly Draft[], random: Random, credentials: Readonly<Record<string, string>>): Probe[] {
  const base = bases[0]!
  const probes: Probe[] = bases.map(draft => ({ draft, label: 'as it is', fits: true, tier: 0 }))
  for (const parameter of operation.parameters) probes.push(...parameterProbes(parameter, base, random))
  const content = operation.body?.contents[0]
  if (content !== undefined && base.body !== undefined && 'json' in base.body) {
    const bodies = bases.map(draft => draft.body !== undefined && 'json' in draft.body ? draft.body.json : {})
    probes.push(...bodyProbes(content.schema, bodies, random).map(({ json, ...probe }, index): Probe => ({ ...probe, draft: { ...bases[index % bases.length]!, body: { json } } })))
    for (const { label, ...raw } of rawBodies(bodies[0])) {
      const body = raw.text !== undefined ? { text: raw.text } : { base64: raw.base64! }
      probes.push({ draft: { ...base, headers: { ...base.headers, 'content-type': 'application/json' }, body }, label: `body ${label}`, fits: false, tier: 0 })
    }
  } else if (base.body !== undefined && 'form' in base.body) {
    for (const [name, value] of Object.entries(base.body.form)) {
      for (const { value: other, label } of [...hostileTexts, { value: '', label: 'empty' }, { value: value + value, label: 'twice as long' }]) {
        probes.push({ draft: { ...base, body: { form: { ...base.body.form, [name]: other } } }, label: `body:/${name} ${label}`, fits: false, tier: 0 })
      }
    }
  }
  if (base.body !== undefined && 'multipart' in base.body) {
    for (const { label, parts } of partFaults(base.body.multipart)) probes.push({ draft: { ...base, body: { multipart: parts } }, label: `body ${label}`, fits: false, tier: 0 })
    for (const text of ['', '--', '--cutover\r\n', '--cutover\r\ncontent-disposition: form-data; name="a"\r\n\r\nb', '--cutover\r\n\r\nb\r\n--cutover--\r\n']) {
      probes.push({ draft: { ...base, headers: { ...base.headers, 'content-type': 'multipart/form-data; boundary=cutover' }, body: { text } }, label: `body broken multipart ${JSON.stringify(text.slice(0, 20))}`, fits: false, tier: 0 })
    }
  }
  if (operation.secured) probes.push(...credentialProbes(base, credentials))
  probes.push(...headerProbes(base), ...targetProbes(base))
  return probes
}

/** Values at the bounds, of wrong types and hostile ones for a schema. */
function samplesOf (schema: Schema, random: Random, base: unknown): Sample[] {
  const samples = [...invalidValues(schema), ...boundaryValues(schema, random, base), ...(schema.alternatives ?? []).flatMap(each => boundaryValues(each, random))]
  const takesText = schema.types.length === 0 || schema.types.includes('string')
  return takesText && schema.values === undefined ? [...samples, ...hostileTexts] : samples
}

function tierOf (label: string): 0 | 1 {
  return /^(character|text|SQL|path|template|markup|like|odd|quotes|percent|placeholder)/.test(label) ? 1 : 0
}

function parameterProbes (parameter: Parameter, base: Draft, random: Random): Probe[] {
  const { name, schema } = parameter
  const at = `${parameter.in}:${name}`
  const given = parameter.in === 'path' ? base.path[name] : base.query.find(([each]) => each === name)?.[1]
  const samples = samplesOf(schema, random, given === undefined || given.includes('${') ? undefined : decodeURIComponent(given))
    .filter(({ value }) => typeof value !== 'object')
  const probes = samples.flatMap(({ value, label, fits }): Probe[] => {
    const text = asText(value)
    const probe = (draft: Draft): Probe => ({ draft, label: `${at} ${label}`, fits, tier: tierOf(label) })
    switch (parameter.in) {
      case 'path': return [probe({ ...base, path: { ...base.path, [name]: encoded(text) } })]
      case 'query': return [probe({ ...base, query: [...base.query.filter(([each]) => each !== name), [encoded(name), encoded(text)]] })]
      // Most other characters cannot be sent in a header.
      case 'header': return /^[\x20-\x7e]*$/.test(text) ? [probe({ ...base, headers: { ...base.headers, [name]: text } })] : []
      default: return /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(text) ? [probe({ ...base, headers: { ...base.headers, cookie: `${name}=${text}` } })] : []
    }
  })
  if (parameter.in === 'query') {
    const others = base.query.filter(([each]) => each !== name)
    const value = given ?? encoded(asText(validValue(schema, random)))
    const add = (label: string, query: Draft['query'], fits: boolean) => probes.push({ draft: { ...base, query }, label: `${at} ${label}`, fits, tier: 0 })
    add('given', [...others, [name, value]], true)
    add('missing', others, !parameter.required)
    add('given twice', [...others, [name, value], [name, value]], false)
    add('as a list', [...others, [`${name}[]`, value]], false)
    add('as an object', [...others, [`${name}[a]`, value]], false)
    add('in upper case', [...others, [name.toUpperCase(), value]], true)
  }
  return probes
}

interface BodyProbe extends Omit<Probe, 'draft'> {
  readonly json: unknown
}

function bodyProbes (schema: Schema, bodies: readonly unknown[], random: Random, path: readonly string[] = []): BodyProbe[] {
  const probes: BodyProbe[] = []
  const at = `body:/${path.join('/')}`
  const objectSchema = schema.properties === undefined ? schema.alternatives?.find(each => each.properties !== undefined) ?? schema : schema
  let turn = 0
  // Which of the bodies a probe ends up on follows from its place in the list.
  const add = (label: string, fits: boolean, change: (body: unknown) => unknown) => probes.push({ label, fits, tier: tierOf(label.slice(label.indexOf(' ') + 1)), json: change(bodies[turn++ % bodies.length]) })
  const required = new Set(objectSchema.required)
  for (const [name, member] of Object.entries(objectSchema.properties ?? {})) {
    const place = [...path, name]
    const label = `body:/${place.join('/')}`
    const current = valueAt(bodies[0], place)
    add(`${label} missing`, !required.has(name), body => changed(body, place, undefined))
    for (const sample of samplesOf(member, random, current)) add(`${label} ${sample.label}`, sample.fits, body => changed(body, place, sample.value))
    if (place.length < depthLimit && (member.properties !== undefined || member.items?.properties !== undefined)) {
      const filled = bodies.map(body => valueAt(body, place) === undefined ? changed(body, place, validValue(member, random)) : body)
      if (member.properties !== undefined) for (const probe of bodyProbes(member, filled, random, place)) add(probe.label, probe.fits, () => probe.json)
    }
  }
  add(`${at} extra member`, objectSchema.open !== false, body => changed(body, [...path, 'unexpected'], 'extra'))
  add(`${at} two extra members`, objectSchema.open !== false, body => changed(changed(body, [...path, 'zebra'], 1), [...path, 'apple'], null))
  add(`${at} no members`, required.size === 0, body => path.length === 0 ? {} : changed(body, path, {}))
  const [first] = Object.keys(objectSchema.properties ?? {})
  if (first !== undefined) add(`${at} name in other case`, false, body => changed(changed(body, [...path, first], undefined), [...path, first.toUpperCase()], valueAt(body, [...path, first]) ?? 'x'))
  add(`${at} every member wrong`, false, body => Object.keys(objectSchema.properties ?? {}).reduce((sum, name) => changed(sum, [...path, name], { wrong: true }), body))
  add(`${at} every member null`, false, body => Object.keys(objectSchema.properties ?? {}).reduce((sum, name) => changed(sum, [...path, name], null), body))
  return probes
}

export function valueAt (value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((parent, name) => typeof parent === 'object' && parent !== null && Object.hasOwn(parent, name) ? (parent as Record<string, unknown>)[name] : undefined, value)
}

/** A copy with another value at a place; without it when that is undefined. */
export function changed (value: unknown, [name, ...rest]: readonly string[], to: unknown): unknown {
  if (name === undefined) return to
  if (Array.isArray(value)) return value.with(Number(name), changed(value[Number(name)], rest, to))
  const object = typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
  const inner = rest.length === 0 ? to : changed(Object.hasOwn(object, name) ? object[name] : undefined, rest, to)
  const members = Object.entries(object).filter(([each]) => each !== name || inner !== undefined).map(([each, old]): [string, unknown] => each === name ? [name, inner] : [each, old])
  if (inner !== undefined && !Object.hasOwn(object, name)) members.push([name, inner])
  return Object.fromEntries(members)
}
