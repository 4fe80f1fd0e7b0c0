import { startDatabase } from '@cutover-examples/runtime/postgres'
import { startStandIn } from '../external/chat-completions/stand-in.ts'

/** What both servers need beside themselves. */
export interface Surroundings {
  /** Variables for both servers. */
  readonly env: Readonly<Record<string, string>>
  close (): Promise<void>
}

/** Starts what `variables` do not name: an embedded database without DATABASE_URL, the stand-in without OPENAI_BASE_URL. */
export async function openSurroundings (variables: NodeJS.ProcessEnv): Promise<Surroundings> {
  const database = variables.DATABASE_URL ? undefined : await startDatabase('assistant')
  const standIn = variables.OPENAI_BASE_URL ? undefined : await startStandIn()
  return {
    env: {
      ...database !== undefined && { DATABASE_URL: database.url, SEED_DEMO_DATA: 'true' },
      ...standIn !== undefined && { OPENAI_BASE_URL: standIn.url, OPENAI_API_KEY: 'for-the-stand-in' }
    },
    async close () {
      await standIn?.close()
      await database?.stop()
    }
  }
}
