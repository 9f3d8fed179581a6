import { createDockerExecutor } from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { dockerCommand } from '../src/executors/docker/docker-command.js'

const image = `python@sha256:${'ab'.repeat(32)}`
const command = (runtime?: string) =>
  dockerCommand(
    { image, host: 'unix:///nowhere.sock', ...(runtime && { runtime }) },
    { memoryBytes: 65_536, cpuSeconds: 5, processes: 32 },
    'name',
  ).command

describe('a container for Python', () => {
  it('has no network, no rights, nothing to write to, and bounds on what it uses', () => {
    const text = command().join(' ')
    for (const part of [
      '--network none',
      '--ipc none',
      '--read-only',
      '--log-driver none',
      '--cap-drop ALL',
      '--security-opt no-new-privileges',
      '--user 65534:65534',
      '--memory 65536b --memory-swap 65536b',
      '--pids-limit 32',
      '--ulimit cpu=5:6',
      '--ulimit fsize=0',
      '--pull never',
    ])
      expect(text).toContain(part)
  })

  it('sees nothing of the host, and takes its options before the image only', () => {
    const parts = command()
    expect(parts.slice(0, 4)).toEqual(['docker', '--host', 'unix:///nowhere.sock', 'run'])
    for (const option of ['--volume', '-v', '--mount', '--tmpfs', '--device', '--privileged', '--env-file', '--tty'])
      expect(parts).not.toContain(option)
    expect(parts.slice(parts.indexOf(image) + 1, -1)).toEqual(['-s', '-B', '-c'])
  })

  it('is run by gVisor where the operator says so', () => {
    expect(command('runsc').join(' ')).toContain('--runtime runsc')
    expect(command()).not.toContain('--runtime')
  })
})

describe('an executor for containers', () => {
  it.each(['python:3', 'python', `python@sha256:${'ab'.repeat(31)}`, `--privileged@sha256:${'ab'.repeat(32)}`])(
    'is none for the image %s, which no digest names',
    async (name) => {
      expect(await createDockerExecutor({ image: name })).toBeUndefined()
    },
  )

  it('is none where no engine answers', async () => {
    expect(await createDockerExecutor({ image, host: 'unix:///nowhere.sock' })).toBeUndefined()
  })
})
