import type { Connection } from 'mongoose'
import type { Priority, TaskFields, TaskStore } from '../domain/tasks.ts'
import { createOwnedRepository, defineCollection, toDates, toTime, type OwnedRow } from './owned-repository.ts'

interface Row extends OwnedRow {
  readonly encryptedText: string
  readonly dueAt: Date | null
  readonly priority: Priority
  readonly order: number
  readonly completedAt: Date | null
}

const tasks = defineCollection<Row>('Task', 'tasks', {
  encryptedText: { type: String, required: true },
  dueAt: { type: Date, default: null },
  priority: { type: String, enum: ['low', 'normal', 'high'], required: true },
  order: { type: Number, required: true },
  completedAt: { type: Date, default: null }
})

/** Makes the indexes. */
export async function prepareTasks (connection: Connection): Promise<void> {
  await tasks.modelOf(connection).createIndexes()
}

/** Tasks in MongoDB. */
export function createTaskRepository (connection: Connection, { now = () => new Date() }: { readonly now?: () => Date } = {}): TaskStore {
  return createOwnedRepository<TaskFields, Row>({
    model: tasks.modelOf(connection),
    now,
    toRow: ({ dueAt, completedAt, ...rest }) => ({ ...rest, ...toDates({ dueAt, completedAt }) }),
    toFields: row => ({
      encryptedText: row.encryptedText,
      dueAt: toTime(row.dueAt),
      priority: row.priority,
      order: row.order,
      completedAt: toTime(row.completedAt)
    })
  }).store
}
