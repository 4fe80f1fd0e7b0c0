/** What counts of a course. */
export interface Graded {
  /** At most two decimals, as all figures here. */
  readonly credits: number
  /** Null while there is no grade; such a course does not count. */
  readonly gradePoints: number | null
}

export interface GradeAverage {
  /** Credits of the courses that have a grade. */
  readonly credits: number
  /** Null without credits. */
  readonly average: number | null
}

/** Whether a number has at most two decimals. */
export function hasTwoDecimals (value: number): boolean {
  return Math.round(value * 100) / 100 === value
}

/**
 * The grade point average: grade points weighed by credits, to two decimals, a half upwards. It is counted in whole
 * hundredths, so that no binary fraction decides where a half goes.
 */
export function gradeAverage (courses: readonly Graded[]): GradeAverage {
  let weight = 0
  let sum = 0
  for (const { credits, gradePoints } of courses) {
    if (gradePoints === null) continue
    weight += hundredths(credits)
    sum += hundredths(credits) * hundredths(gradePoints)
  }
  if (weight === 0) return { credits: 0, average: null }
  return { credits: weight / 100, average: Math.floor((2 * sum + weight) / (2 * weight)) / 100 }
}

function hundredths (value: number): number {
  return Math.round(value * 100)
}
