import { createDockerExecutor, examineDocker } from '@gristmill/runner'
import type { Config } from '../config/config.js'
import { type Finding, fail, failed, ok } from './finding.js'

const REMEDY = 'See DATATRUST_DOCKER_… in the README; without it Python runs in bubblewrap.'

/** Asks the Docker engine that is to run Python for its image, and has a container of it say its versions. */
export async function examineContainers(docker: NonNullable<Config['docker']>): Promise<Finding> {
  try {
    const { version } = await examineDocker(docker)
    const executor = await createDockerExecutor(docker)
    if (executor === undefined) return fail('containers', 'start no python3 with numpy from the image', REMEDY)
    const { kernel } = executor.capabilities().isolation
    const wall = kernel === 'user-space-kernel' ? 'behind a kernel of their own' : 'behind a filter of system calls'
    return ok('containers', `Docker ${version} has the image, and runs Python ${wall}`)
  } catch (error) {
    return failed('containers', error, REMEDY)
  }
}
