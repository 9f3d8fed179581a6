import { createBwrapExecutor } from './bwrap/bwrap-executor.js'
import type { DockerOptions } from './docker/docker-command.js'
import { createDockerExecutor } from './docker/docker-executor.js'
import { createExecutors, type Executors } from './executors.js'
import { createJsExecutor } from './js/js-executor.js'
import type { Print } from './print.js'
import { createTrainerExecutor } from './trainer/trainer-executor.js'
import { createWasmExecutor } from './wasm/wasm-executor.js'

/** What the operator configures. */
export interface FindExecutorsParams {
  /** Runs Python in containers, and nowhere else: who asks for a container is not given less where its engine is ill. */
  docker?: DockerOptions | undefined
  /**
   * Hears what scripts and Python programs say, and why they failed. Only for data that is nobody's secret: on a maker's
   * all of it has to go nowhere.
   */
  print?: Print | undefined
  /** Sandboxes for Python that wait for their algorithm; default: none. */
  spares?: number | undefined
}

/** Every executor that works on this machine, with its default limits. */
export async function findExecutors({ docker, print, spares }: FindExecutorsParams = {}): Promise<Executors> {
  const python =
    docker === undefined
      ? await createBwrapExecutor({}, { print, spares })
      : await createDockerExecutor(docker, {}, { print, spares })
  return createExecutors([
    createWasmExecutor(),
    createJsExecutor({}, print),
    ...(python === undefined ? [] : [python]),
    createTrainerExecutor(),
  ])
}
