import { success, type Result } from '../types/result.ts'
import type { RelationStore } from './social-ports.ts'
import type { Change, Relation } from './social-relation.ts'

/** A step on a relation: what is read, what follows from it, and what is done once it is stored. */
export interface RelationWork<Value> {
  read (): Promise<Relation | undefined>
  /** Undefined: it is as it should be already. */
  decide (relation: Relation | undefined): Result<Change | 'insert' | 'remove' | undefined>
  insert? (): Omit<Relation, 'id' | 'revision'>
  done (relation: Relation, changed: boolean): Promise<Value>
}

/** More are at it at once than any two users are. */
const attempts = 20

/**
 * Reads, decides and writes; anew, when somebody else was quicker. So two requests in opposite directions at the same
 * moment end as one connection.
 */
export async function changeRelation<Value> (relations: RelationStore, now: () => Date, { read, decide, insert, done }: RelationWork<Value>): Promise<Result<Value>> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const found = await read()
    const decision = decide(found)
    if (!decision.ok) return decision
    if (decision.value === undefined) return success(await done(found!, false))
    const written = await write(found, decision.value)
    if (written !== undefined) return success(await done(written, true))
  }
  throw new Error(`a relation changed ${attempts} times while it was to be changed`)

  async function write (found: Relation | undefined, decided: Change | 'insert' | 'remove'): Promise<Relation | undefined> {
    if (decided === 'insert') return await relations.insert(insert!())
    if (decided === 'remove') return await relations.remove(found!) ? found : undefined
    return await relations.update({ ...found!, ...decided, updatedAt: now() })
  }
}
