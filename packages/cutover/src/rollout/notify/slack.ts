import type { RolloutEvent } from '../../config/control.ts'
import { formatShare } from '../../config/units.ts'
import type { Addressee } from './delivery.ts'
import { post, type Place } from './post.ts'
import { cut, gateLine, headline } from './words.ts'

/** Posts to an incoming webhook of Slack, or of what takes its format (Mattermost, Rocket.Chat). */
export function slack ({ place, on, timeoutMs }: { readonly place: Place, readonly on: readonly string[] | undefined, readonly timeoutMs: number }): Addressee {
  return {
    name: `slack ${place.host}`,
    on,
    deliver: async ({ event }, signal) => await post(place, JSON.stringify(slackMessage(event)), {}, signal, timeoutMs)
  }
}

const marks: Readonly<Record<RolloutEvent['event'], string>> = {
  queued: '🕓', started: '🚦', stage: '⬆️', paused: '⏸️', resumed: '▶️', skipped: '⏭️', failed: '🔴', aborted: '⏹️', completed: '✅'
}

// Slack refuses a message that is longer: https://docs.slack.dev/reference/block-kit/blocks
const longestHeader = 150
const longestText = 3_000

/** The event as a message: `text` for notifications and for what shows no blocks, `blocks` for the rest. */
export function slackMessage (event: RolloutEvent): { readonly text: string, readonly blocks: readonly object[] } {
  const line = `${marks[event.event]} ${headline(event)}`
  const fields = [
    ['Share', formatShare(event.share)],
    ['Stage', String(event.stage + 1)],
    ...(event.version === undefined ? [] : [['Version', event.version]]),
    ['By', event.who]
  ].map(([name, value]) => ({ type: 'mrkdwn', text: `*${name}*\n${cut(escaped(value!), 1_000)}` }))
  const gates = (event.results ?? []).map(result => `${result.verdict === 'fail' ? '🔴' : result.verdict === 'pass' ? '🟢' : '⚪'} ${gateLine(result)}`)
  return {
    text: escaped(event.why === '' ? line : `${line}: ${event.why}`),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(line, longestHeader) } },
      ...(event.why === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: cut(escaped(event.why), longestText) } }]),
      { type: 'section', fields },
      ...(gates.length === 0 ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: cut(escaped(gates.join('\n')), longestText) } }]),
      { type: 'context', elements: [{ type: 'mrkdwn', text: `${escaped(event.at)}, rollout ${escaped(event.rollout)}` }] }
    ]
  }
}

/** The three characters that mean something in Slack's text. */
function escaped (text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
