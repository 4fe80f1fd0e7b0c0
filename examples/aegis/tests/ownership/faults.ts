import { Types, type Connection } from 'mongoose'
import { createFolderRepository } from '../../data/folder-repository.ts'
import { createTaskRepository } from '../../data/task-repository.ts'
import { createVaultRepository } from '../../data/vault-repository.ts'
import { createTasks, type TaskStore } from '../../domain/tasks.ts'
import { createVault } from '../../domain/vault.ts'
import type { OpenServices } from '../../services.ts'
import { failed } from '../../types/result.ts'

/** A hole as one makes it by mistake, and which attempt is to find it. */
export interface Fault {
  readonly name: string
  readonly asked: string
  plant (services: OpenServices): OpenServices
}

/** Whose a document is: what a repository that forgets to ask for the owner would find. */
async function ownerOf (connection: Connection, collection: string, id: string): Promise<string> {
  const row = /^[0-9a-f]{24}$/.test(id) ? await connection.collection(collection).findOne({ _id: new Types.ObjectId(id) }) : null
  return String(row?.['ownerId'] ?? new Types.ObjectId())
}

function withTasks (change: (store: TaskStore, owner: (id: string) => Promise<string>) => Partial<TaskStore>): Fault['plant'] {
  return services => {
    const { connection, trail, events } = services
    const store = createTaskRepository(connection)
    return { ...services, tasks: createTasks({ store: { ...store, ...change(store, id => ownerOf(connection, 'tasks', id)) }, trail, events, now: () => new Date() }) }
  }
}

/** Repositories that forget the owner in one call each, and rules that say more than that there is nothing. */
export const faults: readonly Fault[] = [
  {
    name: 'a read that does not ask whose it is',
    asked: 'GET /api/tasks/:',
    plant: withTasks((store, owner) => ({ find: async (_ownerId, id) => await store.find(await owner(id), id) }))
  },
  {
    name: 'a change that does not ask whose it is',
    asked: 'PUT /api/tasks/:',
    plant: withTasks((store, owner) => ({
      find: async (_ownerId, id) => await store.find(await owner(id), id),
      update: async (_ownerId, id, ...more) => await store.update(await owner(id), id, ...more)
    }))
  },
  {
    name: 'a removal that does not ask whose it is',
    asked: 'DELETE /api/tasks/:',
    plant: withTasks((store, owner) => ({ remove: async (_ownerId, id) => await store.remove(await owner(id), id) }))
  },
  {
    name: 'a list of everybody\'s',
    asked: 'GET /api/tasks',
    plant: services => withTasks(store => ({
      async list (_ownerId, page) {
        const rows = await services.connection.collection('tasks').find({}).toArray()
        return (await Promise.all([...new Set(rows.map(row => String(row['ownerId'])))].map(owner => store.list(owner, page)))).flat()
      }
    }))(services)
  },
  {
    name: 'a reference to another user\'s folder',
    asked: 'POST /api/vault folderId',
    plant: services => {
      const { connection, trail, events } = services
      const folders = createFolderRepository(connection)
      const find = async (_ownerId: string, id: string) => await folders.find(await ownerOf(connection, 'folders', id), id)
      return { ...services, vault: createVault({ store: createVaultRepository(connection), folders: { find }, trail, events }) }
    }
  },
  {
    name: '403, which tells that there is something',
    asked: 'GET /api/tasks/:',
    plant: services => ({
      ...services,
      tasks: {
        ...services.tasks,
        async get (caller, id) {
          const found = await services.tasks.get(caller, id)
          if (found.ok || !await exists(services.connection, id)) return found
          return failed({ kind: 'forbidden', code: 'TASK_FORBIDDEN', message: 'This task is not yours' })
        }
      }
    })
  },
  {
    name: 'other words for what is another user\'s',
    asked: 'DELETE /api/tasks/:',
    plant: services => ({
      ...services,
      tasks: {
        ...services.tasks,
        async remove (caller, id) {
          const removed = await services.tasks.remove(caller, id)
          if (removed.ok || !await exists(services.connection, id)) return removed
          return failed({ ...removed.failure, message: 'There is no such task of yours' })
        }
      }
    })
  }
]

async function exists (connection: Connection, taskId: string): Promise<boolean> {
  return /^[0-9a-f]{24}$/.test(taskId) && await connection.collection('tasks').findOne({ _id: new Types.ObjectId(taskId) }) !== null
}
