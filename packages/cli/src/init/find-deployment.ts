import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Address, addressSchema, type Deployment, deploymentSchema } from '@gristmill/protocol'
import type { JsonRpcProvider } from 'ethers'
import { z } from 'zod'
import { FileError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { NoDeploymentError } from '../profile-errors.js'

export interface FindDeploymentParams {
  chainId: number
  provider: JsonRpcProvider
  /** A file that the user names. */
  named?: string | undefined
}

/** Where the contracts are, and who says so. */
export interface FoundDeployment {
  deployment: Deployment
  source: string
  /** Money of a local network. */
  token?: Address
}

const LOCAL_CHAIN = 31_337
const localnetSchema = z.object({ deployment: deploymentSchema, token: addressSchema })

/** From the file that is named, else from `deployments/<chainId>.json`, else from a local network itself. */
export async function findDeployment(io: Io, params: FindDeploymentParams): Promise<FoundDeployment> {
  const { chainId, provider, named } = params
  if (named !== undefined) return { deployment: await readDeployment(resolve(io.cwd, named)), source: named }
  const usual = join('deployments', `${chainId}.json`)
  const text = await readFile(resolve(io.cwd, usual), 'utf8').catch(() => undefined)
  if (text !== undefined) return { deployment: parseDeployment(usual, text), source: usual }
  // Elsewhere a node must not say where money goes.
  if (chainId !== LOCAL_CHAIN) throw new NoDeploymentError(chainId)
  const told = localnetSchema.safeParse(await provider.send('gristmill_describe', []).catch(() => undefined))
  if (told.success) return { ...told.data, source: 'the local network' }
  throw new NoDeploymentError(chainId)
}

async function readDeployment(file: string): Promise<Deployment> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new FileError(file, 'cannot be read: check the path and its permissions.', error)
  }
  return parseDeployment(file, text)
}

function parseDeployment(file: string, text: string): Deployment {
  try {
    return deploymentSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new FileError(
      file,
      'does not hold the addresses of a deployment: take the file that gristmill deploy wrote.',
      error,
    )
  }
}
