// One backend in a process of its own: ledger-backend.mjs legacy|candidate PORT
import { createServer } from 'node:http'
import { createCandidate, createLegacy, createStore } from './ledger-apps.mjs'
import { answer, listen } from './ready.mjs'

const [name, port] = process.argv.slice(2)
const { app, book } = name === 'legacy' ? createLegacy(createStore()) : createCandidate(createStore())
if (name === 'candidate') await app.ready()
answer(({ mode }) => {
  book.mode = mode ?? book.mode
  return { served: book.served }
})
listen(createServer(name === 'legacy' ? app : app.routing), Number(port))
