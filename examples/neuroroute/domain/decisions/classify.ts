import type { Classification } from '../../types/decisions.ts'

/** What a prompt is about. */
export function classify (prompt: string, system: string | null): Classification {
  const bytes = Buffer.byteLength(prompt) + Buffer.byteLength(system ?? '')
  return { category: 'general', language: 'und', complexity: 0, tokens: Math.max(1, Math.ceil(bytes / 4)) }
}
