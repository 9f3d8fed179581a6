import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ByteSource, readAll } from '../src/index.js'

export const hasGpg = spawnSync('gpg', ['--version']).status === 0

/** GnuPG on a keyring of its own, thrown away at the end. */
export class Gpg {
  readonly #home: string

  private constructor(home: string) {
    this.#home = home
  }

  static async create(): Promise<Gpg> {
    return new Gpg(await mkdtemp(join(tmpdir(), 'gpg-')))
  }

  /** Makes a key with an encryption subkey, and returns its armored public half. */
  makeKey(name: string, primary: string, subkey: string): string {
    const address = `${name}@example.org`
    this.run(['--passphrase', '', '--quick-generate-key', address, primary, 'sign', 'never'])
    const fingerprint = this.run(['--with-colons', '--list-keys', address]).match(/^fpr:+([0-9A-F]+):/m)![1]!
    this.run(['--passphrase', '', '--quick-add-key', fingerprint, subkey, 'encr', 'never'])
    return this.run(['--armor', '--export', fingerprint])
  }

  exportPrivate(name: string): string {
    return this.run(['--armor', '--export-secret-keys', `${name}@example.org`])
  }

  run(args: string[]): string {
    const { status, stdout, stderr } = spawnSync('gpg', [...this.#base(), ...args], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`gpg ${args[0]} failed: ${stderr}`)
    return stdout
  }

  /** What `gpg --decrypt` says to a message: its exit code, and what it wrote. */
  async decrypt(message: ByteSource): Promise<{ code: number; plain: Uint8Array }> {
    const child = spawn('gpg', [...this.#base(), '--decrypt'], { stdio: ['pipe', 'pipe', 'ignore'] })
    const exited = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)))
    // gpg hangs up on a message that it refuses; its exit code says so.
    const feeding = pipeline(Readable.from(message), child.stdin).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
    })
    const plain = await readAll(child.stdout)
    await feeding
    return { code: await exited, plain }
  }

  async close(): Promise<void> {
    spawnSync('gpgconf', ['--homedir', this.#home, '--kill', 'all'])
    await rm(this.#home, { recursive: true, force: true })
  }

  #base(): string[] {
    return ['--homedir', this.#home, '--batch', '--quiet', '--no-permission-warning', '--pinentry-mode', 'loopback']
  }
}
