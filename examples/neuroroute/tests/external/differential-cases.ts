import { behaviours, type Behaviour } from '../../external/stand-in/behaviour.ts'
import type { Completion } from '../../types/providers.ts'

/** What both languages' failover is asked. */
export interface Case {
  readonly models: readonly string[]
  readonly completion: Completion
  readonly stream: boolean
  readonly timeoutMs: number
}

const silent: readonly Behaviour[] = ['slow', 'hang', 'stall']
const talking = behaviours.filter(behaviour => behaviour !== 'hold' && !silent.includes(behaviour))
const models = ['gpt-4o-mini', 'claude-3-5-haiku', 'gpt-4o']

/** Every behaviour, of one provider and of all, and mixtures of them. Those that end by a timeout come last. */
export function differentialCases (): Case[] {
  const directives = talking.flatMap(behaviour => [`openai=${behaviour}`, `all=${behaviour}`])
  // Any mixtures would do; these are the same each time.
  for (let seed = 1; seed <= 30; seed++) {
    directives.push(models.map((model, index) => `${model}=${talking[(seed * 7 + index * seed * 5 + index * 3) % talking.length]!}`).join(' '))
  }
  const waiting = [...silent.flatMap(behaviour => [`openai=${behaviour}`, `all=${behaviour}`]), 'openai=hang anthropic=limit', 'all=fail gpt-4o=stall']
  return [...casesOf(directives, 30_000), ...casesOf(waiting, 1500)]
}

function casesOf (directives: readonly string[], timeoutMs: number): Case[] {
  return directives.flatMap((directive, index) => [true, false].map(stream => ({
    models,
    completion: {
      prompt: `[stand-in ${directive}] Ünïcode 🧭 “${index}” \\ "\t\u0001`,
      system: index % 3 === 0 ? null : 'Be brief – 二',
      maxTokens: index % 4 === 0 ? 5 : 512,
      temperature: index % 2 === 0 ? 0 : 1.7
    },
    stream,
    timeoutMs
  })))
}
