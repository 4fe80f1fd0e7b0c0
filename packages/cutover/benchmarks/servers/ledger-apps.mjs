// Two backends that store what they are sent, and can be told to misbehave: Express as legacy, Fastify as the candidate.
import express from 'express'
import Fastify from 'fastify'
import pg from 'pg'
import { setTimeout as wait } from 'node:timers/promises'

export function createStore () {
  return new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 })
}

/**
 * What both apps do with a request. `mode` is `well`, `fail` (500; every second write is stored all the same) or
 * `stall` (does its work, and answers, long after the switch has given up).
 */
function createBook (name, store) {
  const book = { mode: 'well', served: 0 }
  const linger = mode => wait(mode === 'stall' ? 1_500 : Math.random() * 4)
  book.read = async id => {
    const { mode } = book
    book.served++
    await linger(mode)
    return mode === 'fail' ? { status: 500, body: { error: 'broken' } } : { status: 200, body: { id } }
  }
  book.write = async id => {
    const { mode } = book
    book.served++
    await linger(mode)
    if (mode !== 'fail' || Number(id.at(-1)) % 2 === 0) await store.query(`insert into ${process.env.WRITES_TABLE} (id, backend) values ($1, $2)`, [id, name])
    // A while between the write and its answer, so that faults fall into it.
    await linger('well')
    return mode === 'fail' ? { status: 500, body: { error: 'broken' } } : { status: 201, body: { id } }
  }
  return book
}

export function createLegacy (store) {
  const book = createBook('legacy', store)
  const app = express()
  app.use(express.json())
  app.get('/items/:id', async (request, response) => {
    const { status, body } = await book.read(request.params.id)
    response.status(status).json(body)
  })
  app.post('/items', async (request, response) => {
    const { status, body } = await book.write(request.body.id)
    response.status(status).json(body)
  })
  return { app, book }
}

export function createCandidate (store) {
  const book = createBook('candidate', store)
  const app = Fastify()
  app.get('/items/:id', async (request, reply) => {
    const { status, body } = await book.read(request.params.id)
    return reply.code(status).send(body)
  })
  app.post('/items', async (request, reply) => {
    const { status, body } = await book.write(request.body.id)
    return reply.code(status).send(body)
  })
  return { app, book }
}
