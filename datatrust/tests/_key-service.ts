import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import { generateKey } from '@gristmill/envelope'
import { SigningKey, Wallet } from 'ethers'
import { readPrivateKey } from 'openpgp'

const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex')
const SPKI_X25519 = Buffer.from('302a300506032b656e032100', 'hex')
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** What lies in the KMS: nothing of it leaves the service. */
interface Kept {
  fingerprint: string
  publicKey: string
  scalar: Uint8Array
}

/** A key service as an operator would put it before a KMS: signs digests, agrees on secrets, makes and destroys keys. */
export class KeyService {
  readonly requests: string[] = []
  readonly wallet = Wallet.createRandom()
  /** As KMSs do, one signature of two has the high s. */
  #signatures = 0
  readonly #token: string
  readonly #keys: Kept[] = []
  readonly #server: Server

  private constructor(token: string) {
    this.#token = token
    this.#server = createServer((request, response) => {
      this.#answer(request.method ?? '', request.url ?? '', request.headers.authorization, () => json(request))
        .catch(() => ({ status: 500, body: {} }))
        .then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)))
    })
  }

  static async start(token: string): Promise<KeyService> {
    const service = new KeyService(token)
    await service.#make()
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve))
    return service
  }

  get url(): string {
    const address = this.#server.address() as { port: number }
    return `http://127.0.0.1:${address.port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(method: string, url: string, authorization: string | undefined, body: () => Promise<unknown>) {
    this.requests.push(`${method} ${url}`)
    if (authorization !== `Bearer ${this.#token}`) return { status: 401, body: {} }
    const publicKeys = () => this.#keys.map(({ publicKey }) => ({ publicKey }))
    switch (`${method} ${url.replace(/0x[0-9a-f]{64}$/, ':key')}`) {
      case 'GET /v1/keys':
        return { status: 200, body: { signing: { address: this.wallet.address }, encryption: publicKeys() } }
      case 'POST /v1/sign':
        return { status: 200, body: this.#sign(((await body()) as { digest: string }).digest) }
      case 'POST /v1/agree':
        return this.#agree((await body()) as { fingerprint: string; ephemeralPublicKey: string })
      case 'POST /v1/encryption-keys': {
        if (((await body()) as { newest: string }).newest === this.#keys.at(-1)?.fingerprint) await this.#make()
        return { status: 200, body: publicKeys().at(-1) as object }
      }
      case 'DELETE /v1/encryption-keys/:key': {
        const index = this.#keys.findIndex(({ fingerprint }) => url.endsWith(fingerprint))
        if (index >= 0) this.#keys.splice(index, 1)
        return { status: 200, body: {} }
      }
      default:
        return { status: 404, body: {} }
    }
  }

  #sign(digest: string) {
    const { r, s } = new SigningKey(this.wallet.privateKey).sign(digest)
    const high = `0x${(ORDER - BigInt(s)).toString(16).padStart(64, '0')}`
    return { r, s: this.#signatures++ % 2 === 0 ? high : s }
  }

  #agree({ fingerprint, ephemeralPublicKey }: { fingerprint: string; ephemeralPublicKey: string }) {
    const kept = this.#keys.find((key) => key.fingerprint === fingerprint)
    if (kept === undefined) return { status: 404, body: {} }
    const point = Buffer.from(ephemeralPublicKey.slice(2), 'hex')
    const sharedSecret = diffieHellman({
      privateKey: createPrivateKey({ key: Buffer.concat([PKCS8_X25519, kept.scalar]), format: 'der', type: 'pkcs8' }),
      publicKey: createPublicKey({ key: Buffer.concat([SPKI_X25519, point]), format: 'der', type: 'spki' }),
    })
    return { status: 200, body: { sharedSecret: `0x${sharedSecret.toString('hex')}` } }
  }

  async #make(): Promise<void> {
    const { privateKey: armoredKey, publicKey, fingerprint } = await generateKey({ name: 'Kept in a KMS' })
    const { keyPacket } = await (await readPrivateKey({ armoredKey })).getEncryptionKey()
    const { k: scalar } = (keyPacket as unknown as { privateParams: { k: Uint8Array } }).privateParams
    this.#keys.push({ fingerprint, publicKey, scalar })
  }
}
