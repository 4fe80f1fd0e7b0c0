import { Router } from 'express'
import type { Services } from '../services.ts'

export function healthRoutes (services: Services): Router {
  const router = Router()
  router.get('/', (_request, response) => {
    response.set('Cache-Control', 'no-store').json(services.liveness())
  })
  return router
}
