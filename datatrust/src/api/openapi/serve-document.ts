import type { Express } from 'express'
import { openApiDocument } from './document.js'
import { pageOf } from './page.js'

const CACHE_CONTROL = 'public, max-age=300'

/** GET /v1/openapi.json, and the same as a page at /v1/docs and /. */
export function serveDocument(app: Express): void {
  const document = openApiDocument()
  const text = JSON.stringify(document)
  const page = pageOf(document)
  app.get('/v1/openapi.json', (_request, response) => {
    response.set({ 'Content-Type': 'application/json', 'Cache-Control': CACHE_CONTROL }).send(text)
  })
  app.get(['/', '/v1/docs'], (_request, response) => {
    response.set({ 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': CACHE_CONTROL }).send(page)
  })
}
