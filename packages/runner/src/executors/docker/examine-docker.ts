import { EngineRefusedError, EngineUnavailableError } from '../../engine/errors.js'
import { ask } from './docker-client.js'
import type { DockerOptions } from './docker-command.js'

/** By its digest, with or without a name. */
const IMAGE = /^(?:[a-z0-9][a-z0-9./:_-]*@)?sha256:[0-9a-f]{64}$/

/** What an engine says of itself, as far as it is asked. */
export interface EngineFacts {
  version: string
  /** Of the image that a run would use. */
  imageId: string
}

interface Info {
  ServerVersion?: string
  MemoryLimit?: boolean
  PidsLimit?: boolean
  CpuCfsQuota?: boolean
  Runtimes?: Record<string, unknown> | null
}

/** Asks an engine whether it can run algorithms in an image. Throws an EngineError that says why not. */
export async function examineDocker(options: DockerOptions): Promise<EngineFacts> {
  const { image, runtime } = options
  const require = (holds: unknown, fault: string) => {
    if (!holds) throw new EngineRefusedError('docker', 'run', fault)
  }
  require(IMAGE.test(image), `"${image}" does not name an image by its digest, NAME@sha256:…`)
  const info = JSON.parse((await ask(options, ['info', '--format', '{{json .}}'])) ?? '{}') as Info
  const { ServerVersion: version = '', Runtimes: runtimes } = info
  if (version === '') throw new EngineUnavailableError('docker', 'info')
  // An engine that cannot limit says so on its error stream, and goes on without the limit.
  for (const [limit, what] of [
    ['MemoryLimit', 'memory'],
    ['PidsLimit', 'the number of processes'],
    ['CpuCfsQuota', 'processor time'],
  ] as const)
    require(info[limit], `it cannot limit ${what}`)
  require(runtime === undefined || runtimes?.[runtime], `it has no runtime "${runtime}"`)
  const inspected = await ask(options, ['image', 'inspect', '--format', '{{.Id}} {{json .Config.Volumes}}', image])
  require(inspected, `it does not have the image ${image}`)
  const [imageId = '', volumes = ''] = (inspected as string).split(' ')
  require(['null', '{}'].includes(volumes), 'the image declares a volume, which could be written to')
  return { version, imageId }
}
