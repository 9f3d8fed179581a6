import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceSecret } from '../keys/secret-file.js'

/** Where a local network keeps what it is. */
export interface DevDirectory {
  readonly path: string
  readonly chain: string
  readonly datatrust: string
  /** Ports, so that it comes back where it was. */
  readonly portsFile: string
}

export function devDirectory(path: string): DevDirectory {
  return {
    path,
    chain: join(path, 'chain'),
    datatrust: join(path, 'datatrust'),
    portsFile: join(path, 'ports.json'),
  }
}

const portsSchema = z.object({ port: z.int(), datatrustPort: z.int().optional() })
export type DevPorts = z.output<typeof portsSchema>

/** The ports at which the network was last; undefined if it was never up. */
export async function readPorts({ portsFile }: DevDirectory): Promise<DevPorts | undefined> {
  try {
    return portsSchema.parse(JSON.parse(await readFile(portsFile, 'utf8')))
  } catch {
    // Written anew with the defaults: nothing but convenience is lost.
    return undefined
  }
}

export async function writePorts({ portsFile }: DevDirectory, ports: DevPorts): Promise<void> {
  await replaceSecret(portsFile, `${JSON.stringify(ports)}\n`)
}
