import { readdirSync, readFileSync } from 'node:fs'
import { createBwrapExecutor, createDockerExecutor } from '@gristmill/runner'

// Runs a program once, says which processes are waiting for the next one, and has nothing more to do.
const { DOCKER_TEST } = process.env
const executor =
  DOCKER_TEST === undefined
    ? await createBwrapExecutor({}, { spares: 1 })
    : await createDockerExecutor(JSON.parse(DOCKER_TEST), {}, { spares: 1 })
const algorithm = new TextEncoder().encode('def run(input, output): output[0] = 1')
await executor?.execute({ algorithm, input: new Uint8Array(56), outputBytes: 8 })
const parentOf = (pid: string) => {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1])
  } catch {
    return undefined
  }
}
const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === process.pid)
process.stdout.write(JSON.stringify(children.map(Number)))
