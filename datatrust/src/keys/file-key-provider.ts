import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { generateKey, readDecryptionKey } from '@gristmill/envelope'
import type { Hex } from '@gristmill/protocol'
import type { Config } from '../config/config.js'
import { encryptionKeyOf } from './encryption-key.js'
import { destroyKeyFile, encryptKeyFile, type KeyFile, readKeyFile, readOrMakeKeyFile } from './key-file.js'
import type { EncryptionKey, KeyProvider, SigningKey } from './key-provider.js'
import { readPassphrase } from './passphrase.js'
import { openSigningKey } from './signing-key.js'

/** How key files are protected. */
export interface KeyProtection {
  passphrase?: string | undefined
  unencrypted?: boolean | undefined
}

const PURPOSES = {
  signer: 'signer',
  openpgp: 'openpgp',
  runnerSecret: 'runner-secret',
  deliveryMaster: 'delivery-master',
} as const

/**
 * Keys in files of mode 0600, encrypted with a passphrase. The first OpenPGP key is `openpgp.key`; those that came after it are
 * `openpgp-2.key`, `openpgp-3.key` and so on beside it.
 */
export class FileKeyProvider implements KeyProvider {
  readonly signing: SigningKey
  readonly #openpgp: KeyFile
  readonly #opened = new Map<string, EncryptionKey>()

  private constructor(signing: SigningKey, openpgp: KeyFile) {
    this.signing = signing
    this.#openpgp = openpgp
  }

  /** Reads the keys; those that are not there yet are made. */
  static async open(files: Config['keyFiles'], protection: KeyProtection): Promise<FileKeyProvider> {
    // One after the other: each takes the memory of a scrypt.
    const signing = await openSigningKey(keyFileOf(files, 'signer', protection))
    const openpgp = keyFileOf(files, 'openpgp', protection)
    const provider = new FileKeyProvider(signing, openpgp)
    if ((await provider.#generations()).length === 0) await readOrMakeKeyFile(openpgp, makeKey)
    await provider.encryptionKeys()
    return provider
  }

  async encryptionKeys(): Promise<readonly EncryptionKey[]> {
    const paths = (await this.#generations()).map((generation) => this.#pathOf(generation))
    for (const path of this.#opened.keys()) if (!paths.includes(path)) this.#opened.delete(path)
    const keys: EncryptionKey[] = []
    for (const path of paths) keys.push(this.#opened.get(path) ?? (await this.#open(path)))
    return keys
  }

  async makeEncryptionKey(newest: Hex): Promise<EncryptionKey> {
    const keys = await this.encryptionKeys()
    const last = keys.at(-1)
    if (last !== undefined && last.fingerprint !== newest) return last
    const generations = await this.#generations()
    const path = this.#pathOf((generations.at(-1) ?? 0) + 1)
    // What opens without a passphrase was made in the clear on purpose.
    const unencrypted = this.#openpgp.passphrase === undefined
    await readOrMakeKeyFile({ ...this.#openpgp, path, unencrypted }, makeKey)
    return this.#open(path)
  }

  async destroyEncryptionKey(fingerprint: Hex): Promise<void> {
    await this.encryptionKeys()
    for (const [path, key] of this.#opened) {
      if (key.fingerprint !== fingerprint) continue
      this.#opened.delete(path)
      await destroyKeyFile(path)
    }
  }

  async #open(path: string): Promise<EncryptionKey> {
    const armored = await readKeyFile({ ...this.#openpgp, path })
    const key = await encryptionKeyOf(await readDecryptionKey(armored))
    this.#opened.set(path, key)
    return key
  }

  /** Numbers of the keys that are there, ascending. */
  async #generations(): Promise<number[]> {
    return openpgpGenerations(this.#openpgp.path)
  }

  #pathOf(generation: number): string {
    return openpgpPathOf(this.#openpgp.path, generation)
  }
}

/** Encrypts the key files that lie in the clear; names those that did. */
export async function encryptKeyFiles(files: Config['keyFiles'], passphraseFile: string): Promise<string[]> {
  const passphrase = await readPassphrase(passphraseFile)
  const openpgp = (await openpgpGenerations(files.openpgp)).map((number) => openpgpPathOf(files.openpgp, number))
  const all: KeyFile[] = [
    { path: files.signer, purpose: PURPOSES.signer },
    ...openpgp.map((path) => ({ path, purpose: PURPOSES.openpgp })),
    { path: files.runnerSecret, purpose: PURPOSES.runnerSecret },
    { path: files.deliveryMaster, purpose: PURPOSES.deliveryMaster },
  ]
  const encrypted: string[] = []
  for (const file of all) if (await encryptKeyFile({ ...file, passphrase })) encrypted.push(file.path)
  return encrypted
}

/** One of the key files of a datatrust, with how it is protected. */
export function keyFileOf(files: Config['keyFiles'], which: keyof typeof PURPOSES, protection: KeyProtection): KeyFile {
  return { path: files[which], purpose: PURPOSES[which], ...protection }
}

async function openpgpGenerations(first: string): Promise<number[]> {
  const names = await readdir(dirname(first)).catch(() => [])
  const { stem, extension } = partsOf(first)
  return names
    .flatMap((name) => {
      if (name === basename(first)) return [1]
      if (!name.startsWith(`${stem}-`) || !name.endsWith(extension)) return []
      const number = name.slice(stem.length + 1, name.length - extension.length)
      return /^[1-9][0-9]{0,5}$/.test(number) ? [Number(number)] : []
    })
    .sort((a, b) => a - b)
}

function openpgpPathOf(first: string, generation: number): string {
  const { stem, extension } = partsOf(first)
  return generation === 1 ? first : join(dirname(first), `${stem}-${generation}${extension}`)
}

function partsOf(first: string): { stem: string; extension: string } {
  const name = basename(first)
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? { stem: name, extension: '' } : { stem: name.slice(0, dot), extension: name.slice(dot) }
}

async function makeKey(): Promise<string> {
  const { privateKey } = await generateKey({ name: 'Gristmill datatrust' })
  return privateKey
}
