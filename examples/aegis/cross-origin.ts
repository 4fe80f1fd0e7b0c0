/** What both faces tell pages of the allowed origins (CORS): with cookies, and which headers of an answer they may read. */
export const crossOrigin = {
  credentials: true,
  methods: 'GET, HEAD, PUT, PATCH, POST, DELETE',
  exposedHeaders: 'ETag, Location, X-Request-Id, Content-Range, Accept-Ranges, X-Encapsulated-Key, X-Encrypted-Symmetric-Key',
  maxAge: 600
} as const
