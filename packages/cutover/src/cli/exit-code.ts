/** 0 good; 1 found something: a difference, a failed check; 2 wrong usage or configuration; 3 could not run. */
export type ExitCode = 0 | 1 | 2 | 3

const usage = new Set([
  'CUT_CONFIG_NOT_FOUND', 'CUT_CONFIG_UNREADABLE', 'CUT_CONFIG_INVALID', 'CUT_ENV_INVALID', 'CUT_FEATURE_UNKNOWN', 'CUT_SHARE_INVALID', 'CUT_FILE_EXISTS', 'CUT_USAGE',
  'CUT_SCENARIO_INVALID', 'CUT_SCENARIOS_MISSING', 'CUT_SIDE_STATE', 'CUT_SIDE_IN_CODE', 'CUT_RECORDING_NOT_FOUND', 'CUT_RECORDING_INVALID', 'CUT_REPLAY_CHANGED',
  'CUT_ROLLOUT_UNDER_WAY', 'CUT_ROLLOUT_FAILED_BEFORE', 'CUT_ROLLOUT_COOLING', 'CUT_ROLLOUT_SHARE', 'CUT_ROLLOUT_NOTHING', 'CUT_ROLLOUT_NONE', 'CUT_ROLLOUT_PAUSED', 'CUT_ROLLOUT_REASON',
  'CUT_BENCH_ROUTES', 'CUT_BENCH_UNKNOWN'
])

/** What a command that threw this ends with. */
export function exitCodeOf (error: unknown): ExitCode {
  return usage.has(String((error as { code?: unknown } | null)?.code)) ? 2 : 3
}
