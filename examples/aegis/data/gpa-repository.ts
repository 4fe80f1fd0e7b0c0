import type { Connection } from 'mongoose'
import type { CourseFields, CourseStore } from '../domain/gpa.ts'
import { createOwnedRepository, defineCollection, type OwnedRow } from './owned-repository.ts'

interface Row extends OwnedRow, CourseFields {}

const courses = defineCollection<Row>('Course', 'courses', {
  encryptedName: { type: String, required: true },
  semester: { type: Number, required: true },
  encryptedSemester: { type: String, default: null },
  credits: { type: Number, required: true },
  gradePoints: { type: Number, default: null }
})

/** Makes the indexes. */
export async function prepareCourses (connection: Connection): Promise<void> {
  await courses.modelOf(connection).createIndexes()
}

/** Courses in MongoDB. */
export function createCourseRepository (connection: Connection, { now = () => new Date() }: { readonly now?: () => Date } = {}): CourseStore {
  const { store, rows } = createOwnedRepository<CourseFields, Row>({
    model: courses.modelOf(connection),
    now,
    toRow: fields => fields,
    toFields: ({ encryptedName, semester, encryptedSemester, credits, gradePoints }) => ({ encryptedName, semester, encryptedSemester, credits, gradePoints })
  })
  return {
    ...store,
    async count (ownerId) {
      return (await rows(ownerId, {}, { projection: { _id: 1 } })).length
    }
  }
}
