import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../services.ts'
import { answerUnknownRoute } from '../plugins/errors.ts'
import { answers, DecodedVin, NewVehicle, Nothing, Readiness, Vehicle, VehicleChanges, VehicleId, VehicleList, VinToDecode } from '../schemas.ts'

const vehicleRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/health', {
    schema: { tags: ['health'], summary: 'Whether vehicles can be served', response: { 200: Readiness, 503: Readiness } }
  }, async (request, reply) => {
    const state = await services.readiness()
    return reply.header('cache-control', 'no-store').code(state.status === 'ok' ? 200 : 503).send(state)
  })

  await app.register(ownVehicleRoutes, { services })
}

const ownVehicleRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services: { vehicles } }) => {
  // A user's vehicles may be kept by that user's browser only, and are asked for again each time (with the ETag).
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('cache-control', 'private, no-cache')
    done()
  })
  app.addHook('onRequest', app.authenticate)
  app.setNotFoundHandler(answerUnknownRoute)
  app.addHook('onRoute', route => {
    route.schema = { tags: ['vehicles'], security: [{ bearer: [] }], ...route.schema }
  })

  app.get('/', {
    schema: { summary: 'Your vehicles, newest last', response: answers({ 200: VehicleList }) }
  }, async request => ({ vehicles: await vehicles.list(request.userId) }))

  app.post('/', {
    schema: { summary: 'Add a vehicle; what is left out is filled in from its VIN', body: NewVehicle, response: answers({ 201: Vehicle }) }
  }, async (request, reply) => {
    const added = await vehicles.add(request.userId, request.body)
    if (!added.ok) return reply.failure(added.failure)
    return reply.code(201).header('location', `/api/vehicles/${added.value.id}`).send(added.value)
  })

  app.get('/decode/:vin', {
    schema: { summary: 'What a VIN tells', params: VinToDecode, response: answers({ 200: DecodedVin }) },
    // Express knows no empty parameter.
    preValidation (request, reply, done) {
      if (request.params.vin === '') answerUnknownRoute(request, reply)
      else done()
    }
  }, async (request, reply) => {
    const decoded = await vehicles.decode(request.params.vin)
    return decoded.ok ? decoded.value : reply.failure(decoded.failure)
  })

  app.get('/:id', {
    schema: { summary: 'One vehicle', params: VehicleId, response: answers({ 200: Vehicle }) }
  }, async (request, reply) => {
    const found = await vehicles.get(request.userId, request.params.id)
    return found.ok ? found.value : reply.failure(found.failure)
  })

  app.put('/:id', {
    schema: { summary: 'Change the given fields', params: VehicleId, body: VehicleChanges, response: answers({ 200: Vehicle }) }
  }, async (request, reply) => {
    const changed = await vehicles.change(request.userId, request.params.id, request.body)
    return changed.ok ? changed.value : reply.failure(changed.failure)
  })

  app.delete('/:id', {
    schema: { summary: 'Remove a vehicle', params: VehicleId, response: answers({ 204: Nothing }) }
  }, async (request, reply) => {
    const removed = await vehicles.remove(request.userId, request.params.id)
    return removed.ok ? reply.code(204).send(undefined) : reply.failure(removed.failure)
  })
}

export default vehicleRoutes
