import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createGpa, type CourseDraft, type CourseFields } from '../../domain/gpa.ts'
import { gradeAverage } from '../../domain/grade-average.ts'
import { caller, idOf, memoryStore, memoryTrail } from '../memory-records.ts'

const ada = caller(idOf(0xada))
const average = (...courses: ReadonlyArray<readonly [credits: number, gradePoints: number | null]>) => gradeAverage(courses.map(([credits, gradePoints]) => ({ credits, gradePoints })))

describe('the grade point average', () => {
  test('weighs grade points by credits', () => {
    assert.deepEqual(average([3, 4], [1, 2]), { credits: 4, average: 3.5 })
    assert.deepEqual(average([2.5, 3.7], [7.5, 1.3]), { credits: 10, average: 1.9 })
  })

  test('rounds to two decimals, a half upwards, whatever binary fractions are near', () => {
    assert.equal(average([1, 1], [1, 1.01]).average, 1.01)
    assert.equal(average([1, 1], [1, 2], [1, 2]).average, 1.67)
    assert.equal(average([2, 1], [1, 1.01]).average, 1)
    // 1.005 is 1.00499… in binary.
    assert.equal(average([1, 2], [1, 0.01]).average, 1.01)
    assert.equal(average([0.07, 0.29], [0.07, 0.57]).average, 0.43)
  })

  test('counts courses that have a grade and credits, and is none without', () => {
    assert.deepEqual(average([3, null], [2, 1]), { credits: 2, average: 1 })
    assert.deepEqual(average([3, 0]), { credits: 3, average: 0 })
    for (const none of [average(), average([3, null]), average([0, 4])]) assert.deepEqual(none, { credits: 0, average: null })
  })
})

describe('courses', () => {
  function openGpa (maxCourses?: number) {
    const kept = memoryStore<CourseFields>()
    const store = { ...kept, count: async () => kept.all.size }
    const gpa = createGpa({ store, ...memoryTrail(), ...maxCourses !== undefined && { maxCourses } })
    const add = (draft: Partial<CourseDraft> = {}) => gpa.add(ada, { encryptedName: 'YQ==', semester: 1, credits: 3, ...draft })
    return { gpa, add }
  }

  test('are listed with the averages of each semester and of all', async () => {
    const { gpa, add } = openGpa()
    await add({ semester: 2, gradePoints: 4 })
    await add({ semester: 1, gradePoints: 3, credits: 1 })
    await add({ semester: 3 })
    const { courses, ...figures } = await gpa.transcript(ada)
    assert.deepEqual(courses.map(({ semester }) => semester), [3, 1, 2])
    assert.deepEqual(figures, {
      semesters: [{ semester: 1, credits: 1, average: 3 }, { semester: 2, credits: 3, average: 4 }, { semester: 3, credits: 0, average: null }],
      credits: 4,
      average: 3.75
    })
    assert.deepEqual(await gpa.transcript(caller(idOf(0x94ace))), { courses: [], semesters: [], credits: 0, average: null })
  })

  test('have figures of two decimals at most', async () => {
    const { gpa, add } = openGpa()
    const course = await add({ gradePoints: 3.33 })
    assert.ok(course.ok)
    for (const [answer, field] of [
      [await add({ credits: 1.005 }), 'credits'], [await add({ gradePoints: 0.001 }), 'gradePoints'], [await gpa.change(ada, course.value.id, { gradePoints: 3.333 }), 'gradePoints']
    ] as const) assert.deepEqual(!answer.ok && [answer.failure.code, answer.failure.field], ['TOO_MANY_DECIMALS', field])
  })

  test('are limited in number', async () => {
    const { add } = openGpa(1)
    assert.equal((await add()).ok, true)
    const more = await add()
    assert.equal(!more.ok && more.failure.code, 'COURSE_LIMIT')
  })
})
