import type { Reading } from '../../rollout/reading.ts'

/** What a gate of the user's own, or a query, last said. */
export type Answer = Reading['asked'][string]
