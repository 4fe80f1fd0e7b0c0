import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { configFor } from '../cutover.config.ts'

const folder = join(import.meta.dirname, '..')
const read = async (path: string): Promise<string> => await readFile(join(folder, path), 'utf8')

/** Names of variables in capitals that a source reads. */
const namesIn = (source: string): Set<string> => new Set(source.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|\b(?:HOST|PORT|PYTHON)\b/g))

describe('what a deployment is told', () => {
  test('.env.example names every variable of both faces and the switch, and no other', async () => {
    const listed = new Set([...(await read('.env.example')).matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name!))
    const typescript = [...(await read('environment.ts')).matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name!)
    const python = [...(await read('legacy/settings.py')).matchAll(/^ {4}([a-z_]+): [\w[\]]+ = Field/gm)].map(([, name]) => name!.toUpperCase())
    assert.ok(typescript.length > 15 && python.length > 15)
    const config = await read('cutover.config.ts')
    const features = Object.values(configFor({ FASTAPI_URL: 'http://127.0.0.1:1' }).features).map(({ env }) => env!)
    for (const name of [...typescript, ...python, ...features, 'NODE_ENV', 'HOST', 'LOG_LEVEL']) assert.ok(listed.has(name), `${name} is missing`)
    const known = new Set([...typescript, ...python, ...namesIn(config), ...namesIn(await read('python.ts')), 'NODE_ENV', 'HOST', 'LOG_LEVEL'])
    for (const name of listed) assert.ok(known.has(name), `${name} is read by nobody`)
  })

  test('compose.yaml sets variables that somebody reads, and runs files that are built', async () => {
    const compose = parse(await read('compose.yaml'), { merge: true }) as { services: Record<string, { environment?: Record<string, string>, command?: string[], build?: { dockerfile: string } }> }
    const sources = (await Promise.all(['environment.ts', 'cutover.config.ts', 'external/stand-in/server.ts'].map(read))).join('\n')
    for (const [service, { environment, command, build }] of Object.entries(compose.services)) {
      if (build !== undefined) {
        for (const name of Object.keys(environment ?? {})) assert.ok(sources.includes(name), `${service}: ${name}`)
        await read(join('../..', build.dockerfile))
      }
      const script = command?.find(word => word.endsWith('.js'))
      if (script !== undefined) await read(script.replace(/\.js$/, '.ts'))
    }
    assert.equal(compose.services.switch?.environment?.FASTAPI_URL, 'http://legacy:8000')
  })

  test('both images run as nobody special, and say how they are', async () => {
    for (const file of ['Dockerfile', 'legacy/Dockerfile']) {
      const last = (await read(file)).split(/^FROM /m).at(-1)!
      assert.match(last, /^USER (?!root)\w+$/m, file)
      assert.match(last, /^HEALTHCHECK /m, file)
    }
  })

  test('the Dockerfiles copy the manifest of every workspace', async () => {
    const root = join(folder, '../..')
    const workspaces = (await Promise.all(['packages', 'examples'].map(async parent => (await readdir(join(root, parent))).map(name => `${parent}/${name}`)))).flat()
    assert.ok(workspaces.length >= 7)
    for (const example of ['vehicles', 'assistant', 'aegis', 'neuroroute']) {
      const dockerfile = await read(`../${example}/Dockerfile`)
      for (const workspace of workspaces) assert.ok(dockerfile.includes(`COPY ${workspace}/package.json`), `${example}: ${workspace}`)
    }
  })
})
