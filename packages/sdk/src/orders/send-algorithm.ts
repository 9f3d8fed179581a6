import type { Hex } from '@gristmill/protocol'
import { hexlify } from 'ethers'
import type { Connection } from '../connection.js'
import { requestDone } from '../http/request.js'

/** What `client.orders.sendAlgorithm` takes. */
export interface SendAlgorithmParams {
  /** A WebAssembly module, or the text of a script. */
  module: Uint8Array
}

/** What `client.orders.sendAlgorithm` gives. */
export interface SendAlgorithmResult {
  /** sha256 of its bytes: what a quote names. */
  algorithm: Hex
}

/** Sends an algorithm to the datatrust; sending it again changes nothing. */
export async function sendAlgorithm(connection: Connection, params: SendAlgorithmParams): Promise<SendAlgorithmResult> {
  const { module } = params
  const algorithm = hexlify(connection.sha256.hash(module)) as Hex
  await requestDone(connection, { method: 'PUT', path: `/v1/algorithms/${algorithm}`, bytes: module, as: 'account' })
  return { algorithm }
}
