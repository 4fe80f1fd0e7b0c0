import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createTasks, type TaskDraft, type TaskFields } from '../../domain/tasks.ts'
import { caller, idOf, memoryStore, memoryTrail } from '../memory-records.ts'

const ada = caller(idOf(0xada))

function openTasks () {
  const told = memoryTrail()
  let minute = 0
  const tasks = createTasks({ store: memoryStore<TaskFields>(), ...told, now: () => new Date(Date.UTC(2026, 0, 1, 0, ++minute)) })
  const add = async (draft: Partial<TaskDraft> = {}) => {
    const added = await tasks.add(ada, { encryptedText: 'YQ==', ...draft })
    assert.ok(added.ok)
    return added.value
  }
  return { ...told, tasks, add }
}

describe('tasks', () => {
  test('are open, of normal priority and due at no time, unless said otherwise', async () => {
    const { encryptedText, dueAt, priority, order, completedAt } = await openTasks().add()
    assert.deepEqual({ encryptedText, dueAt, priority, order, completedAt }, { encryptedText: 'YQ==', dueAt: null, priority: 'normal', order: 0, completedAt: null })
  })

  test('are completed and opened again', async () => {
    const { tasks, add, activity, published } = openTasks()
    const { id } = await add()
    const completedAt = async (changes: { completed: boolean }) => {
      const changed = await tasks.change(ada, id, changes)
      return changed.ok ? changed.value.completedAt : changed.failure.code
    }
    assert.equal(await completedAt({ completed: true }), '2026-01-01T00:01:00.000Z')
    assert.equal(await completedAt({ completed: true }), '2026-01-01T00:01:00.000Z', 'completing twice keeps the first time')
    assert.equal(await completedAt({ completed: false }), null)
    assert.equal(await completedAt({ completed: false }), null)
    assert.deepEqual(activity.map(({ action }) => action), ['task.created', 'task.completed', 'task.updated', 'task.reopened', 'task.updated'])
    assert.deepEqual(published.slice(1).map(({ name }) => name), Array(4).fill('task:updated'))
  })

  test('are due at a time that there is', async () => {
    const { tasks, add } = openTasks()
    const { id } = await add({ dueAt: '2028-02-29T00:00:00.000Z' })
    for (const answer of [await tasks.add(ada, { encryptedText: '', dueAt: '2026-02-29T00:00:00.000Z' }), await tasks.change(ada, id, { dueAt: '2026-04-31T00:00:00.000Z' })]) {
      assert.deepEqual(!answer.ok && [answer.failure.code, answer.failure.field], ['TIME_UNREAL', 'dueAt'])
    }
    const cleared = await tasks.change(ada, id, { dueAt: null })
    assert.equal(cleared.ok && cleared.value.dueAt, null)
  })
})
