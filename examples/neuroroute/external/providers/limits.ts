/** The most that a provider's answer may hold, bytes. */
export interface Limits {
  readonly answer: number
  /** All of a streamed answer, which is mostly frames. */
  readonly stream: number
  /** A line of a streamed answer, and an event of several. */
  readonly line: number
}

export const limits: Limits = { answer: 4_194_304, stream: 33_554_432, line: 262_144 }
