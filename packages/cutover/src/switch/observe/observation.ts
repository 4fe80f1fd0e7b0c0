import type { RecordRequest, RecordStatus, ShadowRequest, ShadowResponse, ShadowStatus } from '../../config/admin-api.ts'
import type { Settings } from '../../config/settings.ts'
import type { BackendName, Target } from '../../config/target.ts'
import { parseShare } from '../../config/units.ts'
import { fault } from '../../errors.ts'
import type { Dispatcher } from '../dispatcher.ts'
import type { Log } from '../log.ts'
import { LiveRecording } from './live-recording.ts'
import { Observer } from './observer.ts'
import { type CompareLive, Shadow } from './shadow.ts'

/** Recording and shadowing of a running switch, as the admin listener turns them on and off. */
export interface Observation {
  recordStatus (): RecordStatus
  /** @throws CUT_SHARE_INVALID, CUT_FEATURE_UNKNOWN, CUT_RECORDING_UNWRITABLE */
  startRecording (request: RecordRequest): Promise<RecordStatus>
  stopRecording (): Promise<RecordStatus>
  shadowStatus (): ShadowStatus
  shadowReport (): ShadowResponse
  /** @throws CUT_SHARE_INVALID */
  setShadow (request: ShadowRequest): ShadowResponse
  close (): Promise<void>
}

/**
 * Joins recording and shadowing to a dispatcher, which has an observer only while one of them is on.
 * @param compare judges two answers; what it throws counts as an error of ours
 */
export async function observe (settings: Settings, targets: Readonly<Record<BackendName, Target>>, dispatcher: Dispatcher, compare: CompareLive, log: Log, random: () => number): Promise<Observation> {
  const changed = (): void => { dispatcher.observer = recording.active || shadow.active ? observer : undefined }
  const recording = new LiveRecording(settings, () => changed())
  const shadow = new Shadow(settings, targets, compare, random, () => changed())
  const observer = new Observer(settings, targets, dispatcher.routing.trust, recording, shadow)
  const { record } = settings
  if (record.share > 0) {
    await recording.start({ share: record.share, features: record.features, folder: `${record.folder}/live` })
      // Traffic goes on unrecorded.
      .catch((error: Error) => log({ level: 'error', message: error.message }))
  }
  changed()
  const known = new Set(settings.features.map(feature => feature.name))
  return {
    recordStatus: () => recording.status(),
    async startRecording ({ share, features, seconds, folder }) {
      const unknown = features?.find(name => !known.has(name))
      if (unknown !== undefined) throw fault('CUT_FEATURE_UNKNOWN', unknown, '', [...known].join(', ') || 'none')
      return await recording.start({ share: shareOf(share), features, folder, milliseconds: seconds === undefined ? undefined : seconds * 1000 })
    },
    stopRecording: async () => await recording.stop(),
    shadowStatus: () => shadow.status(),
    shadowReport: () => shadow.report(),
    setShadow ({ share }) {
      shadow.setShare(shareOf(share))
      return shadow.report()
    },
    async close () {
      dispatcher.observer = undefined
      await recording.stop()
      await shadow.close()
    }
  }
}

function shareOf (text: string): number {
  const share = parseShare(text)
  if (share === undefined) throw fault('CUT_SHARE_INVALID', text)
  return share
}
