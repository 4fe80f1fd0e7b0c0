import type { FastifyInstance } from 'fastify'
import { readEnvironment } from '../environment.ts'
import { openServices } from '../services.ts'
import { buildApp } from './app.ts'

/** The candidate for a switch in this process; what it opened is closed with it. */
export async function candidate (): Promise<FastifyInstance> {
  const services = await openServices(readEnvironment(process.env))
  try {
    return await buildApp(services, { onClose: () => services.close() })
  } catch (error) {
    await services.close()
    throw error
  }
}

export default candidate
