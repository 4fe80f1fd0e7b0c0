export { default, cutover, type SwitchPluginOptions } from './library/fastify.ts'
