import { createServer, type AddressInfo } from 'node:net'

/** The port that was asked for, or 0 when something else listens there. */
export async function freePort (wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1')
  return await new Promise(resolve => {
    server.once('error', () => resolve(0))
    server.once('listening', () => server.close(() => resolve(wanted)))
  })
}

/** A port of loopback on which nothing listens just now. */
export async function findPort (): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
