export { commandLine, cores, findTool, pinning, type Role } from '../../src/bench/process/pinning.ts'
