import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Overrides } from '@gristmill/datatrust'
import {
  type Address,
  DAY,
  type Goods,
  type OrderId,
  receiptSchema,
  receiptTypedData,
  reexecutionSchema,
  toWire,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { createExecutors, createWasmExecutor, type Executor } from '@gristmill/runner'
import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Io } from '../src/io.js'
import { reexecute } from '../src/receipt/reexecute.js'
import { CONSTANT_MODEL } from './_module.js'
import { type Stage, setStage } from './_stage.js'

/** What the datatrust runs algorithms with, from its next start on. */
const overrides: { -readonly [Part in keyof Overrides]: Overrides[Part] } = {}
let stage: Stage
let listing: string
let orderId: OrderId
/** Of the run whose output another was made of. */
let second: OrderId
const at = (file: string) => join(stage.cwd, file)
const TABLE = `x,y,label\n${Array.from({ length: 200 }, (_, row) => `${row % 50},${(row * 7) % 31},${row % 50 > 24 ? 'yes' : 'no'}`).join('\n')}\n`

/** Orders a run, lets its model leave, and gives the order once the model is here. */
async function bought(rounds: number): Promise<string> {
  const parameters = ['--algorithm', 'model.wasm', '--parameters', JSON.stringify({ rounds })]
  const running = stage.as('sponsor', [
    'compute',
    'run',
    listing,
    ...parameters,
    '--out',
    `${rounds}.safetensors`,
    '--json',
  ])
  for (let tries = 0; tries < 300; tries += 1) {
    const { approvals } = await stage.json<{ approvals: { orderId: string }[] }>('maker', ['airlock', 'list'])
    const waiting = approvals[0]?.orderId
    if (waiting !== undefined) {
      await stage.json('maker', ['airlock', 'approve', waiting])
      expect(await running).toMatchObject({ code: 0 })
      return waiting
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('no run came to wait for approval')
}

/** What lets a run be repeated, from its operator. */
async function openingOf(order: string, file: string) {
  return stage.as('maker', ['datatrust', 'opening', order, '--out', file, '--data', 'datatrust', '--id', '1'])
}

beforeAll(async () => {
  stage = await setStage(overrides)
  await writeFile(at('patients.csv'), TABLE)
  await writeFile(at('model.wasm'), CONSTANT_MODEL)
  await stage.json('patron', ['market', 'create', '--seed', '1000', '--preset', 'quick'])
  const published = await stage.json<{ listing: string }>('maker', [
    ...['publish', 'patients.csv', '--license', 'LicenseRef-own', '--compute', '4', '--name', 'Patients'],
    ...['--label', 'label', '--algorithm', 'model.wasm', '--parameters', '{"rounds":[1,100]}', '--slot', '1s'],
  ])
  listing = published.listing
  orderId = (await bought(1)) as OrderId
}, 60_000)
afterAll(() => stage?.close())

describe('receipt show', () => {
  it('tells sponsor and maker what was run on what, and nobody else', async () => {
    for (const actor of ['sponsor', 'maker'] as const) {
      const { stdout, stderr } = await stage.as(actor, ['receipt', 'show', orderId])
      expect(stderr).toBe('')
      expect(stdout).toMatch(/signed by +0x[0-9a-fA-F]{40}, datatrust 1\nverdict +OK\nmodel +0x/)
      expect(stdout).toMatch(/parameters +{"rounds":1}/)
      expect(stdout).toMatch(/charged +\d+ bits: entry 1 of the datatrust's ledger/)
      expect(stdout).toMatch(/chain +holds this receipt/)
    }
    expect((await stage.as('patron', ['receipt', 'show', orderId])).stderr).toContain('[NOT_ORDER_PARTY]')
  })
})

describe('receipt verify', () => {
  const verify = (order: string, ...more: string[]) => stage.as('patron', ['receipt', 'verify', order, ...more])
  const evidence = ['--data', 'patients.csv', '--algorithm', 'model.wasm', '--opening', 'opening.json']
  const given = ['--receipt', 'receipt.json']

  beforeAll(async () => {
    await writeFile(at('receipt.json'), (await stage.as('sponsor', ['receipt', 'show', orderId, '--json'])).stdout)
    expect(await openingOf(orderId, 'opening.json')).toMatchObject({ code: 0 })
  })

  it('says what was checked and what was not, to whoever was given the receipt', async () => {
    const { code, stdout } = await verify(orderId, ...given)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /checked +signature: by 0x.*\n +order: .*\n +provenance: .*\n +charge: .*\n +chain: holds this receipt/,
    )
    expect(stdout).toMatch(/not checked +computation: add --data/)
  })

  it('refuses a receipt that was changed, or that is of another order', async () => {
    const told = JSON.parse(await readFile(at('receipt.json'), 'utf8'))
    await writeFile(at('changed.json'), JSON.stringify({ ...told, receipt: { ...told.receipt, fuel: '1' } }))
    expect((await verify(orderId, '--receipt', 'changed.json')).stderr).toContain('[RECEIPT_MISMATCH]')
    await writeFile(at('changed.json'), '{}')
    expect((await verify(orderId, '--receipt', 'changed.json')).stderr).toContain('[FILE]')
    expect((await verify(`0x${'12'.repeat(32)}`, ...given)).stderr).toContain('[ORDER_UNKNOWN]')
  })

  it('repeats the run with data, algorithm and opening, and writes the same report each time', async () => {
    const first = await verify(orderId, ...given, ...evidence, '--report', 'report.json')
    expect(first.stderr).not.toContain('[')
    expect(first.code).toBe(0)
    expect(first.stdout).toMatch(/repeated +verdict: OK\n +rawOutputHash: 0x/)
    expect(first.stdout).not.toContain('computation:')
    const text = await readFile(at('report.json'), 'utf8')
    const report = reexecutionSchema.parse(JSON.parse(text))
    expect(report).toMatchObject({ orderId, isReproduced: true, isDeterministic: true, runtime: 'wasm' })
    expect(report.checks).toHaveLength(6)
    expect((await verify(orderId, ...given, ...evidence, '--report', 'report.json')).stderr).toContain(
      'is there already',
    )
    await verify(orderId, ...given, ...evidence, '--report', 'again.json')
    expect(await readFile(at('again.json'), 'utf8')).toBe(text)
  }, 30_000)

  it('asks for all that a run is repeated with', async () => {
    for (const part of [evidence.slice(0, 4), evidence.slice(2), ['--report', 'never.json']]) {
      expect(await verify(orderId, ...given, ...part)).toMatchObject({ code: 2 })
    }
  })

  it('repeats nothing with other data, another algorithm or another opening, and says which it is', async () => {
    const instead = (flag: string, file: string) => {
      const argv = [...evidence]
      argv[argv.indexOf(flag) + 1] = file
      return verify(orderId, ...given, ...argv)
    }
    await writeFile(at('other.csv'), TABLE.replace('\n1,', '\n2,'))
    expect((await instead('--data', 'other.csv')).stderr).toMatch(/The data is other data.*\[NOT_OF_RUN\]/)
    await writeFile(at('other.wasm'), Buffer.concat([CONSTANT_MODEL, Buffer.from([0, 1, 0])]))
    expect((await instead('--algorithm', 'other.wasm')).stderr).toMatch(/The algorithm is another one.*\[NOT_OF_RUN\]/)
    const opening = JSON.parse(await readFile(at('opening.json'), 'utf8'))
    for (const secret of ['holdout', 'seed', 'salt', 'blocks', 'noise', 'contentSecret', 'orderId']) {
      const changed = JSON.stringify({ ...opening, [secret]: `0x${'34'.repeat(32)}` })
      await writeFile(at('other.json'), changed, { mode: 0o600 })
      expect((await instead('--opening', 'other.json')).stderr).toMatch(/The opening is of another run.*\[NOT_OF_RUN\]/)
    }
    await writeFile(at('open.json'), JSON.stringify(opening), { mode: 0o644 })
    expect((await instead('--opening', 'open.json')).stderr).toContain('[KEY_FILE]')
  }, 30_000)

  it('finds a datatrust out that signed for something else than the algorithm does', async () => {
    const honest = createWasmExecutor()
    const liar: Executor = {
      capabilities: () => honest.capabilities(),
      inspect: (algorithm) => honest.inspect(algorithm),
      execute: async (spec) => {
        const execution = await honest.execute(spec)
        new DataView(execution.output!.buffer, execution.output!.byteOffset).setFloat64(0, 2, true)
        return execution
      },
    }
    overrides.executors = createExecutors([liar])
    await stage.stopDatatrust()
    await stage.startDatatrust()
    const order = await bought(2)
    second = order as OrderId
    await openingOf(order, 'lie.json')
    const argv = [
      'receipt',
      'verify',
      order,
      ...evidence.slice(0, 4),
      '--opening',
      'lie.json',
      '--report',
      'lie-report.json',
    ]
    const { code, stdout, stderr } = await stage.as('sponsor', argv)
    expect(code).toBe(1)
    expect(stdout).toMatch(/rawOutputHash: 0x[0-9a-f]{64}, the receipt says 0x/)
    expect(stderr).toMatch(/came to another rawOutputHash, releasedHash here than its receipt says.*\[NOT_REPRODUCED\]/)
    const report = reexecutionSchema.parse(JSON.parse(await readFile(at('lie-report.json'), 'utf8')))
    expect(report.checks.filter(({ isMet }) => !isMet).map(({ what }) => what)).toEqual([
      'rawOutputHash',
      'releasedHash',
    ])
    expect(report.isReproduced).toBe(false)
  }, 60_000)

  it('says that this machine has another runtime than the run had, or that the run had more data', async () => {
    const client = await stage.client('sponsor')
    const verified = await client.orders.receipt({ orderId })
    const { chainId, orders } = client.deployment
    const io = { cwd: stage.cwd, quiet: true, stderr: { write: () => true }, now: () => 0 } as unknown as Io
    const files = { data: ['patients.csv'], algorithm: 'model.wasm', opening: 'opening.json' }
    const repeated = (goods: Partial<Goods>) =>
      reexecute(io, {
        orderId,
        verified: { ...verified, goods: { ...verified.goods, ...goods } },
        chainId: BigInt(chainId),
        orders,
        evidence: files,
      })
    await expect(repeated({ runtimeDigest: ZERO_BYTES32 })).rejects.toMatchObject({
      code: 'RUNTIME_MISMATCH',
      details: { expected: ZERO_BYTES32 },
    })
    await expect(repeated({ runId: orderId })).rejects.toMatchObject({ code: 'JOINT_RUN' })
  })
})

describe('receipt export', () => {
  const files = ['--model', '1.safetensors', '--algorithm', 'model.wasm']

  it('writes a bag whose manifests hold, with receipt and provenance as they are hashed', async () => {
    await stage.json('sponsor', ['receipt', 'export', orderId, '--out', 'crate', '--project', 'Study 7', ...files])
    for (const manifest of ['manifest-sha512.txt', 'tagmanifest-sha512.txt']) {
      const lines = (await readFile(at(`crate/${manifest}`), 'utf8')).trimEnd().split('\n')
      expect(lines.length).toBeGreaterThan(2)
      for (const line of lines) {
        const [hash, path] = line.split('  ') as [string, string]
        expect(
          createHash('sha512')
            .update(await readFile(at(`crate/${path}`)))
            .digest('hex'),
        ).toBe(hash)
      }
    }
    const { receipt } = JSON.parse(await readFile(at('crate/data/receipt.json'), 'utf8'))
    const provenance = await readFile(at('crate/data/provenance.json'))
    expect(`0x${createHash('sha256').update(provenance).digest('hex')}`).toBe(receipt.provenanceHash)
    const words = /^External-Identifier: urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/m
    expect(await readFile(at('crate/bag-info.txt'), 'utf8')).toMatch(words)
    expect(
      (await stage.as('patron', ['receipt', 'verify', orderId, '--receipt', 'crate/data/receipt.json'])).code,
    ).toBe(0)
  })

  it('says who ran what for whom, as the Five Safes profile asks, and refers to nothing that is not there', async () => {
    for (const folder of ['crate/data', 'crate/data/algorithm']) {
      const crate = JSON.parse(await readFile(at(`${folder}/ro-crate-metadata.json`), 'utf8'))
      const graph: Record<string, unknown>[] = crate['@graph']
      const ids = graph.map((entity) => entity['@id'])
      expect(new Set(ids).size).toBe(ids.length)
      const profiles = /^https:\/\/w3id\.org\//
      const named = JSON.stringify(graph).matchAll(/\{"@id":"([^"]+)"\}/g)
      const missing = [...named].map(([, id]) => id as string).filter((id) => !ids.includes(id) && !profiles.test(id))
      expect(missing).toEqual([])
      for (const { '@type': type, '@id': id } of graph) {
        if ([type].flat().includes('File')) expect(existsSync(at(`${folder}/${id}`))).toBe(true)
      }
    }
    const crate = JSON.parse(await readFile(at('crate/data/ro-crate-metadata.json'), 'utf8'))
    const find = (id: string) => crate['@graph'].find((entity: Record<string, unknown>) => entity['@id'] === id)
    expect(find('./')).toMatchObject({
      conformsTo: { '@id': 'https://w3id.org/5s-crate/0.4' },
      mainEntity: { '@id': 'algorithm/' },
      sourceOrganization: { '@id': '#project' },
      mentions: [{ '@id': '#run' }, { '@id': '#sign-off' }, { '@id': '#disclosure' }],
    })
    expect(find('#project')).toMatchObject({ '@type': 'Project', name: 'Study 7' })
    expect(find('#run')).toMatchObject({
      '@type': 'CreateAction',
      actionStatus: 'http://schema.org/CompletedActionStatus',
      instrument: { '@id': 'algorithm/' },
      result: [{ '@id': 'outputs/model.safetensors' }],
    })
    expect(find(find('#run').agent['@id'])).toMatchObject({ '@type': 'Person' })
    expect(find('#disclosure')).toMatchObject({ additionalType: { '@id': 'https://w3id.org/shp#DisclosureCheck' } })
  })

  it('takes no model and no algorithm of another run, and writes over nothing', async () => {
    const attempt = (...more: string[]) => stage.as('sponsor', ['receipt', 'export', orderId, ...more])
    expect((await attempt('--out', 'crate')).stderr).toContain('is there already')
    expect((await attempt('--out', 'no', '--model', 'model.wasm')).stderr).toContain('[NOT_OF_ORDER]')
    expect((await attempt('--out', 'no', '--algorithm', 'other.wasm')).stderr).toContain('[NOT_OF_RUN]')
    expect(existsSync(at('no'))).toBe(false)
  })
})

describe('receipt contradict', () => {
  const contradict = async (file: string, text: string) => {
    await writeFile(at(file), text)
    return stage.as('sponsor', ['receipt', 'contradict', orderId, '--receipt', file])
  }

  it('proves nothing by the receipt that the order holds', async () => {
    const argv = ['receipt', 'contradict', orderId, '--receipt', 'receipt.json']
    expect((await stage.as('sponsor', argv)).stderr).toContain('[ORDERS_NO_CONTRADICTION]')
  })

  it('proves nothing by what somebody else signed, or by what is no receipt', async () => {
    const { stderr: junk } = await contradict('junk.json', '{"receipt":{}}')
    expect(junk).toContain('[FILE]')
    const told = JSON.parse(await readFile(at('receipt.json'), 'utf8'))
    const receipt = receiptSchema.parse({ ...told.receipt, rawOutputHash: `0x${'56'.repeat(32)}` })
    const { chainId, deployment } = stage.localnet
    const domain = { chainId: BigInt(chainId), verifyingContract: deployment.orders }
    const { domain: separator, types, value } = receiptTypedData(domain, receipt)
    const stranger = await Wallet.createRandom().signTypedData(separator, types, value)
    for (const receiptSignature of [stranger, told.receiptSignature, '0x1234', `0x${'ff'.repeat(65)}`]) {
      const { stderr } = await contradict('junk.json', toWire({ ...told, receipt, receiptSignature }))
      expect(stderr).toContain('[ORDERS_BAD_RECEIPT]')
    }
    const ofOther = receiptSchema.parse({ ...receipt, orderId: `0x${'12'.repeat(32)}` })
    const { stderr } = await contradict('junk.json', toWire({ ...told, receipt: ofOther }))
    expect(stderr).toMatch(/\[ORDERS_[A-Z_]+\]/)
    const shown = await stage.as('sponsor', ['order', 'show', orderId])
    expect(shown.stdout).not.toContain('contradiction-proven')
  })

  it('takes the price back and burns from the bond by another one', async () => {
    const told = JSON.parse(await readFile(at('receipt.json'), 'utf8'))
    const receipt = receiptSchema.parse({ ...told.receipt, rawOutputHash: `0x${'56'.repeat(32)}` })
    const signer = new Wallet((await readFile(at('datatrust/keys/signer.key'), 'utf8')).trim())
    const { chainId, deployment } = stage.localnet
    const domain = { chainId: BigInt(chainId), verifyingContract: deployment.orders }
    const { domain: separator, types, value } = receiptTypedData(domain, receipt)
    const receiptSignature = await signer.signTypedData(separator, types, value)
    await writeFile(at('told.json'), toWire({ ...told, receipt, receiptSignature }))
    const { stdout, code } = await stage.as('sponsor', ['receipt', 'contradict', orderId, '--receipt', 'told.json'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/refunded +4.0 tUSD\ncompensation +4.0 tUSD\nburnt +4.0 tUSD/)
    const shown = await stage.as('sponsor', ['order', 'show', orderId])
    expect(shown.stdout).toMatch(/contradiction-proven +the datatrust signed another receipt, too: .* burnt/)
  })
})

describe('datatrust opening', () => {
  it('is for its owner alone, is kept, and is of runs that are over', async () => {
    expect((await stat(at('opening.json'))).mode & 0o777).toBe(0o600)
    expect((await openingOf(orderId, 'opening.json')).stderr).toContain('is there already')
    const unknown = await openingOf(`0x${'12'.repeat(32)}`, 'unknown.json')
    expect(unknown.stderr).toContain('ORDER_NOT_FOUND')
    const opened = JSON.parse(await readFile(at('opening.json'), 'utf8'))
    const other = JSON.parse(await readFile(at('lie.json'), 'utf8'))
    for (const secret of ['holdout', 'seed', 'salt', 'blocks', 'noise']) expect(opened[secret]).not.toBe(other[secret])
    expect(opened.contentSecret).toBe(other.contentSecret)
  })
})

describe('a receipt by a signer that was replaced', () => {
  const verify = (order: string, file: string) =>
    stage.as('patron', ['receipt', 'verify', order, '--receipt', file, '--json'])
  let former: Wallet
  let answersUntil: number

  beforeAll(async () => {
    former = new Wallet((await readFile(at('datatrust/keys/signer.key'), 'utf8')).trim())
    await writeFile(at('posted.json'), (await stage.as('sponsor', ['receipt', 'show', second, '--json'])).stdout)
    const operator = await stage.client('operator')
    const found = await operator.datatrusts.get({ datatrust: 1 })
    // Twice: it is the last time at which a signer was replaced that counts.
    const { receipt: update } = await operator.datatrusts.update({
      ...found,
      signer: Wallet.createRandom().address as Address,
    })
    await operator.datatrusts.update({ ...found, signer: Wallet.createRandom().address as Address })
    const block = await operator.provider.getBlock(update.blockNumber)
    answersUntil = (block?.timestamp ?? 0) + 21 * DAY
  })

  it('is verified as long as the datatrust answers for it, and says by whom and until when', async () => {
    const { code, stdout } = await verify(orderId, 'receipt.json')
    expect(code).toBe(0)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ signer: former.address, answersUntil })
    expect(result.checked.signature).toMatch(
      new RegExp(`by ${former.address}, a former signer of datatrust 1, which answers for it until 2`),
    )
  })

  it('is not taken from who never signed for the datatrust', async () => {
    const told = JSON.parse(await readFile(at('receipt.json'), 'utf8'))
    const { chainId, deployment } = stage.localnet
    const domain = { chainId: BigInt(chainId), verifyingContract: deployment.orders }
    const { domain: separator, types, value } = receiptTypedData(domain, receiptSchema.parse(told.receipt))
    for (const stranger of [Wallet.createRandom(), new Wallet(stage.localnet.actors.operator.privateKey)]) {
      const receiptSignature = await stranger.signTypedData(separator, types, value)
      await writeFile(at('forged.json'), JSON.stringify({ ...told, receiptSignature }))
      expect((await verify(orderId, 'forged.json')).stderr).toMatch(/RECEIPT_MISMATCH.*one by somebody else/)
    }
  })

  it('is refused after that, unless the chain holds it', async () => {
    await stage.localnet.advance(21 * DAY + 60)
    const { stderr } = await verify(orderId, 'receipt.json')
    expect(stderr).toMatch(/RECEIPT_MISMATCH.*for whom it answered until 2/)
    const { code, stdout } = await verify(second, 'posted.json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).checked.signature).toMatch(/which answered for it until 2/)
  })
})
