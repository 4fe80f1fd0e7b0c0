import { spawnSync } from 'node:child_process'

/** An interpreter that has what the FastAPI face needs. */
export interface Python {
  /** As it is to be run. */
  readonly path: string
  readonly versions: Readonly<Record<'python' | 'fastapi' | 'starlette' | 'uvicorn' | 'pydantic', string>>
}

/** No interpreter has the packages; the message is one line that says what to install. */
export class PythonMissing extends Error {
  override name = 'PythonMissing'
}

const packages = ['fastapi', 'starlette', 'uvicorn', 'pydantic', 'uvloop', 'httptools', 'asyncpg', 'redis', 'httpx']
const debian = packages.map(name => `python3-${name}`).join(' ')
const advice = `Install ${debian} (Debian 12), or run \`pip install -r examples/neuroroute/legacy/requirements.txt\` and set PYTHON to that pip's interpreter.`

// Imported, not only looked up: a package that was built for another interpreter is found and does not load.
const probe = `
import importlib, json, platform
versions, missing = {"python": platform.python_version()}, []
for name in ${JSON.stringify(packages)}:
    try:
        module = importlib.import_module(name)
        versions[name] = str(getattr(module, "__version__", ""))
    except Exception:
        missing.append(name)
if "pydantic" not in missing and not versions["pydantic"].startswith("1."):
    missing.append("pydantic 1 (has " + versions["pydantic"] + ")")
print(json.dumps({"versions": versions, "missing": missing}))`

interface Probed {
  readonly versions: Python['versions']
  readonly missing: readonly string[]
}

/**
 * Finds an interpreter with the packages of legacy/requirements.txt: that of PYTHON if it is set, else /usr/bin/python3
 * (Debian's own, whatever comes first in PATH), else python3.
 * @throws PythonMissing
 */
export function findPython (variables: NodeJS.ProcessEnv = process.env): Python {
  const problems: string[] = []
  for (const path of variables.PYTHON ? [variables.PYTHON] : ['/usr/bin/python3', 'python3']) {
    const probed = ask(path, variables)
    if (probed === undefined) problems.push(`${path} does not run`)
    else if (probed.missing.length > 0) problems.push(`${path} lacks ${probed.missing.join(', ')}`)
    else {
      const { python, fastapi, starlette, uvicorn, pydantic } = probed.versions
      return { path, versions: { python, fastapi, starlette, uvicorn, pydantic } }
    }
  }
  throw new PythonMissing(`The FastAPI backend needs Python packages that are not here: ${problems.join('; ')}. ${advice}`)
}

/** The interpreter's path; `python3` where none has the packages, for what only names a command and does not run it. */
export function pythonOrDefault (variables: NodeJS.ProcessEnv = process.env): string {
  try {
    return findPython(variables).path
  } catch (error) {
    if (error instanceof PythonMissing) return 'python3'
    throw error
  }
}

/** One line for people: what the FastAPI backend runs on. */
export function describePython ({ versions: { python, fastapi, starlette, uvicorn, pydantic } }: Python): string {
  return `FastAPI ${fastapi} (Starlette ${starlette}, Pydantic ${pydantic}) on uvicorn ${uvicorn}, Python ${python}`
}

function ask (path: string, env: NodeJS.ProcessEnv): Probed | undefined {
  const { status, stdout } = spawnSync(path, ['-c', probe], { encoding: 'utf8', timeout: 30_000, env: { ...env, PYTHONDONTWRITEBYTECODE: '1' } })
  if (status !== 0) return undefined
  return JSON.parse(stdout) as Probed
}
