export type Risk = 'low' | 'medium' | 'high'

/** What a mistake in a feature would cost, and why that is thought. */
export interface JudgedRisk {
  readonly risk: Risk
  readonly reason: string
}

/** A rule of `plan.risks`. */
export interface RiskRule extends JudgedRisk {
  /** On `METHOD /path`. */
  readonly routes: RegExp
}
