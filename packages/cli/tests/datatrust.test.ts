import { chmod, cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Localnet, startLocalnet } from '@gristmill/localnet'
import { DAY } from '@gristmill/protocol'
import { Client, jsonRpcProvider, MARKET_PRESETS } from '@gristmill/sdk'
import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFolder, gristmill, type Outcome } from './_util.js'

const ONE = 1_000_000n
let localnet: Localnet

beforeAll(async () => {
  localnet = await startLocalnet()
})
afterAll(() => localnet.close())

/** A folder with a profile that knows no datatrust, and keys of actors. */
async function createOperator(): Promise<string> {
  const cwd = await createFolder()
  const { url: rpcUrl, deployment, token, actors } = localnet
  await mkdir(join(cwd, '.gristmill', 'keys'), { recursive: true })
  await writeFile(
    join(cwd, '.gristmill', 'profile.json'),
    JSON.stringify({ rpcUrl, deployment, token, defaultKey: 'operator' }),
  )
  for (const name of ['operator', 'maker', 'buyer'] as const) {
    await writeFile(join(cwd, '.gristmill', 'keys', `${name}.key`), actors[name].privateKey, { mode: 0o600 })
  }
  return cwd
}

const json = ({ code, stdout, stderr }: Outcome) => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

async function clientOf(name: 'maker' | 'buyer', datatrust?: string): Promise<Client> {
  const runner = new Wallet(localnet.actors[name].privateKey, jsonRpcProvider(localnet.url))
  return Client.connect({ runner, deployment: localnet.deployment, ...(datatrust === undefined ? {} : { datatrust }) })
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 25))
}

describe('an operator', () => {
  it('registers, bonds, sells, moves, is restored from a backup, and leaves with the bond', {
    timeout: 300_000,
  }, async () => {
    const cwd = await createOperator()
    const run = (...argv: string[]) => gristmill(argv, { cwd })
    expect((await run('datatrust', 'bond', '1', '--yes')).stderr).toContain('[WHICH_DATATRUST]')
    expect(await run('datatrust', 'register', '--unencrypted-keys', '--url', 'http://127.0.0.1:1')).toMatchObject({
      code: 3,
    })

    const registered = json(
      await run('datatrust', 'register', '--unencrypted-keys', '--url', 'http://127.0.0.1:1/', '--yes', '--json'),
    )
    expect(registered).toMatchObject({ isNew: true, url: 'http://127.0.0.1:1' })
    expect((await stat(join(registered.folder, 'keys', 'signer.key'))).mode & 0o777).toBe(0o600)
    const { datatrust } = registered
    // The same keys again: found, and not registered twice.
    const again = json(await run('datatrust', 'register', '--url', 'http://127.0.0.1:1', '--yes', '--json'))
    expect(again).toMatchObject({ isNew: false, datatrust })

    const maker = await clientOf('maker')
    const { market } = await maker.markets.create({
      asset: localnet.token,
      p0: ONE,
      k: 10n ** 24n,
      config: MARKET_PRESETS.quick(6),
      seed: 1_000n * ONE,
      payment: 'permit',
    })

    const shortOfAll = new AbortController()
    const warned: Outcome = { code: -1, stdout: '', stderr: '' }
    const first = gristmill(['datatrust', 'start', '--port', '0', '--log-level', 'silent'], {
      cwd,
      signal: shortOfAll.signal,
      into: warned,
    })
    await until(() => warned.stdout !== '' || warned.code !== -1)
    expect(warned.stderr).toMatch(/signer .* has 0\.0 .*too little/)
    expect(warned.stderr).toMatch(/bond is 0\.0 .*takes orders from 1000\.0/)
    expect(warned.stderr).toContain('does not answer')
    shortOfAll.abort()
    expect(await first).toMatchObject({ code: 0 })

    await localnet.giveGas(registered.signer, 10n ** 18n)
    expect(json(await run('datatrust', 'bond', '1000', '--yes', '--json'))).toMatchObject({
      bond: String(1_000n * ONE),
    })
    const more = await run('datatrust', 'bond', '500', '--from', 'vault', '--yes')
    expect(more).toMatchObject({ code: 4 })

    const stop = new AbortController()
    const served: Outcome = { code: -1, stdout: '', stderr: '' }
    const serving = gristmill(['datatrust', 'start', '--port', '0', '--log-level', 'silent', '--json'], {
      cwd,
      signal: stop.signal,
      into: served,
    })
    await until(() => served.stdout !== '' || served.code !== -1)
    const { url } = JSON.parse(served.stdout)
    json(await run('datatrust', 'update', '--url', url, '--yes', '--json'))
    expect(json(await run('datatrust', 'show', '--json'))).toMatchObject({ datatrust, url, server: 'answers' })

    const content = new TextEncoder().encode('a,b\n1,2\n')
    const published = await (await clientOf('maker', url)).listings.publish({
      market,
      content,
      files: [{ name: 'table.csv', sizeBytes: content.length }],
      metadata: { name: 'Table', license: 'CC0-1.0' },
      prices: { access: ONE },
      payment: 'permit',
    })
    const out = join(cwd, 'copy.csv')
    const bought = await gristmill(
      ['buy', published.listing, '--out', out, '--as', 'buyer', '--datatrust', url, '--yes'],
      { cwd },
    )
    expect(bought.code, bought.stderr).toBe(0)
    expect(new Uint8Array(await readFile(out))).toEqual(content)
    const { findings } = json(await run('datatrust', 'doctor', '--json')) as {
      findings: { check: string; status: string }[]
    }
    expect(findings.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'keys warn',
      expect.stringMatching(/^disk (ok|warn)$/),
      'database ok',
      expect.stringMatching(/^chain (ok|warn)$/),
      'signer ok',
      'engine ok',
      expect.stringMatching(/^clock (ok|warn|fail)$/),
    ])
    const signerKey = join(cwd, '.gristmill/datatrust/keys/signer.key')
    await chmod(signerKey, 0o644)
    const ailing = await run('datatrust', 'doctor')
    expect(ailing).toMatchObject({ code: 1, stdout: expect.stringContaining(`chmod 600 ${signerKey}`) })
    expect(ailing.stderr).toContain('CHECKS_FAILED')
    await chmod(signerKey, 0o600)

    const audit = join(cwd, 'audit.csv')
    expect(json(await run('datatrust', 'audit', '--out', audit, '--json')).rows).toBeGreaterThan(4)
    expect((await stat(audit)).mode & 0o777).toBe(0o600)
    expect((await run('datatrust', 'audit', '--out', audit)).stderr).toContain('is there already')
    const { signer } = json(await run('datatrust', 'audit', '--verify', audit, '--json'))
    expect(signer).toBe(registered.signer)
    expect((await run('datatrust', 'audit', '--verify', audit, '--signer', signer)).stdout).toMatch(/^intact\n/)
    const { stdout: lines } = await run('datatrust', 'audit', '--format', 'jsonl', '--listing', published.listing)
    expect(lines).toContain('"type":"order"')
    await writeFile(join(cwd, 'forged.csv'), (await readFile(audit, 'utf8')).replace(',access,', ',compute,'))
    expect(await run('datatrust', 'audit', '--verify', 'forged.csv')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[AUDIT_BROKEN]'),
    })

    const backup = join(cwd, 'backup')
    expect(json(await run('datatrust', 'backup', '--to', backup, '--json')).blobs).toBeGreaterThan(0)
    expect((await run('datatrust', 'backup', '--to', backup)).stderr).toContain('TARGET_NOT_EMPTY')
    stop.abort()
    expect(await serving).toMatchObject({ code: 0 })

    const data = join(cwd, 'restored')
    json(await run('datatrust', 'restore', '--from', backup, '--data', data, '--json'))
    await cp(join(registered.folder, 'keys'), join(data, 'keys'), { recursive: true })
    const passphrase = join(cwd, 'passphrase')
    await writeFile(passphrase, 'between two millstones', { mode: 0o600 })
    const encrypt = () => run('datatrust', 'keys', 'encrypt', '--data', data, '--passphrase-file', passphrase, '--json')
    expect(JSON.parse((await encrypt()).stdout).encrypted).toHaveLength(4)
    expect(JSON.parse((await encrypt()).stdout).encrypted).toHaveLength(0)
    expect((await run('datatrust', 'start', '--data', data, '--port', '0')).stderr).toContain('[PASSPHRASE_MISSING]')
    const end = new AbortController()
    const second: Outcome = { code: -1, stdout: '', stderr: '' }
    const argv = ['datatrust', 'start', '--data', data, '--port', '0', '--log-level', 'silent', '--json']
    argv.push('--passphrase-file', passphrase)
    const servingAgain = gristmill(argv, { cwd, signal: end.signal, into: second })
    await until(() => second.stdout !== '' || second.code !== -1)
    expect(second).toMatchObject({ code: -1, stderr: expect.not.stringContaining('error') })
    const restored = JSON.parse(second.stdout)
    expect(restored.datatrust).toBe(datatrust)
    const [{ orderId }] = json(await run('order', 'list', '--as', 'buyer', '--json')).orders
    const copy = join(cwd, 'second-copy.csv')
    const fetched = await run('download', orderId, '--out', copy, '--as', 'buyer', '--datatrust', restored.url, '--yes')
    expect(fetched.code, fetched.stderr).toBe(0)
    expect(new Uint8Array(await readFile(copy))).toEqual(content)
    end.abort()
    expect(await servingAgain).toMatchObject({ code: 0 })

    const unbonded = json(await run('datatrust', 'unbond', 'all', '--yes', '--json'))
    expect(unbonded).toMatchObject({ bond: '0' })
    expect((await run('datatrust', 'withdraw-bond', '--yes')).stderr).toContain('[STILL_UNBONDING]')
    // The last second of the wait counts as waiting, hence one more.
    await localnet.advance(21 * DAY + 1)
    const withdrawn = json(await run('datatrust', 'withdraw-bond', '--yes', '--json'))
    expect(withdrawn).toMatchObject({ amount: String(1_000n * ONE) })
  })

  it.each([
    [['register', '--url', 'datatrust.example', '--yes']],
    [['register', '--url', `https://${'a'.repeat(300)}.example`, '--yes']],
    [['update', '--yes', '--id', '1']],
    [['show', 'one']],
    [['bond', '5', '--id', '0', '--yes']],
    [['audit', '--since', '2026-02-30']],
    [['audit', '--until', 'tomorrow']],
    [['audit', '--format', 'xlsx']],
    [['audit', '--signer', `0x${'11'.repeat(20)}`]],
  ])('is told what is wrong with %j', async (argv) => {
    const { code, stderr } = await gristmill(['datatrust', ...argv], { cwd: await createOperator() })
    expect(code).toBe(2)
    expect(stderr).not.toBe('')
  })
})
