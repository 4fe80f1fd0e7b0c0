import { Router, type RequestHandler } from 'express'
import type { Services } from '../services.ts'
import type { VehicleDetails, VehicleDraft } from '../types/vehicle.ts'
import { authenticate } from './authenticate.ts'
import { jsonBody } from './body.ts'
import { sendFailure } from './errors.ts'
import { newVehicle, vehicleChanges, vehicleId, vinToDecode } from './schemas.ts'
import { validate } from './validate.ts'

export function vehicleRoutes ({ tokens, vehicles, readiness }: Services): Router {
  const router = Router()

  router.get('/health', async (_request, response) => {
    const state = await readiness()
    response.set('Cache-Control', 'no-store').status(state.status === 'ok' ? 200 : 503).json(state)
  })

  router.use(keepPrivate(), authenticate(tokens))

  router.get('/', async (request, response) => {
    response.json({ vehicles: await vehicles.list(request.userId) })
  })

  router.post('/', ...jsonBody, validate('body', newVehicle), async (request, response) => {
    const added = await vehicles.add(request.userId, request.body as VehicleDraft)
    if (!added.ok) return sendFailure(response, added.failure)
    response.status(201).location(`/api/vehicles/${added.value.id}`).json(added.value)
  })

  router.get('/decode/:vin', validate('params', vinToDecode), async (request, response) => {
    const decoded = await vehicles.decode(request.params.vin as string)
    if (!decoded.ok) return sendFailure(response, decoded.failure)
    response.json(decoded.value)
  })

  router.get('/:id', validate('params', vehicleId), async (request, response) => {
    const found = await vehicles.get(request.userId, request.params.id as string)
    if (!found.ok) return sendFailure(response, found.failure)
    response.json(found.value)
  })

  router.put('/:id', ...jsonBody, validate('params', vehicleId), validate('body', vehicleChanges), async (request, response) => {
    const changed = await vehicles.change(request.userId, request.params.id as string, request.body as VehicleDetails)
    if (!changed.ok) return sendFailure(response, changed.failure)
    response.json(changed.value)
  })

  router.delete('/:id', validate('params', vehicleId), async (request, response) => {
    const removed = await vehicles.remove(request.userId, request.params.id as string)
    if (!removed.ok) return sendFailure(response, removed.failure)
    response.status(204).end()
  })

  return router
}

/** A user's vehicles may be kept by that user's browser only, and are asked for again each time (with the ETag). */
function keepPrivate (): RequestHandler {
  return (_request, response, next) => {
    response.set('Cache-Control', 'private, no-cache')
    next()
  }
}
