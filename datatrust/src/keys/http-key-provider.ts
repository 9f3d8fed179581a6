import { remoteDecryptionKey } from '@gristmill/envelope'
import { addressSchema, bytes32Schema, type Hex, ProtocolError } from '@gristmill/protocol'
import { z } from 'zod'
import { createEncryptionKey } from './encryption-key.js'
import type { EncryptionKey, KeyProvider, SigningKey } from './key-provider.js'
import { readPassphrase } from './passphrase.js'

const TIMEOUT_MS = 10_000
const ANSWER_BYTES_MAX = 256 * 1024
const KEYS_MAX = 32

const publicKeySchema = z.strictObject({ publicKey: z.string().max(65_536) })
const keysSchema = z.strictObject({
  signing: z.strictObject({ address: addressSchema }),
  encryption: z.array(publicKeySchema).min(1).max(KEYS_MAX),
})
const signatureSchema = z.strictObject({ r: bytes32Schema, s: bytes32Schema })
const agreementSchema = z.strictObject({ sharedSecret: bytes32Schema })

/** Thrown when the key service does not answer, refuses, or answers nonsense. Carries nothing of what it was asked. */
export class KeyServiceError extends ProtocolError {
  readonly code = 'KEY_SERVICE' as const
  override readonly retryable = true

  constructor(operation: string, problem: string, cause?: unknown) {
    super(`The key service did not ${operation}: it ${problem}. Check DATATRUST_KMS_URL, its token, and its log.`, {
      details: { operation, problem },
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/** What `HttpKeyProvider.open` takes. */
export interface HttpKeyProviderParams {
  /** https, or http on this machine. */
  url: string
  /** File with the bearer token, one line. */
  tokenFile: string
}

/**
 * Keys that never leave a KMS or an HSM, behind a small service of the operator's: it signs digests with a secp256k1 key and
 * makes X25519 agreements; it sees neither plaintext nor session keys. The README has its five requests.
 */
export class HttpKeyProvider implements KeyProvider {
  readonly signing: SigningKey
  readonly #service: Service
  readonly #known = new Map<string, EncryptionKey>()

  private constructor(service: Service, address: SigningKey['address']) {
    this.#service = service
    this.signing = {
      address,
      sign: (digest) => service.ask('sign', 'POST', '/v1/sign', signatureSchema, { digest }),
    }
  }

  /** Asks the service for its keys. */
  static async open({ url, tokenFile }: HttpKeyProviderParams): Promise<HttpKeyProvider> {
    const service = new Service(url, await readPassphrase(tokenFile))
    const { signing } = await service.keys()
    const provider = new HttpKeyProvider(service, signing.address)
    await provider.encryptionKeys()
    return provider
  }

  async encryptionKeys(): Promise<readonly EncryptionKey[]> {
    const { encryption } = await this.#service.keys()
    const keys: EncryptionKey[] = []
    for (const { publicKey } of encryption) keys.push(await this.#take(publicKey))
    return keys
  }

  async makeEncryptionKey(newest: Hex): Promise<EncryptionKey> {
    const { publicKey } = await this.#service.ask('make a key', 'POST', '/v1/encryption-keys', publicKeySchema, {
      newest,
    })
    return this.#take(publicKey)
  }

  async destroyEncryptionKey(fingerprint: Hex): Promise<void> {
    await this.#service.ask('destroy a key', 'DELETE', `/v1/encryption-keys/${fingerprint}`, z.strictObject({}))
  }

  async #take(publicKey: string): Promise<EncryptionKey> {
    const known = this.#known.get(publicKey)
    if (known !== undefined) return known
    const decryptionKey = await remoteDecryptionKey({
      publicKey,
      agree: async (ephemeralPublicKey) => {
        const { sharedSecret } = await this.#service.ask('agree on a secret', 'POST', '/v1/agree', agreementSchema, {
          fingerprint: decryptionKey.fingerprint,
          ephemeralPublicKey: `0x${Buffer.from(ephemeralPublicKey).toString('hex')}`,
        })
        return new Uint8Array(Buffer.from(sharedSecret.slice(2), 'hex'))
      },
    })
    const key = await createEncryptionKey(publicKey, decryptionKey)
    this.#known.set(publicKey, key)
    return key
  }
}

class Service {
  readonly #url: string
  readonly #token: string

  constructor(url: string, token: string) {
    this.#url = requireSafe(url)
    this.#token = token
  }

  keys() {
    return this.ask('name its keys', 'GET', '/v1/keys', keysSchema)
  }

  async ask<T>(
    operation: string,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    schema: z.ZodType<T>,
    body?: object,
  ): Promise<T> {
    let text: string
    let status: number
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
        // A redirect would carry the token somewhere else.
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      status = response.status
      text = await readBounded(response)
    } catch (cause) {
      throw new KeyServiceError(operation, 'did not answer in time, or not within bounds', cause)
    }
    if (status !== 200) throw new KeyServiceError(operation, `answered ${status}`)
    const parsed = schema.safeParse(parseJson(text))
    // NOTE: no cause; it may quote a shared secret.
    if (!parsed.success) throw new KeyServiceError(operation, 'answered something else')
    return parsed.data
  }
}

function requireSafe(url: string): string {
  const { protocol, hostname, username, password, search, hash } = new URL(url)
  const isLocal = hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost'
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal)) {
    throw new KeyServiceError('open', 'has a URL that is neither https nor on this machine')
  }
  if (`${username}${password}${search}${hash}` !== '') {
    throw new KeyServiceError('open', 'has a URL with a user, a query or a fragment')
  }
  return url.replace(/\/+$/, '')
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length
    if (sizeBytes > ANSWER_BYTES_MAX) throw new Error(`more than ${ANSWER_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
