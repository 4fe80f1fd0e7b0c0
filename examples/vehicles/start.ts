import { createRequire } from 'node:module'
import { freePort, startGateway } from './start/gateway.ts'
import { judgeStage, type SideResult, type StageResult } from './start/stages.ts'
import { Traffic } from './start/traffic.ts'

// `npm start`: the whole migration in half a minute, on this machine, with nothing set up.
// Both faces, the database and the switch start; the features move to Fastify and back under real requests.

const once = process.argv.includes('--once')
const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined
const paint = (code: number) => (text: string): string => colour ? `\u001B[${code}m${text}\u001B[0m` : text
const bold = paint(1)
const dim = paint(2)
const red = paint(31)
const green = paint(32)
const yellow = paint(33)
const cyan = paint(36)

const express = (createRequire(import.meta.url)('express/package.json') as { version: string }).version
const fastify = (createRequire(import.meta.url)('fastify/package.json') as { version: string }).version

async function main (): Promise<number> {
  const wanted = Number(process.env.PORT ?? 3000)
  const port = once ? 0 : await freePort(wanted)
  console.log(`${bold('cutover')}  the vehicles API moves from Express ${express} to Fastify ${fastify}, Node ${process.version}`)
  console.log(dim('Starting an embedded PostgreSQL, both backends, and the switch in front of them …'))
  const started = performance.now()
  const gateway = await startGateway(port, line => { if (/^(warn|error|\{)/.test(line)) console.log(yellow(`  ${line.slice(0, 200)}`)) })
  const traffic = new Traffic(gateway.url)
  let stopping = false
  const stop = (): void => {
    stopping = true
    gateway.stop().catch(() => {})
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    console.log(dim(`Up after ${((performance.now() - started) / 1000).toFixed(1)} s at ${gateway.url}`))
    await gateway.rollback('health')
    await gateway.rollback('vehicles')
    await traffic.signIn()
    await traffic.send('vehicles', 400)
    const results: StageResult[] = []
    for (const feature of ['health', 'vehicles'] as const) {
      console.log(`\n${bold(feature)}${dim(feature === 'vehicles' ? `  reads and writes, ${traffic.sessions} sessions, each of which stays on one side` : '  GET /health')}`)
      console.log(dim('  share              requests    Express                        Fastify                        failed'))
      for (const share of [0, 50, 100, 0]) {
        if (share === 0 && results.at(-1)?.feature === feature) await gateway.rollback(feature)
        else await gateway.share(feature, `${share}%`)
        const result = judgeStage(feature, share, await traffic.send(feature, 1_500), feature === 'vehicles')
        results.push(result)
        printStage(result)
      }
    }
    await traffic.tidy()
    const problems = results.flatMap(result => result.problems.map(problem => `${result.feature} at ${result.share} %: ${problem}`))
    const total = results.reduce((sum, { requests }) => sum + requests, 0)
    console.log()
    if (problems.length > 0) {
      for (const problem of problems) console.log(red(`✗ ${problem}`))
      return 1
    }
    console.log(green(`✓ ${total} requests, none failed; every one went where its share said; both features are back on Express.`))
    if (!once) {
      printNext(gateway.url, gateway.adminUrl, port !== wanted ? wanted : undefined)
      return await gateway.ended
    }
    return 0
  } catch (error) {
    if (stopping) return 130
    console.error(red(`✗ ${(error as Error).message}`))
    return 3
  } finally {
    traffic.close()
    await gateway.stop()
  }
}

function printStage ({ share, requests, legacy, candidate, failures, problems }: StageResult): void {
  const bar = cyan('█'.repeat(share / 10)) + dim('░'.repeat(10 - share / 10))
  const failed = failures.length === 0 ? green('0') : red(String(failures.length))
  console.log(`  ${bar} ${String(share).padStart(3)} %  ${String(requests).padStart(7)}    ${side(legacy)}  ${side(candidate)}  ${failed}${problems.length > 0 ? yellow('  !') : ''}`)
}

function side ({ count, p50, p95 }: SideResult): string {
  const text = `${String(count).padStart(5)}`
  const times = p50 === undefined || p95 === undefined ? '' : `p50 ${ms(p50)}  p95 ${ms(p95)}`
  return count === 0 ? dim(`${text}  ${times}`.padEnd(29)) : `${text}  ${times}`.padEnd(29)
}

function ms (value: number): string {
  return `${value.toFixed(1)} ms`
}

function printNext (url: string, adminUrl: string, taken: number | undefined): void {
  const config = '--config examples/vehicles/cutover.config.ts'
  console.log(`
${bold('It stays up.')}${taken === undefined ? '' : yellow(`  Port ${taken} was taken, so it is on another one.`)}
  the API, through the switch   ${cyan(url)}
  its admin listener            ${cyan(adminUrl)}

${bold('Try next')}, in another terminal:
  npx cutover status ${config}
  npx cutover share vehicles 25% ${config}
  npx cutover rollback ${config}

${dim('Ctrl-C stops it.')}`)
}

process.exitCode = await main()
