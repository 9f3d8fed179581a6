import { parseArgs } from 'node:util'
import { startLocalnet } from './start-localnet.js'

const { values } = parseArgs({ options: { directory: { type: 'string' }, port: { type: 'string', default: '0' } } })
const stopped = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
})

try {
  const directory = values.directory === undefined ? {} : { directory: values.directory }
  await using localnet = await startLocalnet({ ...directory, port: Number(values.port) })
  const { url, chainId, deployment, token, replay } = localnet
  console.log(JSON.stringify({ url, chainId, deployment, token, replay }))
  await stopped
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
