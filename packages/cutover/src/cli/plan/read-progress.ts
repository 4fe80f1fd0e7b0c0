import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FeatureStatus, StatusProject, StatusResponse } from '../../config/admin-api.ts'
import { keepFile } from '../../config/kept-file.ts'
import { parseRoute } from '../../config/route.ts'
import type { Feature } from '../../config/settings.ts'
import type { DossierSettings } from '../../report/dossier/inputs.ts'
import { makeDossier } from '../../report/dossier/make-dossier.ts'
import { readInputs } from '../../report/dossier/read-inputs.ts'
import { progressTable, withBlock } from '../../report/plan/plan-markdown.ts'
import { planFileName, type FeatureProgress } from './progress-view.ts'

/** Files are read anew so often while the status is watched. */
const everyMs = 15_000

/**
 * Reads how far each feature is from the state folder of a running switch on this machine, and brings the progress table of
 * its plan up to date. The config is not loaded: that can run the applications which it imports.
 * @returns a function that gives nothing where the switch does not say where it keeps things, or they cannot be read
 */
export function progressReader (): (status: StatusResponse) => Promise<{ readonly progress?: readonly FeatureProgress[] }> {
  let known: readonly FeatureProgress[] | undefined
  let next = 0
  return async ({ project, features }) => {
    if (project === undefined) return {}
    if (performance.now() >= next) {
      known = await read(project, features).catch(() => known)
      next = performance.now() + everyMs
    }
    return known === undefined ? {} : { progress: known }
  }
}

async function read (project: StatusProject, features: readonly FeatureStatus[]): Promise<readonly FeatureProgress[]> {
  const inputs = await readInputs(project.stateDir, settingsOf(project, features), 'status', new Date())
  const progress = makeDossier(inputs).features.map(({ feature, risk, progress }) => ({ feature, risk, progress }))
  await refreshPlan(join(project.folder, planFileName), progress)
  return progress
}

/** The plan is somebody's file: nothing but what stands between its marks changes, and only when it says something else. */
async function refreshPlan (file: string, progress: readonly FeatureProgress[]): Promise<void> {
  const page = await readFile(file, 'utf8').catch(() => undefined)
  const fresh = page === undefined ? undefined : withBlock(page, 'progress', progressTable(progress))
  if (fresh !== undefined && fresh !== page) await keepFile(file, fresh, { mode: 0o644 }).catch(() => {})
}

/** As much of the configuration as progress needs, from what the switch says of itself; features as the switch has them, by risk. */
function settingsOf ({ version, retireAfterMs }: StatusProject, features: readonly FeatureStatus[]): DossierSettings {
  const risks = ['low', 'medium', 'high']
  const known = features.map(({ feature, routes, risk, share }): Feature => ({
    name: feature,
    routes: routes.flatMap(text => {
      const route = parseRoute(text)
      return typeof route === 'string' ? [] : [route]
    }),
    risk,
    share,
    stickyBy: undefined,
    pin: { legacy: [], candidate: [] },
    env: undefined,
    fallback: true
  }))
  return {
    project: '',
    features: known,
    order: known.toSorted((a, b) => risks.indexOf(a.risk) - risks.indexOf(b.risk)).map(({ name }) => name),
    stages: [],
    holdMs: 0,
    minimumRequests: 0,
    alpha: 0,
    confidence: 0,
    gates: [],
    version,
    plan: { retireAfterMs, risks: [] },
    breaker: true,
    envFile: undefined,
    backends: { legacy: '', candidate: '' }
  }
}
