/** How many shadowed requests may begin in a tick. */
export interface Pace {
  readonly allowed: number
}

/** The most in one tick. */
const most = 5_000
const first = 20

export const startingPace: Pace = { allowed: first }

/** How this process did in a tick. */
export interface Load {
  /** The part of the time that the event loop was busy, 0 to 1. */
  readonly utilization: number
  /** How much later than planned the tick came, milliseconds. */
  readonly lateMs: number
}

/** A tick that comes later than this says that requests wait, whatever the utilization. */
const lateLimitMs = 15

/**
 * The pace of the next tick: raised in small steps while there is room, lowered at once as far as the load is over its
 * limit. A process that its clients alone keep busier than the limit ends at none.
 * @param used how many began in the tick; what was not asked for is not raised
 * @param limit of the utilization, 0 to 1
 */
export function nextPace ({ allowed }: Pace, { utilization, lateMs }: Load, used: number, limit: number): Pace {
  if (lateMs > lateLimitMs) return { allowed: Math.floor(allowed / 4) }
  if (utilization > limit) return { allowed: Math.floor(allowed * Math.max(0.25, 1 - 3 * (utilization - limit) / limit)) }
  const room = (limit - utilization) / limit
  return used < allowed ? { allowed } : { allowed: Math.min(most, Math.ceil(allowed * (1 + 0.5 * room)) + 1) }
}
