import { openTogether } from '@cutover-examples/runtime/open-together'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { findRedis, startRedis } from '@cutover-examples/runtime/redis'
import { startStandIn, type StandIn } from '../external/stand-in/stand-in.ts'
import { prepareDatabase, providersAt } from '../verification.ts'

/** What both faces need beside themselves. */
export interface Surroundings {
  /** Variables for both faces. */
  readonly env: Readonly<Record<string, string>>
  /** What runs here, for people. */
  readonly parts: readonly string[]
  /** Undefined where the providers are real ones. */
  readonly standIn: StandIn | undefined
  /** Whether both faces have one cache. */
  readonly sharedCache: boolean
  close (): Promise<void>
}

/**
 * Starts what `variables` do not name: an embedded database without DATABASE_URL, the stand-in of the providers without their
 * URLs, and Redis without REDIS_URL where redis-server is installed.
 */
export async function openSurroundings (variables: NodeJS.ProcessEnv): Promise<Surroundings> {
  return openTogether(async closeLater => {
    const env: Record<string, string> = {}
    const parts: string[] = []
    if (variables.DATABASE_URL) parts.push('your PostgreSQL')
    else {
      const database = await startDatabase('neuroroute')
      closeLater(() => database.stop())
      await prepareDatabase(database.url)
      Object.assign(env, { DATABASE_URL: database.url, SEED_DEMO_DATA: 'true' })
      parts.push('an embedded PostgreSQL')
    }
    const standIn = variables.OPENAI_BASE_URL && variables.ANTHROPIC_BASE_URL ? undefined : await startStandIn()
    if (standIn !== undefined) {
      closeLater(() => standIn.close())
      Object.assign(env, providersAt(standIn.url))
    }
    parts.push(standIn === undefined ? 'your providers' : 'a stand-in of OpenAI and Anthropic')
    const program = variables.REDIS_URL ? undefined : findRedis(variables)
    if (program !== undefined) {
      const redis = await startRedis(program)
      closeLater(() => redis.stop())
      env.REDIS_URL = redis.url
      parts.push(`Redis ${redis.version}`)
    }
    return { env, parts, standIn, sharedCache: variables.REDIS_URL !== undefined || program !== undefined }
  })
}
