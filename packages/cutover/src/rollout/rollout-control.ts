import type { RolloutRequest, RolloutResponse } from '../config/admin-api.ts'

/** Starts, steers and tells of rollouts. Every method answers with how they stand then, and throws errors of the table. */
export interface RolloutControl {
  status (): RolloutResponse
  /**
   * Queues features, all that have not arrived when none is named; they move one after another in the order of risk.
   * @throws CUT_FEATURE_UNKNOWN, CUT_ROLLOUT_NOTHING, CUT_ROLLOUT_UNDER_WAY, CUT_ROLLOUT_FAILED_BEFORE, CUT_ROLLOUT_COOLING,
   * CUT_ROLLOUT_SHARE, CUT_ROLLOUT_REASON, CUT_JOURNAL_UNWRITABLE
   */
  start (request: RolloutRequest): Promise<RolloutResponse>
  /**
   * Keeps the share; a gate that fails still takes the feature back.
   * @throws CUT_ROLLOUT_NONE
   */
  pause (request: RolloutRequest): Promise<RolloutResponse>
  /**
   * Holds the stage that was reached anew.
   * @throws CUT_ROLLOUT_NONE, CUT_JOURNAL_UNWRITABLE
   */
  resume (request: RolloutRequest): Promise<RolloutResponse>
  /**
   * Sends the feature back to legacy and ends its rollout, and those that wait behind it.
   * @throws CUT_ROLLOUT_NONE
   */
  abort (request: RolloutRequest): Promise<RolloutResponse>
  /**
   * Ends the wait of the current stage, never a failing gate. Needs a reason.
   * @throws CUT_ROLLOUT_NONE, CUT_ROLLOUT_REASON, CUT_ROLLOUT_PAUSED, CUT_JOURNAL_UNWRITABLE
   */
  skip (request: RolloutRequest): Promise<RolloutResponse>
}
