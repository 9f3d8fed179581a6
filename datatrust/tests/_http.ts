import { request as httpRequest } from 'node:http'
import { AUTHORIZATION_SCHEME, type Hex, requestTypedData, type SignedRequest, ZERO_BYTES32 } from '@gristmill/protocol'
import type { Wallet } from 'ethers'
import { requireDocumented } from './_document.js'
import { random32, type Stage, sha256 } from './_util.js'

export interface SignParams {
  method: SignedRequest['method']
  resource: string
  body?: Uint8Array
  overrides?: Partial<SignedRequest>
  chainId?: bigint
}

/** Value of the header `Authorization`, signed by `wallet`; parts of what is signed can be made wrong. */
export async function authorization(stage: Stage, wallet: Wallet, params: SignParams): Promise<string> {
  const { method, resource, body, overrides, chainId = BigInt(stage.localnet.chainId) } = params
  const signed: SignedRequest = {
    account: wallet.address as Hex,
    datatrust: stage.datatrust,
    method,
    resource,
    bodyHash: body === undefined ? ZERO_BYTES32 : sha256(body),
    nonce: random32(),
    expiry: Math.floor(Date.now() / 1000) + 60,
    ...overrides,
  }
  const verifyingContract = stage.localnet.deployment.orders
  const { domain, types, value } = requestTypedData({ chainId, verifyingContract }, signed)
  const signature = await wallet.signTypedData(domain, types, value)
  const { nonce, expiry } = signed
  const json = JSON.stringify({ account: wallet.address, nonce, expiry, signature })
  return `${AUTHORIZATION_SCHEME} ${Buffer.from(json).toString('base64url')}`
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
  /** Of a problem document. */
  code: string | undefined
}

export interface SendParams {
  method: string
  headers?: Record<string, string>
  /** Sent chunk by chunk; a function may break the connection. */
  body?: Uint8Array[] | undefined
  /** Bytes of `body` after which the connection is destroyed. */
  breakAfter?: number
}

/**
 * A bare HTTP request: what a client of ours would never send can be sent too. Rejects if the answer is not one that the
 * OpenAPI document tells of.
 */
export function send(url: string, { method, headers = {}, body, breakAfter }: SendParams): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const whole = Buffer.concat(chunks)
        const isProblem = response.headers['content-type']?.startsWith('application/problem+json') === true
        const status = response.statusCode ?? 0
        try {
          requireDocumented({ method, url }, { status, contentType: response.headers['content-type'], body: whole })
        } catch (error) {
          reject(error)
          return
        }
        const code = isProblem && whole.length > 0 ? (JSON.parse(whole.toString()) as { code: string }).code : undefined
        resolve({ status, headers: response.headers, body: whole, code })
      })
    })
    request.on('error', reject)
    let sentBytes = 0
    for (const chunk of body ?? []) {
      request.write(chunk)
      sentBytes += chunk.length
      if (breakAfter !== undefined && sentBytes >= breakAfter) {
        setTimeout(() => request.destroy(), 100)
        return
      }
    }
    request.end()
  })
}

/** A signed request with a JSON body or none. */
export async function sendSigned(
  stage: Stage,
  url: string,
  wallet: Wallet,
  params: SignParams & { json?: unknown; headers?: Record<string, string> },
): Promise<Answer> {
  const body = params.json === undefined ? undefined : new TextEncoder().encode(JSON.stringify(params.json))
  const headers = {
    authorization: await authorization(stage, wallet, { ...params, ...(body === undefined ? {} : { body }) }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...params.headers,
  }
  return send(url + params.resource, { method: params.method, headers, body: body === undefined ? undefined : [body] })
}
