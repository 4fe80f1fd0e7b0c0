import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BackendDraft, ConfigDraft, ConfigFormat } from './config-text.ts'
import { findPaths, proposeFeatures, type Proposal } from './find-routes.ts'
import type { Framework, Project } from './project.ts'

export interface DraftOptions {
  /** URL of a legacy backend that runs already. */
  readonly legacy: string | undefined
  /** URL of a candidate that runs already. */
  readonly candidate: string | undefined
}

const legacyPort = '5001'
const candidatePort = '3001'
const candidateNames = ['fastify', 'candidate', 'fastify-server', 'fastify/server', 'fastify/index', 'candidate/server', 'candidate/index']

/** What the first config of a project should say. */
export function draftConfig (folder: string, project: Project, options: DraftOptions): ConfigDraft {
  const features = proposeFeatures(findPaths(folder))
  const health = features.find(({ name }) => name.startsWith('health') || name === 'ping')?.routes[0]?.replace(/^GET /, '')
  const withHealth = (backend: BackendDraft): BackendDraft => health === undefined ? backend : { ...backend, health }
  return {
    legacy: withHealth(options.legacy === undefined ? legacyDraft(folder, project) : runningDraft(options.legacy)),
    candidate: withHealth(options.candidate === undefined ? candidateDraft(folder, project) : runningDraft(options.candidate)),
    features: features.length > 0 ? features : [placeholder],
    envFile: existsSync(join(folder, '.env')) ? '.env' : undefined
  }
}

/** The format that suits the project: TypeScript where it is used, else a module that loads in any project. */
export function suitableFormat ({ language, esm }: Project): ConfigFormat {
  if (language === 'typescript') return 'ts'
  if (language === 'javascript') return esm ? 'js' : 'mjs'
  return 'json'
}

/** The framework that serves today: the first that is not Fastify, if there is any. */
export function legacyFramework ({ frameworks }: Project): Framework | undefined {
  return frameworks.find(framework => framework !== 'fastify') ?? frameworks[0]
}

const placeholder: Proposal = { name: 'example', routes: ['/api/example', '/api/example/*'], risk: 'medium' }

function runningDraft (origin: string): BackendDraft {
  return { origin, note: 'It runs already, outside of cutover.' }
}

function legacyDraft (folder: string, project: Project): BackendDraft {
  const framework = legacyFramework(project)
  const entry = project.entries.find(entry => !isCandidate(entry))
  const python = project.language === 'python' || framework === 'fastapi'
  const command = python ? uvicorn(entry) : project.start === undefined ? nodeCommand(entry ?? 'dist/server.js') : 'npm start'
  const found = [framework, entry].filter(Boolean).join(', ')
  return {
    command,
    ...(python ? {} : { env: { PORT: legacyPort } }),
    origin: `http://127.0.0.1:${legacyPort}`,
    note: `${found === '' ? 'Nothing was recognised: put its command here.' : `Found: ${found}.`}${python ? '' : ' It must listen on PORT.'}`
  }
}

function candidateDraft (folder: string, project: Project): BackendDraft {
  const extensions = ['ts', 'mts', 'js', 'mjs']
  const entry = ['', 'src/', 'dist/'].flatMap(place => candidateNames.flatMap(name => extensions.map(extension => `${place}${name}.${extension}`)))
    .find(path => existsSync(join(folder, path)))
  return {
    command: nodeCommand(entry ?? (project.language === 'typescript' ? 'src/fastify.ts' : 'src/fastify.js')),
    env: { PORT: candidatePort },
    origin: `http://127.0.0.1:${candidatePort}`,
    note: `${entry === undefined ? 'Not found yet: put its command here.' : `Found: ${entry}.`} It must listen on PORT.`
  }
}

function isCandidate (entry: string): boolean {
  return candidateNames.some(name => entry.replace(/^(src|dist)\//, '').replace(/\.\w+$/, '') === name)
}

function nodeCommand (entry: string): string {
  return entry.endsWith('ts') ? `npx tsx ${entry}` : `node ${entry}`
}

function uvicorn (entry: string | undefined): string {
  const module = (entry ?? 'main.py').replace(/\.py$/, '').replaceAll('/', '.')
  return `uvicorn ${module}:app --host 127.0.0.1 --port ${legacyPort}`
}
