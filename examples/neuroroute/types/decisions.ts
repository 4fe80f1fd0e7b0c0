import type { Capability, ModelStatus } from './models.ts'

export type Category = 'code' | 'math' | 'creative' | 'question' | 'general'

/** What a prompt is about. A pure function of the prompt: the same in both languages, to the last digit. */
export interface Classification {
  readonly category: Category
  /** ISO 639-1, or `und` when nothing says which. */
  readonly language: string
  /** Hundredths, 0 to 100; clients are told `complexity / 100`. */
  readonly complexity: number
  /** Estimated tokens of the prompt and the system text. */
  readonly tokens: number
}

export type Strategy = 'balanced' | 'cost' | 'quality' | 'latency'

/** What decides about a prompt, beside the catalogue. */
export interface Question {
  readonly prompt: string
  readonly system: string | null
  /** A model that the client insists on: the only one that is tried. */
  readonly model: string | null
  readonly maxTokens: number
  /** 0 to 2, as the client gave it. */
  readonly temperature: number
  readonly capabilities: readonly Capability[]
  /** US dollars for the whole request; null: any. */
  readonly maxCost: number | null
}

/** What a router knows of the world. */
export interface Circumstances {
  readonly strategy: Strategy
  /** Ids of models that the settings switch off. */
  readonly disabled: readonly string[]
  /** A model that is not named is available. */
  readonly status: Readonly<Record<string, ModelStatus>>
}

/** Models to try, best first. */
export type Ranking =
  | { readonly outcome: 'ranked', readonly models: readonly string[] }
  /** No model of the catalogue satisfies the question, however well all are. */
  | { readonly outcome: 'unsatisfiable' }
  /** Some would, and all of those are paused. */
  | { readonly outcome: 'unavailable' }
