import type { RequestListener } from 'node:http'
import { buildApp } from '../candidate/app.ts'
import { EnvironmentError } from '@cutover-examples/runtime/environment'
import { readEnvironment } from '../environment.ts'
import { runServer } from '@cutover-examples/runtime/run-server'
import { openServices } from '../services.ts'
import { listenForFaults } from './control.ts'
import { createFaults } from './faults.ts'

// The candidate, with faults on demand: for demonstrations and proofs of how it is taken back.

await runServer(async () => {
  const environment = readEnvironment(process.env)
  if (environment.NODE_ENV === 'production') throw new EnvironmentError('environment: a server with faults is not for production')
  const control = Number(process.env.FAULTS_PORT)
  if (!Number.isInteger(control) || control < 0 || control > 65535) throw new EnvironmentError('environment: FAULTS_PORT is missing, set the loopback port on which faults are asked for')
  const services = await openServices(environment)
  try {
    const app = await buildApp(services, { onClose: () => services.close() })
    const faults = createFaults()
    const url = await app.listen({ host: environment.HOST, port: environment.PORT })
    const [serve] = app.server.listeners('request') as RequestListener[]
    app.server.removeAllListeners('request').on('request', faults.around(serve!))
    const told = await listenForFaults(faults, control)
    return {
      url,
      async close () {
        faults.become('well')
        told.close()
        await app.close()
      }
    }
  } catch (error) {
    await services.close()
    throw error
  }
})
