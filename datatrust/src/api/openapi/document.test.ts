import { readFileSync } from 'node:fs'
import type { Address } from '@gristmill/protocol'
import { createExecutors, createWasmExecutor } from '@gristmill/runner'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Wallet } from 'ethers'
import type { Express } from 'express'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../app.js'
import { createConfig } from '../../config/config.js'
import type { Context } from '../../context.js'
import { createLogger } from '../../logger.js'
import { RequestMetrics } from '../../metrics/request-metrics.js'
import { problemCodes } from '../status-of.js'
import { openApiDocument, problemsOf } from './document.js'
import { OPERATIONS } from './operations.js'
import { pageOf } from './page.js'

const document = openApiDocument()
const documented = OPERATIONS.map(({ method, path }) => `${method} ${path}`)

/** The routes alone: what they work with when they are asked is not there. */
function routesOf(more: (app: Express) => void = () => {}): string[] {
  const contract: Address = `0x${'11'.repeat(20)}`
  const domain = { chainId: 1n, verifyingContract: contract }
  const ctx = {
    config: createConfig({
      datatrust: 1,
      dataDirectory: '.',
      chain: { rpcUrl: '', chainId: 1n, deployment: {} as never },
    }),
    log: createLogger('silent'),
    executors: createExecutors([createWasmExecutor()]),
    requestMetrics: new RequestMetrics(),
    chain: { ordersDomain: domain, listingsDomain: domain },
    secrets: { signer: Wallet.createRandom(), openpgp: { publicKey: '' } },
  } as unknown as Context
  const app = createApp(ctx)
  more(app)
  return app.router.stack.flatMap(({ route }) =>
    route === undefined
      ? []
      : [route.path]
          .flat()
          .flatMap((path) => route.stack.map((layer) => `${(layer as { method: string }).method} ${path}`)),
  )
}

const untold = (routes: readonly string[]) => routes.filter((route) => !documented.includes(route) && route !== 'get /')

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 to a validator that is not ours', async () => {
    const validate = (value: object) => new Validator({ strict: false }).validate(value as Record<string, unknown>)
    expect(await validate(structuredClone(document))).toEqual({ valid: true })
    const { info: _, ...headless } = structuredClone(document)
    expect(await validate(headless)).toMatchObject({ valid: false })
  })

  it('is the committed one: pnpm run docs writes it', () => {
    const file = new URL('../../../../docs/openapi.json', import.meta.url)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)))
  })

  it('tells every route of the server, and no other', () => {
    const routes = routesOf()
    expect(untold(routes)).toEqual([])
    expect(documented.filter((route) => !routes.includes(route))).toEqual([])
    expect(untold(routesOf((app) => app.get('/v1/hidden', () => {})))).toEqual(['get /v1/hidden'])
  })

  it('tells where every problem code may come, under its status', () => {
    const told = new Set(OPERATIONS.flatMap(problemsOf))
    const nowhere = problemCodes().filter((code) => !told.has(code))
    expect(nowhere).toEqual(['ROUTE_NOT_FOUND'])
    expect([...told].filter((code) => !problemCodes().includes(code))).toEqual(['INTERNAL'])
  })

  it('says of every value what it is: amounts are strings, and nothing is left open', () => {
    const text = JSON.stringify(document.components.schemas)
    expect(text).not.toContain('"anyOf":[')
    expect(document.components.schemas.Deal?.properties?.price).toMatchObject({ type: 'string' })
    const open = text.match(/:\{\}/g) ?? []
    // A problem: its details differ by code, and fields may be added.
    expect(open).toHaveLength(2)
  })
})

describe('the page', () => {
  const page = pageOf(document)

  it('leads to itself only, and needs no script', () => {
    expect(page).not.toMatch(/<script|\son\w+=|javascript:|(href|src)="?https?:/i)
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    const dead = [...page.matchAll(/href="#([^"]+)"/g)].filter(([, id]) => !ids.has(id!))
    expect(dead).toEqual([])
    for (const code of [...problemCodes(), 'INTERNAL']) expect(ids).toContain(code)
    for (const { id } of OPERATIONS) expect(ids).toContain(id)
  })

  it('escapes what it is given', () => {
    const hostile = { ...document, info: { ...document.info, title: '<script>"&' } }
    expect(pageOf(hostile)).toContain('&lt;script&gt;&quot;&amp;')
  })
})
