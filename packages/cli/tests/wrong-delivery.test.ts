import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Overrides } from '@gristmill/datatrust'
import { jsonRpcProvider } from '@gristmill/sdk'
import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spawnCommand } from './_process.js'
import { ONE, type Stage, setStage } from './_stage.js'

type Dialect = Parameters<NonNullable<Overrides['dialect']>>[0]

const ROWS = 300
const TABLE = Array.from({ length: ROWS }, (_, row) => `day ${row},${row % 7}`).join('\n')
const OTHER = TABLE.replaceAll('day', 'dad')
const PRICE = 5n * ONE

/** Where content lies, by its root: what an operator can write into a database of one's own. */
interface Place {
  blob_key: string
  key_packets: Uint8Array
}
const places = new Map<string, Place>()
/** Roots of what is sold, and of what is delivered instead. */
const swapped = new Map<string, string>()

/** A datatrust that has put other content, of the same size, under what it sells. */
function cheating(own: Dialect): Dialect {
  const swap = (row: Partial<Place> & { content_root?: string }) => {
    const { content_root: root, blob_key, key_packets } = row
    if (!root || !blob_key || !key_packets) return row
    if (!places.has(root)) places.set(root, { blob_key, key_packets })
    return { ...row, ...places.get(swapped.get(root) ?? '') }
  }
  const seen = new WeakSet<object>()
  return {
    createAdapter: () => own.createAdapter(),
    createIntrospector: (db) => own.createIntrospector(db),
    createQueryCompiler: () => own.createQueryCompiler(),
    createDriver: () => {
      const driver = own.createDriver()
      const acquire = driver.acquireConnection.bind(driver)
      driver.acquireConnection = async () => {
        const connection = await acquire()
        if (seen.has(connection)) return connection
        seen.add(connection)
        const run = connection.executeQuery.bind(connection)
        connection.executeQuery = (async (...query: Parameters<typeof run>) => {
          const result = await run(...query)
          return { ...result, rows: result.rows.map((row) => swap(row as Partial<Place>)) }
        }) as typeof run
        return connection
      }
      return driver
    },
  }
}

describe('a wrong delivery', () => {
  let stage: Stage
  let listing: string

  const at = (file: string) => join(stage.cwd, file)
  const vaultOf = async () => {
    const client = await stage.client('buyer')
    return (await client.vault.balance({ token: stage.localnet.token })).vault
  }

  beforeAll(async () => {
    stage = await setStage({ dialect: cheating })
    await stage.json('patron', ['market', 'create', '--seed', '1000', '--preset', 'quick'])
    const publish = async (file: string, content: string) => {
      await writeFile(at(file), content)
      const argv = ['publish', file, '--license', 'CC0-1.0', '--access', '5']
      return (await stage.json<{ listing: string }>('maker', argv)).listing
    }
    listing = await publish('days.csv', TABLE)
    const other = await publish('dads.csv', OTHER)
    // Sold honestly once, so that the list of its leaves is there.
    await stage.json('buyer', ['buy', listing, '--out', 'honest.csv'])
    await stage.json('buyer', ['buy', other, '--out', 'other.csv'])
    expect(await readFile(at('honest.csv'), 'utf8')).toBe(TABLE)
    const client = await stage.client('buyer')
    const rootOf = async (id: string) =>
      (await client.listings.get({ listing: id as `0x${string}` })).document.contentRoot
    swapped.set(await rootOf(listing), await rootOf(other))
  }, 120_000)
  afterAll(() => stage?.close())

  it('is proved on chain by the purchase itself, and the evidence is kept', async () => {
    const before = await vaultOf()
    const command = spawnCommand(['buy', listing, '--again', '--out', 'wrong.csv', '--as', 'buyer', '--yes'], {
      cwd: stage.cwd,
    })
    expect(await command.ended).toBe(1)
    const { stdout, stderr } = command.output()
    expect(stdout).toBe('')
    expect(stderr).toContain('A cell is not what was promised: proves it on the chain.')
    expect(stderr).toContain('5.0 tUSD is back in your Vault balance, with 5.0 tUSD of the bond.')
    expect(stderr).toMatch(/error: .*\[WRONG_DELIVERY\]/)
    // There is nothing left to do.
    expect(stderr).not.toContain('next:')
    expect(existsSync(at('wrong.csv'))).toBe(false)
    expect(await vaultOf()).toBe(before + 2n * PRICE)
    expect((await stat(at('wrong.csv.partial.evidence.json'))).mode & 0o777).toBe(0o600)
    const again = await stage.as('patron', ['order', 'complain', 'wrong.csv.partial.evidence.json'])
    expect(again.stderr).toContain('[ORDERS_WRONG_STATUS]')
  })

  it('of what was bought before is no reason to take the price back', async () => {
    const failed = await stage.as('buyer', ['buy', listing, '--out', 'once more.csv'])
    expect(failed.stderr).toContain('the ciphertext is not the one whose key was revealed. Try again. [DELIVERY_FAULT]')
    expect(existsSync(at('once more.csv'))).toBe(false)
  })

  it('that the buyer had no gas money to complain about is proved by anybody with the evidence', async () => {
    const { orderId } = await stage.json<{ orderId: string }>('buyer', ['order', 'place', listing, '--from', 'wallet'])
    await spendGasMoney()
    const command = spawnCommand(['download', orderId, '--out', 'my file.csv', '--as', 'buyer'], { cwd: stage.cwd })
    expect(await command.ended).toBe(1)
    const evidence = at('my file.csv.partial.evidence.json')
    const { stderr } = command.output()
    expect(stderr).toContain('[WRONG_DELIVERY]')
    expect(stderr).toContain(`next:  gristmill order complain '${evidence}'`)

    const lying = at('lying.json')
    const kept = JSON.parse(await readFile(evidence, 'utf8'))
    const { cell } = kept.evidence
    await writeFile(lying, JSON.stringify({ ...kept, evidence: { ...kept.evidence, cell: String(Number(cell) + 1) } }))
    expect((await stage.as('patron', ['order', 'complain', lying])).stderr).toMatch(/\[(FAIR|ORDERS)_\w+\]/)

    const before = await vaultOf()
    const complain = spawnCommand(['order', 'complain', evidence, '--as', 'patron', '--yes', '--json'], {
      cwd: stage.cwd,
    })
    expect(await complain.ended).toBe(0)
    expect(JSON.parse(complain.output().stdout)).toMatchObject({
      orderId,
      refunded: String(PRICE),
      compensation: String(PRICE),
    })
    expect(await vaultOf()).toBe(before + 2n * PRICE)
    const { stdout } = await stage.as('buyer', ['order', 'show', orderId])
    expect(stdout).toMatch(/complaint-upheld\s+cell 0 was wrong: 5.0 tUSD of the bond to the buyer/)
  })

  /** Leaves the buyer too little for a complaint. */
  async function spendGasMoney(): Promise<void> {
    const { actors, url } = stage.localnet
    const wallet = new Wallet(actors.buyer.privateKey, jsonRpcProvider(url))
    const [balance, fees] = await Promise.all([wallet.provider!.getBalance(wallet), wallet.provider!.getFeeData()])
    const gasPrice = fees.maxFeePerGas ?? fees.gasPrice ?? 0n
    const value = balance - gasPrice * 30_000n
    await (await wallet.sendTransaction({ to: actors.patron.address, value, gasLimit: 21_000n, gasPrice })).wait()
  }
})
