import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { outdated, untried } from './ownership/attempts.ts'
import { faults } from './ownership/faults.ts'
import { allRoutes, hasParameter, type Route } from './ownership/routes.ts'
import { tryFace } from './ownership/trial.ts'
import { faceNames, openWorld, type World } from './world.ts'

describe('what is one user\'s', () => {
  let world: World
  let routes: readonly Route[]

  before(async () => {
    world = await openWorld()
    const services = await world.services()
    routes = await allRoutes(services)
    await services.close()
  })
  after(async () => { await world?.close() })

  for (const name of faceNames) {
    test(`does not exist for others on ${name}, on any method of any route`, async () => {
      const { estate, attempts } = await tryFace(world, name, routes)
      assert.deepEqual(untried(routes, estate), [], 'give these something that is somebody\'s, in ownership/belongings.ts')
      assert.deepEqual(outdated(routes, estate), [])
      assert.deepEqual(attempts.letIn, [])
      const shapes = new Set(estate.belongings.map(({ shape }) => shape))
      assert.deepEqual([...attempts.tried].sort(), routes.filter(route => hasParameter(route) && shapes.has(route.shape)).map(({ method, shape }) => `${method} ${shape}`).sort())
    })
  }

  test('a route or a field that somebody adds is missed, and one that is gone', () => {
    const tasks: Route = { method: 'PUT', shape: '/api/tasks/:', references: ['before'] }
    const vault: Route = { method: 'POST', shape: '/api/vault', references: ['folderId'] }
    const tried = { belongings: [{ shape: '/api/tasks/:' }], references: [{ name: 'POST /api/vault folderId' }] }
    assert.deepEqual([untried([tasks, vault], tried), outdated([tasks, vault], tried)], [[], []])
    const added: Route[] = [{ method: 'GET', shape: '/api/diary/:', references: [] }, { method: 'POST', shape: '/api/tasks/:', references: ['noteIds', 'before'] }, { method: 'GET', shape: '/files/*', references: [] }]
    assert.deepEqual(untried([tasks, vault, ...added], tried), ['GET /api/diary/:', 'GET /files/*', 'POST /api/tasks/: noteIds'])
    assert.deepEqual(outdated([tasks], tried), ['POST /api/vault folderId'])
    assert.deepEqual(outdated([vault], tried), ['/api/tasks/:'])
  })

  for (const fault of faults) {
    test(`is found to be open: ${fault.name}`, async () => {
      const { attempts } = await tryFace(world, 'candidate', routes, fault)
      assert.ok(attempts.letIn.some(({ asked }) => asked === fault.asked), JSON.stringify(attempts.letIn))
    })
  }
})
