export { backendProvider, cutoverProvider, type Asked } from './library/openfeature/provider.ts'
export { requestContext } from './library/openfeature/request-context.ts'
