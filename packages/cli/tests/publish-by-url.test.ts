import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stage, setStage } from './_stage.js'

const TABLE = 'name,rain\none,1\n'

describe('publish --fetch', () => {
  let stage: Stage
  let files: Server
  let url: string
  let served = 'something else, \n'
  beforeAll(async () => {
    files = createServer((_request, response) => response.end(served))
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`
    url = `${origin}/table.csv`
    stage = await setStage({}, { origins: [origin] })
    await stage.json('patron', ['market', 'create', '--seed', '1000', '--preset', 'quick'])
    await writeFile(join(stage.cwd, 'table.csv'), TABLE)
  })
  afterAll(async () => {
    files?.closeAllConnections()
    files?.close()
    await stage?.close()
  })

  it('has the datatrust take what lies here, and nothing else, from there', async () => {
    const publish = ['publish', 'table.csv', '--license', 'CC0-1.0', '--access', '5', '--fetch', url]
    const refused = await stage.as('maker', publish)
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toContain('[FETCH_ANSWER]')
    served = TABLE.replace('1', '2')
    expect((await stage.as('maker', publish)).stderr).toContain('[FETCH_MISMATCH]')
    served = TABLE
    const { listing } = await stage.json<{ listing: string }>('maker', publish)
    await stage.localnet.advance(10)
    expect((await stage.as('buyer', ['buy', listing, '--out', 'bought.csv'])).code).toBe(0)
    expect(await readFile(join(stage.cwd, 'bought.csv'), 'utf8')).toBe(TABLE)
  })

  it('tells where the datatrust may not fetch from', async () => {
    const publish = ['publish', 'table.csv', '--license', 'CC0-1.0', '--access', '6', '--fetch', 'https://example.org/']
    const refused = await stage.as('maker', publish)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('does not fetch from https://example.org')
    expect(refused.stderr).toContain('[FETCH_NOT_ALLOWED]')
  })
})
