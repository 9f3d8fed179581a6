import { examineDocker, requireDockerExecutor } from '@gristmill/runner'
import type { Config } from '../config/config.js'
import { type Finding, failed, ok } from './finding.js'

const REMEDY = 'See DATATRUST_DOCKER_… in the README; without it Python runs in bubblewrap.'

/** Asks the Docker engine that is to run Python for its image, and looks out of a container of it. */
export async function examineContainers(docker: NonNullable<Config['docker']>): Promise<Finding> {
  try {
    const { version } = await examineDocker(docker)
    const { kernel } = (await requireDockerExecutor(docker)).capabilities().isolation
    const wall = kernel === 'user-space-kernel' ? 'behind a kernel of their own' : 'behind a filter of system calls'
    return ok('containers', `Docker ${version} has the image, and runs Python ${wall}`)
  } catch (error) {
    return failed('containers', error, REMEDY)
  }
}
