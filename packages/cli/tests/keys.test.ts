import { createCipheriv, createHash, randomBytes, scryptSync } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HDNodeWallet, keccak256, Wallet } from 'ethers'
import { describe, expect, it } from 'vitest'
import { createFolder, gristmill, OFFLINE_PROFILE, type Surroundings, writeProfile } from './_util.js'

const PASSWORD = 'correct horse battery'
const PRIVATE_KEY = `0x${createHash('sha256').update('a key for tests').digest('hex')}`
const { address: ADDRESS } = new Wallet(PRIVATE_KEY)

/** Runs a `keys` command beside a profile, and makes sure that it tells no secret. */
async function keys(folder: string, argv: readonly string[], surroundings: Surroundings = {}) {
  const outcome = await gristmill(['keys', ...argv, '--profile', join(folder, 'profile.json')], {
    cwd: folder,
    ...surroundings,
  })
  if (!argv.includes('--bare')) {
    for (const secret of [PASSWORD, PRIVATE_KEY.slice(2), 'junk']) {
      expect(outcome.stdout + outcome.stderr).not.toContain(secret)
    }
  }
  return outcome
}

async function createProfileFolder(): Promise<string> {
  const folder = await createFolder()
  const { defaultKey: _none, ...profile } = OFFLINE_PROFILE
  await writeProfile(folder, profile, PRIVATE_KEY)
  return folder
}

const withPassword = { env: { GRISTMILL_PASSWORD: PASSWORD } }

/** A keystore as geth writes it, made without the library that reads it. */
function gethKeystore(privateKey: string, password: string): string {
  const salt = randomBytes(32)
  const iv = randomBytes(16)
  const [n, r, p, dklen] = [4_096, 8, 6, 32]
  const derived = scryptSync(password, salt, dklen, { N: n, r, p })
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv)
  const ciphertext = Buffer.concat([cipher.update(Buffer.from(privateKey.slice(2), 'hex')), cipher.final()])
  const mac = keccak256(Buffer.concat([derived.subarray(16, 32), ciphertext])).slice(2)
  const kdfparams = { dklen, n, p, r, salt: salt.toString('hex') }
  const cipherparams = { iv: iv.toString('hex') }
  const crypto = {
    cipher: 'aes-128-ctr',
    ciphertext: ciphertext.toString('hex'),
    cipherparams,
    kdf: 'scrypt',
    kdfparams,
    mac,
  }
  const address = new Wallet(privateKey).address.slice(2).toLowerCase()
  return JSON.stringify({ address, crypto, id: '3198bc9c-6672-4ab3-9995-4942343ae5b6', version: 3 })
}

describe('keys create', () => {
  it('asks twice where there is a terminal, and writes an encrypted file for its owner only', async () => {
    const folder = await createProfileFolder()
    const { code, stdout, stderr } = await keys(folder, ['create', 'maker'], { answers: [PASSWORD, PASSWORD] })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(stderr).toContain('New password')
    const file = join(folder, 'keys', 'maker.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const wallet = await Wallet.fromEncryptedJson(await readFile(file, 'utf8'), PASSWORD)
    expect(stdout).toContain(wallet.address)
    expect((await readdir(join(folder, 'keys'))).sort()).toEqual(['buyer.key', 'maker.json'])
  })

  it('writes nothing when the two differ, when it is short, or when there is nobody to ask', async () => {
    const folder = await createProfileFolder()
    for (const [surroundings, expected] of [
      [{ answers: [PASSWORD, 'another password'] }, 'PASSWORDS_DIFFER'],
      [{ answers: ['short', 'short'] }, 'SHORT_PASSWORD'],
      [{ answers: [PASSWORD] }, 'INPUT_ENDED'],
      [{}, 'NO_PASSWORD'],
    ] as const) {
      const { code, stderr } = await keys(folder, ['create', 'maker'], surroundings)
      expect(code).toBe(1)
      expect(stderr).toContain(`[${expected}]`)
    }
    expect(await readdir(join(folder, 'keys'))).toEqual(['buyer.key'])
  })

  it.each(['../maker', 'a b', '.hidden', 'x'.repeat(65)])('refuses %s as a name', async (name) => {
    expect(await keys(await createProfileFolder(), ['create', name], withPassword)).toMatchObject({ code: 2 })
  })

  it('never replaces a key', async () => {
    const { code, stderr } = await keys(await createProfileFolder(), ['create', 'buyer'], withPassword)
    expect(code).toBe(1)
    expect(stderr).toContain('[KEY_EXISTS]')
  })

  it('takes a password file that others cannot read, without its line break', async () => {
    const folder = await createProfileFolder()
    await writeFile(join(folder, 'pw'), `${PASSWORD}\n`, { mode: 0o644 })
    const { stderr } = await keys(folder, ['create', 'maker', '--password-file', 'pw'])
    expect(stderr).toContain('[KEY_FILE]')
    await writeFile(join(folder, 'pw2'), `${PASSWORD}\n`, { mode: 0o600 })
    expect(await keys(folder, ['create', 'maker', '--password-file', 'pw2'])).toMatchObject({ code: 0 })
    await Wallet.fromEncryptedJson(await readFile(join(folder, 'keys', 'maker.json'), 'utf8'), PASSWORD)
  })
})

describe('keys import', () => {
  it('takes a keystore of geth, piped in', async () => {
    const folder = await createProfileFolder()
    const piped = `${gethKeystore(PRIVATE_KEY, PASSWORD)}\n`
    const { code, stdout } = await keys(folder, ['import', 'mine', '--json'], { piped, ...withPassword })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ name: 'mine', address: ADDRESS })
  })

  it('takes what is typed, hidden', async () => {
    const phrase = `${'test '.repeat(11)}junk`
    const answers = [phrase, PASSWORD, PASSWORD]
    const { code, stdout } = await keys(await createProfileFolder(), ['import'], { answers })
    expect(code).toBe(0)
    expect(stdout).toContain(HDNodeWallet.fromPhrase(phrase).address)
  })

  it.each([
    ['', 'KEY_FILE'],
    ['hello', 'KEY_FILE'],
    [`0x${'00'.repeat(32)}`, 'KEY_FILE'],
    ['test test test', 'KEY_FILE'],
    ['{"version":3}', 'KEY_FILE'],
    [gethKeystore(PRIVATE_KEY, 'another password'), 'WRONG_PASSWORD'],
    ['x'.repeat(70_000), 'INPUT_TOO_LONG'],
  ])('refuses what is none, unquoted (%#)', async (piped, expected) => {
    const folder = await createProfileFolder()
    const { code, stderr } = await keys(folder, ['import', 'mine'], { piped, ...withPassword })
    expect(code).toBe(1)
    expect(stderr).toContain(`[${expected}]`)
    if (piped.length > 5) expect(stderr).not.toContain(piped.slice(0, 40))
    expect(await readdir(join(folder, 'keys'))).toEqual(['buyer.key'])
  })

  it('knows a keystore and its new password apart', async () => {
    const folder = await createProfileFolder()
    await writeFile(join(folder, 'old'), 'another password', { mode: 0o600 })
    const piped = gethKeystore(PRIVATE_KEY, 'another password')
    const argv = ['import', 'mine', '--keystore-password-file', 'old']
    expect(await keys(folder, argv, { piped, ...withPassword })).toMatchObject({ code: 0 })
    await Wallet.fromEncryptedJson(await readFile(join(folder, 'keys', 'mine.json'), 'utf8'), PASSWORD)
  })
})

describe('keys export', () => {
  it('writes an encrypted keystore that other wallets read', async () => {
    const folder = await createProfileFolder()
    expect(await keys(folder, ['export', 'buyer'], withPassword)).toMatchObject({ code: 0 })
    const file = join(folder, 'buyer.keystore.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await Wallet.fromEncryptedJson(await readFile(file, 'utf8'), PASSWORD)).privateKey).toBe(PRIVATE_KEY)
    expect((await keys(folder, ['export', 'buyer'], withPassword)).stderr).toContain('[FILE]')
  })

  it('gives the bare key only to who says so and confirms it', async () => {
    const folder = await createProfileFolder()
    const bare = ['export', 'buyer', '--bare', '--out', '-']
    expect(await keys(folder, bare)).toMatchObject({ code: 3, stdout: '' })
    expect(await keys(folder, bare, { answers: ['n'] })).toMatchObject({ code: 3, stdout: '' })
    const { code, stdout, stderr } = await keys(folder, bare, { answers: ['y'] })
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${PRIVATE_KEY}\n` })
    expect(stderr).toContain('warning:')
    expect(stderr).not.toContain(PRIVATE_KEY.slice(2))
  })
})

describe('keys list, show and use', () => {
  it('ask for no password', async () => {
    const folder = await createProfileFolder()
    await writeFile(join(folder, 'keys', 'maker.json'), gethKeystore(PRIVATE_KEY, PASSWORD), { mode: 0o600 })
    const { stdout } = await keys(folder, ['list', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      keys: [
        { name: 'buyer', address: ADDRESS, encrypted: false, isDefault: false },
        { name: 'maker', address: ADDRESS, encrypted: true, isDefault: false },
      ],
    })
    expect((await keys(folder, ['show'])).stderr).toContain('[NO_KEY]')
    expect(await keys(folder, ['use', 'buyer'])).toMatchObject({ code: 0 })
    expect(JSON.parse((await keys(folder, ['show', '--json'])).stdout)).toMatchObject({
      name: 'buyer',
      address: ADDRESS,
    })
    expect(JSON.parse(await readFile(join(folder, 'profile.json'), 'utf8'))).toEqual({
      ...OFFLINE_PROFILE,
      defaultKey: 'buyer',
    })
    expect((await keys(folder, ['use', 'nobody'])).stderr).toContain('[KEY_UNKNOWN]')
  })

  it('act without any file for a key in the environment', async () => {
    const folder = await createProfileFolder()
    const env = { GRISTMILL_PRIVATE_KEY: PRIVATE_KEY }
    expect(JSON.parse((await keys(folder, ['show', '--json'], { env })).stdout)).toMatchObject({ address: ADDRESS })
    expect((await keys(folder, ['show'], { env: { GRISTMILL_PRIVATE_KEY: 'junk' } })).stderr).toContain('[KEY_FILE]')
  })
})

describe('keys openpgp', () => {
  it('makes the key that is missing, and keeps one that is there', async () => {
    const folder = await createProfileFolder()
    expect(await keys(folder, ['openpgp', 'buyer'])).toMatchObject({ code: 0 })
    const file = join(folder, 'keys', 'buyer.openpgp.asc')
    const first = await readFile(file, 'utf8')
    expect((await keys(folder, ['openpgp', 'buyer'])).stderr).toContain('[FILE]')
    expect(await readFile(file, 'utf8')).toBe(first)
  })
})
