import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What can be wrong with a candidate that is well. `status`: 410 for 404; `member`: one more member in JSON objects; `header`: an answer without its Content-Type. */
export type Fault = 'status' | 'member' | 'header'

export const faults: readonly Fault[] = ['status', 'member', 'header']

/** Passes requests to a backend and changes its answers by a fault. */
export async function openFault (fault: Fault, origin: () => URL): Promise<{ readonly origin: URL, close (): Promise<void> }> {
  const server = createServer((request, response) => { pass(fault, origin(), request, response) })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), close: () => close(server) }
}

function pass (fault: Fault, { hostname, port }: URL, request: IncomingMessage, response: ServerResponse): void {
  const { method, url, rawHeaders } = request
  const upstream = send({ hostname, port, method, path: url, headers: rawHeaders as unknown as string[], setHost: false })
  upstream.on('response', answer => {
    const chunks: Buffer[] = []
    answer.on('data', (chunk: Buffer) => chunks.push(chunk))
    answer.on('error', () => response.destroy())
    answer.on('end', () => {
      const body = Buffer.concat(chunks)
      const changed = fault === 'member' ? withMember(body) : body
      const headers = answer.rawHeaders.flatMap((name, at, all) => at % 2 === 1 || isChanged(name, fault) ? [] : [name, all[at + 1]!])
      response.writeHead(fault === 'status' && answer.statusCode === 404 ? 410 : answer.statusCode!, changed === body ? headers : withoutLength(headers, changed.length))
      response.end(changed)
    })
  })
  upstream.on('error', () => response.destroy())
  response.on('close', () => upstream.destroy())
  request.pipe(upstream)
}

function isChanged (name: string, fault: Fault): boolean {
  return fault === 'header' && name.toLowerCase() === 'content-type'
}

function withMember (body: Buffer): Buffer {
  return body[0] === 0x7b /* { */ && body.length > 2 ? Buffer.from(`{"planted":true,${body.subarray(1).toString('utf8')}`) : body
}

function withoutLength (headers: readonly string[], length: number): string[] {
  return headers.map((text, at) => at % 2 === 1 && headers[at - 1]!.toLowerCase() === 'content-length' ? String(length) : text)
}

async function close (server: Server): Promise<void> {
  const closed = new Promise(resolve => server.close(resolve))
  server.closeAllConnections()
  await closed
}
