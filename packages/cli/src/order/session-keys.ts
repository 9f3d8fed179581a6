import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bytes32Schema, type OrderId } from '@gristmill/protocol'
import { type SessionKey, sessionKeyOf } from '@gristmill/sdk'
import { KeyFileError } from '../keys/key-errors.js'
import { createSecret, readSecret } from '../keys/secret-file.js'

/** The session keys of orders whose data is not here yet, beside the profile, a file of mode 0600 each. */
export class SessionKeys {
  readonly #folder: string

  constructor(directory: string) {
    this.#folder = join(directory, 'sessions')
  }

  /** Undefined where it was not made here, or is not needed any more. */
  async read(orderId: OrderId): Promise<SessionKey | undefined> {
    const file = this.#fileOf(orderId)
    if (!existsSync(file)) return undefined
    const { success, data } = bytes32Schema.safeParse((await readSecret(file)).trim())
    if (!success)
      throw new KeyFileError(file, 'holds no session key: restore it from a backup, or refund the order in time.')
    return sessionKeyOf(data)
  }

  /** Returns when it is durable: before anything is paid. */
  async keep(orderId: OrderId, { privateKey }: SessionKey): Promise<void> {
    await createSecret(this.#fileOf(orderId), `${privateKey}\n`)
  }

  async forget(orderId: OrderId): Promise<void> {
    await rm(this.#fileOf(orderId), { force: true })
  }

  #fileOf(orderId: OrderId): string {
    return join(this.#folder, `${orderId}.key`)
  }
}
