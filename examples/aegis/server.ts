import { createSwitch } from 'cutover'
import { runServer } from '@cutover-examples/runtime/run-server'
import config from './cutover.config.ts'
import { readEnvironment } from './environment.ts'
import { buildFaces } from './faces.ts'
import { openServices } from './services.ts'

// Both faces in one process, on one port, behind the switch.
await runServer(async () => {
  const environment = readEnvironment(process.env)
  const services = await openServices(environment)
  try {
    const app = await createSwitch({
      ...config,
      ...await buildFaces(services),
      environment: wholeServer(process.env),
      folder: import.meta.dirname,
      stateDir: environment.STATE_DIR,
      log: ({ level, ...event }) => services.log[level](event)
    })
    const url = await app.listen({ host: environment.HOST, port: environment.PORT })
    return {
      url,
      async close () {
        await app.close()
        await services.close()
      }
    }
  } catch (error) {
    await services.close()
    throw error
  }
})

/** BACKEND_FRAMEWORK speaks for every feature whose own variable is not set. */
function wholeServer (variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const filled = { ...variables }
  for (const { env } of Object.values(config.features)) {
    if (env !== undefined && !filled[env] && variables.BACKEND_FRAMEWORK) filled[env] = variables.BACKEND_FRAMEWORK
  }
  return filled
}
