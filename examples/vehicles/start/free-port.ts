import { createServer } from 'node:net'

/** The port that was asked for, or 0 when something else listens there. */
export async function freePort (wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1')
  return await new Promise(resolve => {
    server.once('error', () => resolve(0))
    server.once('listening', () => server.close(() => resolve(wanted)))
  })
}
