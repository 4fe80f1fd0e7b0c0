import { context, metrics, propagation, trace, type Attributes } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { DataPointType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base'

class Reader extends MetricReader {
  protected async onForceFlush (): Promise<void> {}
  protected async onShutdown (): Promise<void> {}
}

export interface Point {
  readonly attributes: Attributes
  /** The count of a histogram. */
  readonly value: number
  readonly sum: number | undefined
}

/** OpenTelemetry's SDK for this process, as an application sets it up, with exporters in memory. */
export function setUp ({ processors = [] }: { readonly processors?: SpanProcessor[] } = {}) {
  const exporter = new InMemorySpanExporter()
  const reader = new Reader()
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter), ...processors] })
  trace.setGlobalTracerProvider(tracers)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
  return {
    spans: (): readonly ReadableSpan[] => exporter.getFinishedSpans(),
    reset: (): void => exporter.reset(),
    async points (name: string): Promise<Point[]> {
      const { resourceMetrics } = await reader.collect()
      return resourceMetrics.scopeMetrics.flatMap(scope => scope.metrics).filter(({ descriptor }) => descriptor.name === name).flatMap(metric => metric.dataPointType === DataPointType.HISTOGRAM
        ? metric.dataPoints.map(({ attributes, value }) => ({ attributes, value: value.count, sum: value.sum }))
        : metric.dataPoints.map(({ attributes, value }) => ({ attributes, value: value as number, sum: undefined })))
    }
  }
}

/** The id of the parent of a span; undefined for a root. */
export function parentOf (span: ReadableSpan): string | undefined {
  return (span as { parentSpanContext?: { spanId: string }, parentSpanId?: string }).parentSpanContext?.spanId
}
