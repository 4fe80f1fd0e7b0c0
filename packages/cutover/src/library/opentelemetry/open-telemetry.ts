import { importInstalled } from '../../config/installed-package.ts'
import type { Settings } from '../../config/settings.ts'
import { version } from '../../config/version.ts'
import { isFault } from '../../errors.ts'
import type { Registry } from '../../metrics/registry.ts'
import type { Dispatcher } from '../../switch/dispatcher.ts'
import type { Log } from '../../switch/log.ts'
import type { Shares } from '../../switch/shares.ts'
import { makeDurations, observeSwitch } from './instruments.ts'
import { type Api, RequestTracing } from './request-tracing.ts'

/**
 * Sends spans and metrics to OpenTelemetry, where its SDK has been set up; does nothing, and costs nothing, elsewhere.
 * @returns what ends it
 * @throws CUT_PACKAGE_MISSING when the config asks for it and the API is not installed
 */
export async function openTelemetry ({ telemetry, folder, metrics }: Settings, dispatcher: Dispatcher, shares: Shares, registry: Registry, log: Log): Promise<() => void> {
  const api = telemetry === 'off' ? undefined : await load(folder, telemetry === 'opentelemetry')
  if (api === undefined) return () => {}
  const wanted = telemetry === 'opentelemetry'
  const traces = wanted || isTracing(api)
  const measures = metrics && (wanted || isMeasuring(api))
  if (!traces && !measures) return () => {}
  const meter = api.metrics.getMeter('cutover', version)
  dispatcher.trace(new RequestTracing(api, api.trace.getTracer('cutover', version), measures ? makeDurations(meter) : undefined, dispatcher.routing.trust, log))
  return measures ? observeSwitch(meter, registry, () => shares.features()) : () => {}
}

async function load (folder: string, needed: boolean): Promise<Api | undefined> {
  try {
    return await importInstalled<Api>('@opentelemetry/api', folder, '`telemetry: \'opentelemetry\'`')
  } catch (error) {
    if (needed || !isFault(error)) throw error
    return undefined
  }
}

/** Whether somebody has registered a tracer provider. */
function isTracing ({ trace, ProxyTracerProvider }: Api): boolean {
  const provider = trace.getTracerProvider()
  const none = new ProxyTracerProvider().getDelegate()
  return (provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider) !== none
}

function isMeasuring ({ metrics, createNoopMeter }: Api): boolean {
  return metrics.getMeterProvider().getMeter('cutover') !== createNoopMeter()
}
