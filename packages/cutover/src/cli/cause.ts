import { userInfo } from 'node:os'

/** Who changes a share from here, for the journal: `cli:alice`. */
export function whoHere (): string {
  try {
    return `cli:${userInfo().username}`
  } catch {
    // A container may run as a user that has no name.
    return `cli:${process.getuid?.() ?? 'unknown'}`
  }
}
