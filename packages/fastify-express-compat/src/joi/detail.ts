/** One entry of a Joi error's `details`. */
export interface JoiDetail {
  readonly message: string
  readonly path: ReadonlyArray<string | number>
  readonly type: string
  readonly context: { readonly label: string, readonly key: string | number | undefined, readonly value: unknown, readonly limit?: unknown, readonly valids?: readonly unknown[] }
}
