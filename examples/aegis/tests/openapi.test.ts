import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { buildApp } from '../candidate/app.ts'
import { openWorld, type World } from './world.ts'

interface Operation {
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly security?: readonly object[]
  readonly parameters?: ReadonlyArray<{ readonly in: string, readonly name: string }>
  readonly requestBody?: unknown
  readonly responses?: Readonly<Record<string, unknown>>
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** What anybody may ask, signed in or not. */
const open = [
  'post /api/auth/register', 'post /api/auth/login', 'get /api/auth/discovery/{email}', 'post /api/auth/webauthn/login-options', 'post /api/auth/webauthn/login-verify',
  'get /api/public/{token}', 'get /api/public/{token}/content', 'head /api/public/{token}/content'
]
/** Nothing is sent to it, or bytes, which no schema describes. */
const bodiless = ['post /api/auth/logout', 'put /api/notes/{id}/content']

/** What a reader of the description would miss, operation by operation. */
function gaps ({ paths }: Description): readonly string[] {
  return Object.entries(paths).filter(([path]) => path.startsWith('/api/')).flatMap(([path, operations]) => Object.entries(operations).flatMap(([method, operation]) => {
    const name = `${method} ${path}`
    const told = Object.keys(operation.responses ?? {})
    const named = new Set((operation.parameters ?? []).filter(parameter => parameter.in === 'path').map(parameter => parameter.name))
    const missing = {
      summary: !operation.summary,
      tag: operation.tags?.length !== 1,
      'who may ask': (operation.security === undefined) !== open.includes(name),
      success: !told.some(status => status.startsWith('2')),
      errors: !told.includes('4XX'),
      body: ['post', 'put', 'patch'].includes(method) && operation.requestBody === undefined && !bodiless.includes(name),
      parameter: [...path.matchAll(/\{(\w+)\}/g)].some(([, parameter]) => !named.has(parameter!))
    }
    return Object.entries(missing).filter(([, is]) => is).map(([what]) => `${name}: ${what}`)
  }))
}

describe('the OpenAPI document', () => {
  let world: World
  let description: Description

  before(async () => {
    world = await openWorld()
    const services = await world.services()
    const app = await buildApp(services)
    await app.ready()
    description = app.swagger() as Description
    await app.close()
    await services.close()
  })
  after(async () => { await world?.close() })

  test('tells of each operation what it is for, who may ask, what it takes and what it answers', () => {
    assert.deepEqual(gaps(description), [])
    for (const resource of ['auth', 'notes', 'vault', 'folders', 'tasks', 'calendar', 'gpa', 'social', 'share', 'public', 'mentions', 'activity', 'audit']) {
      assert.ok(Object.keys(description.paths).some(path => path.startsWith(`/api/${resource}`)), resource)
    }
  })

  test('a gap is found', () => {
    assert.deepEqual(gaps({ paths: { '/api/diary/{id}': { put: {} } } }), ['summary', 'tag', 'who may ask', 'success', 'errors', 'body', 'parameter'].map(what => `put /api/diary/{id}: ${what}`))
  })
})
