import type { UsageRow, UsageSummary } from '../types/usage.ts'

/** Where usage is recorded. */
export interface UsageStore {
  /** Resolves when the row is stored; when it cannot be, that is logged, and nobody is told. */
  record (row: UsageRow): Promise<void>
  /**
   * What a key used.
   * @param since ISO 8601, with microseconds at most; null: the last thirty days
   * @param model null: all models
   */
  summary (keyId: string, since: string | null, model: string | null): Promise<UsageSummary>
}
