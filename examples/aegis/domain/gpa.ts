import { failed, success, type Result } from '../types/result.ts'
import { gradeAverage, hasTwoDecimals, type GradeAverage } from './grade-average.ts'
import { createOwnedRecords, unprocessable, type Owned, type OwnedRecords, type OwnedStore } from './owned-records.ts'
import type { Caller, Events, Trail } from './ports.ts'

/** Names are ciphertext. Semester, credits and grade points are not: the server needs them for the average, and can read them. */
export interface CourseFields {
  readonly encryptedName: string
  /** Which semester, counted from 1. */
  readonly semester: number
  readonly encryptedSemester: string | null
  readonly credits: number
  readonly gradePoints: number | null
}

export type Course = Owned<CourseFields>

export interface CourseDraft {
  readonly encryptedName: string
  readonly semester: number
  readonly encryptedSemester?: string | null
  readonly credits: number
  readonly gradePoints?: number | null
}

export type CourseChanges = Partial<CourseDraft>

export interface CourseStore extends OwnedStore<CourseFields> {
  count (ownerId: string): Promise<number>
}

export interface SemesterAverage extends GradeAverage {
  readonly semester: number
}

/** All courses, newest first, with the averages of each semester and of all. */
export interface Transcript extends GradeAverage {
  readonly courses: readonly Course[]
  readonly semesters: readonly SemesterAverage[]
}

export interface Gpa extends Omit<OwnedRecords<CourseFields, CourseDraft, CourseChanges>, 'list'> {
  transcript (caller: Caller): Promise<Transcript>
}

/**
 * Courses and their grade point average.
 * @param options.maxCourses of one user: an average is of all courses, so all are read for it
 */
export function createGpa ({ store, trail, events, maxCourses = 500 }: { store: CourseStore, trail: Trail, events: Events, maxCourses?: number }): Gpa {
  const { add, get, change, remove } = createOwnedRecords<CourseFields, CourseDraft, CourseChanges>({
    resource: 'gpa',
    noun: 'course',
    store,
    trail,
    events,

    async create (caller, { encryptedName, semester, encryptedSemester = null, credits, gradePoints = null }) {
      const figures = checkFigures({ credits, gradePoints })
      if (!figures.ok) return figures
      if (await store.count(caller.userId) >= maxCourses) return failed({ kind: 'unprocessable', code: 'COURSE_LIMIT', message: `There can be ${maxCourses} courses at most` })
      return success({ encryptedName, semester, encryptedSemester, credits, gradePoints })
    },

    revise (_caller, _current, fields) {
      const figures = checkFigures(fields)
      return figures.ok ? success({ fields }) : figures
    }
  })

  return {
    add,
    get,
    change,
    remove,
    async transcript ({ userId }) {
      const courses = await store.list(userId, { limit: maxCourses })
      const semesters = [...new Set(courses.map(course => course.semester))].sort((a, b) => a - b)
      return {
        courses,
        semesters: semesters.map(semester => ({ semester, ...gradeAverage(courses.filter(course => course.semester === semester)) })),
        ...gradeAverage(courses)
      }
    }
  }
}

function checkFigures (figures: Pick<CourseChanges, 'credits' | 'gradePoints'>): Result<undefined> {
  for (const field of ['credits', 'gradePoints'] as const) {
    const value = figures[field]
    if (value != null && !hasTwoDecimals(value)) return unprocessable('TOO_MANY_DECIMALS', 'Credits and grade points have at most two decimals', field)
  }
  return success(undefined)
}
