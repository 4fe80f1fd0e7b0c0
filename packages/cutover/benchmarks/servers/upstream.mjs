// The upstream where neither nginx nor HAProxy is installed: reads the body, answers 250 bytes of JSON.
import { createServer } from 'node:http'
import { listen } from './ready.mjs'

const body = Buffer.from(JSON.stringify({ pad: 'x'.repeat(240) }))
const head = { 'content-type': 'application/json', 'content-length': body.length }
listen(createServer((request, response) => {
  const answer = () => response.writeHead(200, head).end(body)
  if (request.method === 'GET') answer()
  else request.resume().once('end', answer)
}))
