import { randomBytes } from 'node:crypto'
import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino, type Logger } from 'pino'
import { startMongo } from '@cutover-examples/runtime/mongodb'
import { buildApp as buildCandidate } from '../candidate/app.ts'
import { readEnvironment, type Environment } from '../environment.ts'
import { buildServer, closeServer } from '../legacy/http-server.ts'
import { openServices, type OpenServices, type Services } from '../services.ts'
import { verificationSecrets } from '../verification.ts'

export type FaceName = 'legacy' | 'candidate'
export const faceNames: readonly FaceName[] = ['legacy', 'candidate']

/** A MongoDB server (an embedded one without MONGODB_URI), on which every call gets a database of its own. */
export interface World {
  /** Services on a new database, with the demo users. */
  services (settings?: Partial<Environment>, log?: Logger): Promise<OpenServices>
  close (): Promise<void>
}

const silent = pino({ level: 'silent' })

function testEnvironment (settings: Partial<Environment>): Environment {
  return { ...readEnvironment({ NODE_ENV: 'test', SEED_DEMO_DATA: 'true', ...verificationSecrets }), ...settings }
}

export async function openWorld (): Promise<World> {
  const embedded = process.env.MONGODB_URI ? undefined : await startMongo('aegis')
  const server = process.env.MONGODB_URI || embedded!.url
  const made: string[] = []
  return {
    async services (settings = {}, log = silent) {
      const url = new URL(server)
      url.pathname = `/aegis_${randomBytes(6).toString('hex')}`
      made.push(String(url))
      return await openServices(testEnvironment({ MONGODB_URI: String(url), ...settings }), log)
    },
    async close () {
      if (embedded === undefined) for (const url of made) await dropDatabase(url)
      await embedded?.stop()
    }
  }
}

async function dropDatabase (url: string): Promise<void> {
  const { connect } = await import('../data/connection.ts')
  const connection = await connect(url)
  await connection.dropDatabase()
  await connection.close()
}

/** A face that listens on a free loopback port. */
export interface OpenFace {
  readonly url: string
  close (): Promise<void>
}

/** Opens a face, its sockets too. */
export async function openFace (name: FaceName, services: Services): Promise<OpenFace> {
  if (name === 'legacy') return await listen(buildServer(services))
  const app = await buildCandidate(services)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, close: () => app.close() }
}

export async function serve (listener: RequestListener): Promise<OpenFace> {
  return await listen(createServer(listener))
}

async function listen (server: Server): Promise<OpenFace> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close () {
      const closed = closeServer(server)
      server.closeIdleConnections()
      await closed
    }
  }
}
