/** What a key may be used for, in the order in which scopes are told. */
export type Scope = 'prompt' | 'usage' | 'admin'
