import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { faultKinds, type Faults } from './faults.ts'

/**
 * Listens on loopback for what the candidate is to do wrong: `POST /KIND` (`/slow?usual=MS` says what is usual) begins it
 * and answers the moment in milliseconds since 1970, `GET /` answers what came to the candidate so far.
 */
export async function listenForFaults (faults: Faults, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost')
    const usual = Number(searchParams.get('usual') ?? undefined)
    const kind = faultKinds.find(each => request.method === 'POST' && pathname === `/${each}`)
    const answer = (status: number, body: unknown, then = (): void => {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body), then)
    }
    if (kind === undefined) {
      if (request.method === 'GET' && request.url === '/') answer(200, { pid: process.pid, seen: faults.seen() })
      else answer(404, { error: `ask GET / or POST /${faultKinds.join(', /')}` })
      return
    }
    const at = performance.timeOrigin + performance.now()
    // One that ends the process has to be answered first.
    if (kind === 'exit') return answer(200, { at }, () => faults.become(kind))
    faults.become(kind, usual > 0 ? usual : undefined)
    answer(200, { at })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
