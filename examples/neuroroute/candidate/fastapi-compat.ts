/**
 * Fastify answers as FastAPI 0.92 does (Starlette 0.26, pydantic 1.10, uvicorn 0.17 with httptools).
 *
 * ```ts
 * const app = fastify({ ...fastapiOptions(), loggerInstance }).withTypeProvider<TypeBoxTypeProvider>()
 * await app.register(fastapiCompat)             // first, and awaited: before hooks and routes
 * app.addHook('onRequest', requestIds)          // middleware: also for 404, 405 and redirects
 * await app.register(promptRoutes)              // routes in the order of the FastAPI app: the first that matches wins
 * ```
 *
 * Order of a request: middleware (`onRequest`) → route, 404, 405, 307 → body and its JSON → dependencies (`preValidation`
 * hooks: authentication, rate limits; they throw an {@link HttpException}) → validation of path, query, headers and body
 * together, 422 → handler. Put authentication into a `preValidation` hook of the route or of an encapsulated plugin; an
 * `onRequest` hook would come before the body is read, and an app-wide `preValidation` hook runs for 404, too.
 *
 * Declaring (TypeBox; `schema: { params, querystring, headers, body, response }`; members are checked in their order):
 * - `Type.String({ minLength, maxLength, pattern })`, `Type.Integer({ minimum, exclusiveMaximum, … })`, `Type.Number(…)`,
 *   `Type.Boolean()`, `Type.Array(…, { minItems, maxItems, uniqueItems })` (from repeated query parameters, too), `Type.Object`
 *   (others ignored; `additionalProperties: false` forbids them), `Type.Record(Type.String(), …)`, `Type.Union([…])`,
 *   `Type.Unknown()`. An int beyond 2^53 reaches the handler as a bigint. What is `Unknown`
 *   comes as Python has it: dicts are Maps, whole floats {@link PythonFloat}; {@link plain} makes plain JavaScript of it.
 * - {@link Enumeration}`(['a', 'b'])` is an Enum, a union of `Type.Literal`s a Literal; {@link Uuid}, {@link Day},
 *   {@link Moment} are texts with `format: 'uuid' | 'date' | 'date-time'`, in Python's form.
 * - `default: x` makes a member optional with that value; `Type.Optional(…)` one whose default is None (left out of the
 *   value when it was not sent, null when null was sent); {@link Nullable}`(…)` takes null.
 * - In a number (float) limits are ints, as in `ge=0`; for `ge=0.0` add `floatLimits: true`.
 * - {@link validated}`(schema, { before, after, always, root, rootBefore, skipOnFailure })` adds validators, which throw
 *   `new ValueError('message')`.
 *
 * Answering: return the value; the response schema of the status writes it (`Type.Number` as a float: `1.0`). Without one,
 * whole numbers are ints and {@link pythonFloat} is for floats. `throw new HttpException(404, 'Model not found')` and with
 * headers; `detail` may be any JSON. Anything else that is thrown is logged and answered with `Internal Server Error`.
 * For 204 `return reply.code(204).send()`; where FastAPI's route returns None instead of a Response, its answer has
 * `content-type: application/json` all the same: set that header. Streams: set the content type with
 * `; charset=utf-8` and send a Readable.
 *
 * The handler sees `request.url` as it is routed, and what was sent in `request.originalUrl`.
 */
export { fastapiCompat, fastapiCompat as default, type FastapiCompatOptions } from './fastapi-compat/plugin.ts'
export { fastapiOptions } from './fastapi-compat/options.ts'
export { HttpException, RequestValidationError, ValueError, TypeFault, AssertionFault, type Fault } from './fastapi-compat/faults.ts'
export { Day, Enumeration, Moment, Nullable, Uuid, validated, type FieldValidator, type RootValidator, type Validators } from './fastapi-compat/declarations.ts'
export { floatText, pythonFloat, PythonFloat } from './fastapi-compat/python-numbers.ts'
export { plain } from './fastapi-compat/python-text.ts'
export { writeJson } from './fastapi-compat/json-writer.ts'
export { compileSerializer } from './fastapi-compat/serializer.ts'
