// The types of `cutover/openfeature`, for a strict project that has OpenFeature. Compiled, not run, by scripts/packed-smoke.mjs.
import type { ServerResponse } from 'node:http'
import { InMemoryProvider, type EvaluationContext, type Provider } from '@openfeature/server-sdk'
import { defineConfig, type Switch } from 'cutover'
import { backendProvider, cutoverProvider, requestContext } from 'cutover/openfeature'

export const config = defineConfig({
  legacy: { origin: 'http://127.0.0.1:5001' },
  candidate: { origin: 'http://127.0.0.1:3001' },
  features: { vehicles: { routes: ['/api/vehicles'] } },
  openfeature: { flags: { vehicles: 'vehicles' }, provider: async () => new InMemoryProvider({}), context: { stage: 'production' } },
  telemetry: 'off'
})

export function providers (app: Switch): Provider[] {
  // @ts-expect-error a backend is legacy or candidate
  backendProvider('express', { features: [] })
  return [cutoverProvider(app), cutoverProvider(app.control), backendProvider('candidate', { features: ['vehicles'] })]
}

export function contextOf (response: ServerResponse): EvaluationContext {
  return requestContext(response)
}
