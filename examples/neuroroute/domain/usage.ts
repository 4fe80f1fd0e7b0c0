import type { UsageRow, UsageSummary } from '../types/usage.ts'

/** Where usage is recorded. */
export interface UsageStore {
  /** Resolves when the row is stored; when it cannot be, that is logged, and nobody is told. */
  record (row: UsageRow): Promise<void>
  /**
   * What a key used.
   * @param since as Python's isoformat writes it, of the years 1 to 9999, in UTC when it says no zone; null: the last thirty days
   * @param model null: all models
   */
  summary (keyId: string, since: string | null, model: string | null): Promise<UsageSummary>
}
