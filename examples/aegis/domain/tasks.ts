import { success } from '../types/result.ts'
import { createOwnedRecords, type Owned, type OwnedRecords, type OwnedStore } from './owned-records.ts'
import type { Events, Trail } from './ports.ts'
import { checkTime } from './times.ts'

export type Priority = 'low' | 'normal' | 'high'

export interface TaskFields {
  readonly encryptedText: string
  readonly dueAt: string | null
  readonly priority: Priority
  /** Where the task stands among the others: smaller first, as the client likes. */
  readonly order: number
  readonly completedAt: string | null
}

export type Task = Owned<TaskFields>

export interface TaskDraft {
  readonly encryptedText: string
  readonly dueAt?: string | null
  readonly priority?: Priority
  readonly order?: number
}

export interface TaskChanges extends Partial<TaskDraft> {
  /** True completes the task, false opens it again. */
  readonly completed?: boolean
}

export type TaskStore = OwnedStore<TaskFields>
export type Tasks = OwnedRecords<TaskFields, TaskDraft, TaskChanges>

/** Things to do. The server's clock says when a task was completed; completing it again does not change that. */
export function createTasks ({ store, trail, events, now }: { store: TaskStore, trail: Trail, events: Events, now: () => Date }): Tasks {
  return createOwnedRecords<TaskFields, TaskDraft, TaskChanges>({
    resource: 'task',
    noun: 'task',
    store,
    trail,
    events,

    create (_caller, { encryptedText, dueAt = null, priority = 'normal', order = 0 }) {
      const due = checkTime(dueAt, 'dueAt')
      return due.ok ? success({ encryptedText, dueAt, priority, order, completedAt: null }) : due
    },

    revise (_caller, current, { completed, ...fields }) {
      const due = checkTime(fields.dueAt, 'dueAt')
      if (!due.ok) return due
      if (completed === undefined || completed === (current.completedAt !== null)) return success({ fields })
      return success({
        fields: { ...fields, completedAt: completed ? now().toISOString() : null },
        action: completed ? 'completed' : 'reopened'
      })
    }
  })
}
