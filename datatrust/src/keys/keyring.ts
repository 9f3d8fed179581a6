import { type DecryptionKey, decryptionKeyring, type Recipient, rewrap } from '@gristmill/envelope'
import type { Hex } from '@gristmill/protocol'
import type { EncryptionKey, KeyProvider } from './key-provider.js'

/** The keys under which assets are stored: sealed for the newest, opened with any of them. */
export class Keyring {
  /** Opens what is stored under any key; looks for new ones when none opens it. */
  readonly decryptionKey: DecryptionKey
  readonly #provider: KeyProvider
  #keys: readonly EncryptionKey[]

  private constructor(provider: KeyProvider, keys: readonly EncryptionKey[]) {
    this.#provider = provider
    this.#keys = keys
    this.decryptionKey = decryptionKeyring({
      fingerprint: this.newest.fingerprint,
      // The newest first: most is sealed for it.
      keys: () => this.#keys.map(({ decryptionKey }) => decryptionKey).reverse(),
      refresh: async () => {
        await this.refresh()
        return true
      },
    })
  }

  static async open(provider: KeyProvider): Promise<Keyring> {
    return new Keyring(provider, await provider.encryptionKeys())
  }

  get keys(): readonly EncryptionKey[] {
    return this.#keys
  }

  /** For which new assets are sealed. */
  get newest(): EncryptionKey {
    return this.#keys.at(-1) as EncryptionKey
  }

  /** Its public half. */
  get recipient(): Recipient {
    return this.newest.recipient
  }

  /** Armored, of the key for which new assets are sealed. */
  get publicKey(): string {
    return this.newest.publicKey
  }

  /** Takes over the keys that are there now; one that was destroyed opens nothing any more. */
  async refresh(): Promise<void> {
    this.#keys = await this.#provider.encryptionKeys()
  }

  /** Key packets that were made for `key`, for the newest key: it may be another by now. */
  async current(
    keyPackets: Uint8Array,
    key: EncryptionKey,
  ): Promise<{ key_packets: Uint8Array; key_fingerprint: Hex }> {
    await this.refresh()
    const { recipient } = this
    const isCurrent = key.fingerprint === recipient.fingerprint
    const { decryptionKey } = key
    return {
      key_packets: isCurrent ? keyPackets : await rewrap(keyPackets, { decryptionKey, recipient }),
      key_fingerprint: recipient.fingerprint,
    }
  }

  /** The next key after `newest`: made, or made already. */
  async next(newest: Hex): Promise<EncryptionKey> {
    const made = await this.#provider.makeEncryptionKey(newest)
    await this.refresh()
    return made
  }

  async destroy(fingerprint: Hex): Promise<void> {
    await this.#provider.destroyEncryptionKey(fingerprint)
    await this.refresh()
  }
}
