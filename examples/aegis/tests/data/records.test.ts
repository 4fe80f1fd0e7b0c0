import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startMongo, type EmbeddedMongo } from '@cutover-examples/runtime/mongodb'
import mongoose, { Types, type Connection } from 'mongoose'
import { createCalendarRepository, prepareCalendar } from '../../data/calendar-repository.ts'
import { createFolderRepository, prepareFolders } from '../../data/folder-repository.ts'
import { createCourseRepository, prepareCourses } from '../../data/gpa-repository.ts'
import { createTaskRepository, prepareTasks } from '../../data/task-repository.ts'
import { createVaultRepository, prepareVault } from '../../data/vault-repository.ts'
import type { OwnedStore } from '../../domain/owned-records.ts'

const newId = () => new Types.ObjectId().toHexString()
const day = (number: number) => new Date(Date.UTC(2026, 0, 1 + number)).toISOString()

describe('records of one owner, in the database', () => {
  let database: EmbeddedMongo | undefined
  let connection: Connection
  const now = () => new Date(Date.UTC(2026, 0, 1))

  before(async () => {
    database = process.env['MONGODB_URI'] === undefined ? await startMongo('aegis') : undefined
    connection = await mongoose.createConnection(process.env['MONGODB_URI'] ?? database!.url, { dbName: `records_${newId()}` }).asPromise()
    for (const prepare of [prepareCalendar, prepareFolders, prepareCourses, prepareTasks, prepareVault]) await prepare(connection)
  })
  after(async () => {
    if (database === undefined) await connection?.dropDatabase()
    await connection?.close()
    await database?.stop()
  })

  const kinds: ReadonlyArray<{ name: string, open: () => OwnedStore<object>, fields: object, changes: object }> = [
    {
      name: 'tasks',
      open: () => createTaskRepository(connection, { now }) as OwnedStore<object>,
      fields: { encryptedText: 'YQ==', dueAt: day(1), priority: 'high', order: -1.5, completedAt: null },
      changes: { dueAt: null, completedAt: day(2) }
    },
    {
      name: 'vault items',
      open: () => createVaultRepository(connection, { now }) as OwnedStore<object>,
      fields: { kind: 'login', encryptedTitle: 'YQ==', encryptedData: 'Yg==', favourite: false, folderId: newId() },
      changes: { favourite: true, folderId: null }
    },
    {
      name: 'folders',
      open: () => createFolderRepository(connection, { now }) as OwnedStore<object>,
      fields: { encryptedName: 'YQ==', parentId: null },
      changes: { parentId: newId() }
    },
    {
      name: 'calendar events',
      open: () => createCalendarRepository(connection, { now }) as OwnedStore<object>,
      fields: { encryptedTitle: 'YQ==', encryptedData: null, startsAt: day(1), endsAt: day(2), encryptedRecurrence: 'Yg==' },
      changes: { endsAt: day(3), encryptedRecurrence: null }
    },
    {
      name: 'courses',
      open: () => createCourseRepository(connection, { now }) as OwnedStore<object>,
      fields: { encryptedName: 'YQ==', semester: 1, encryptedSemester: null, credits: 2.5, gradePoints: null },
      changes: { gradePoints: 3.33, encryptedSemester: 'Yg==' }
    }
  ]

  for (const { name, open, fields, changes } of kinds) {
    test(`${name} come back as they were written, and as they were changed`, async () => {
      const store = open()
      const [ada, grace] = [newId(), newId()]
      const added = await store.insert(ada, fields)
      assert.deepEqual(added, { id: added.id, ...fields, version: 1, createdAt: day(0), updatedAt: day(0) })
      assert.deepEqual(await store.find(ada, added.id), added)
      assert.deepEqual(await store.list(ada, { limit: 9 }), [added])

      const changed = { ...added, ...changes, version: 2 }
      assert.deepEqual(await store.update(ada, added.id, 1, changes), changed)
      assert.equal(await store.update(ada, added.id, 1, changes), undefined, 'another version')
      assert.deepEqual(await store.find(ada, added.id), changed)

      assert.equal(await store.find(grace, added.id), undefined)
      assert.deepEqual(await store.list(grace, { limit: 9 }), [])
      assert.equal(await store.update(grace, added.id, 2, changes), undefined)
      assert.equal(await store.remove(grace, added.id), false)
      for (const malformed of ['', 'nonsense', added.id.toUpperCase(), `${added.id}0`, '[object Object]']) {
        assert.equal(await store.find(ada, malformed), undefined, malformed)
        assert.equal(await store.update(ada, malformed, 2, changes), undefined, malformed)
        assert.equal(await store.remove(ada, malformed), false, malformed)
      }

      assert.deepEqual(await store.find(ada, added.id), changed)
      assert.equal(await store.remove(ada, added.id), true)
      assert.equal(await store.remove(ada, added.id), false)
      assert.equal(await store.find(ada, added.id), undefined)
    })
  }

  test('a list is newest first, page by page', async () => {
    const store = createTaskRepository(connection)
    const ada = newId()
    const ids: string[] = []
    for (let order = 0; order < 5; order++) {
      ids.unshift((await store.insert(ada, { encryptedText: 'YQ==', dueAt: null, priority: 'normal', order, completedAt: null })).id)
      await store.insert(newId(), { encryptedText: 'YQ==', dueAt: null, priority: 'normal', order, completedAt: null })
    }
    const idsOf = async (before?: string) => (await store.list(ada, { limit: 2, ...before !== undefined && { before } })).map(({ id }) => id)
    assert.deepEqual(await idsOf(), ids.slice(0, 2))
    assert.deepEqual(await idsOf(ids[1]), ids.slice(2, 4))
    assert.deepEqual(await idsOf(ids[3]), ids.slice(4))
    assert.deepEqual(await idsOf(ids[4]), [])
  })

  test('what a schema does not know is not written', async () => {
    const store = createTaskRepository(connection)
    const [ada, urgent] = [newId(), { priority: 'urgent' as 'high' }]
    const task = { encryptedText: 'YQ==', dueAt: null, priority: 'normal', order: 0, completedAt: null } as const
    await assert.rejects(store.insert(ada, { ...task, ...urgent }), /urgent/)
    const { id } = await store.insert(ada, task)
    await assert.rejects(store.update(ada, id, 1, urgent), /urgent/)
  })

  test('a range has the events that touch it, and those that come again, by their start', async () => {
    const store = createCalendarRepository(connection)
    const ada = newId()
    const add = async (encryptedTitle: string, startsAt: string, endsAt: string, encryptedRecurrence: string | null = null, by = ada) =>
      await store.insert(by, { encryptedTitle, encryptedData: null, startsAt, endsAt, encryptedRecurrence })
    await add('after', day(20), day(21))
    await add('over the end', day(19), day(25))
    await add('inside', day(12), day(13))
    await add('over the start', day(5), day(11))
    await add('until the start', day(9), day(10))
    await add('weekly since', day(1), day(2), 'YQ==')
    await add('weekly from', day(30), day(31), 'YQ==')
    await add('grace\'s', day(12), day(13), 'YQ==', newId())
    const titles = async (limit = 9) => (await store.within(ada, { from: day(10), to: day(20) }, limit)).map(event => event.encryptedTitle)
    assert.deepEqual(await titles(), ['weekly since', 'over the start', 'inside', 'over the end'])
    assert.deepEqual(await titles(1), ['weekly since'])
  })

  test('a folder tells what lies in it, to its owner only', async () => {
    const folders = createFolderRepository(connection)
    const vault = createVaultRepository(connection)
    const [ada, grace] = [newId(), newId()]
    const top = await folders.insert(ada, { encryptedName: 'YQ==', parentId: null })
    assert.deepEqual([await folders.holds(ada, top.id), await vault.holds(ada, top.id)], [false, false])
    const low = await folders.insert(ada, { encryptedName: 'YQ==', parentId: top.id })
    await vault.insert(ada, { kind: 'note', encryptedTitle: 'YQ==', encryptedData: 'YQ==', favourite: false, folderId: low.id })
    assert.deepEqual([await folders.holds(ada, top.id), await vault.holds(ada, low.id)], [true, true])
    assert.deepEqual([await folders.holds(grace, top.id), await vault.holds(grace, low.id), await folders.holds(ada, 'nonsense')], [false, false, false])
    assert.deepEqual(await folders.tree(ada), [{ id: low.id, parentId: top.id }, { id: top.id, parentId: null }])
    assert.deepEqual(await folders.tree(grace), [])
  })

  test('courses are counted for their owner', async () => {
    const store = createCourseRepository(connection)
    const ada = newId()
    const course = { encryptedName: 'YQ==', semester: 1, encryptedSemester: null, credits: 1, gradePoints: null }
    await store.insert(ada, course)
    await store.insert(ada, course)
    await store.insert(newId(), course)
    assert.equal(await store.count(ada), 2)
  })

  test('of changes at once that have seen one version, one wins', async () => {
    const store = createTaskRepository(connection, { now })
    const owner = newId()
    for (let round = 0; round < 60; round++) {
      const { id } = await store.insert(owner, { encryptedText: 'YQ==', dueAt: null, priority: 'high', order: 0, completedAt: null })
      const changed = await Promise.all(Array.from({ length: 6 }, (_, place) => store.update(owner, id, 1, { order: place })))
      const winners = changed.filter(each => each !== undefined)
      assert.equal(winners.length, 1, `round ${round}`)
      assert.deepEqual(await store.find(owner, id), winners[0])
    }
  })
})
