import { isProtocolError } from '@gristmill/protocol'
import { configFromEnv } from './config/config.js'
import { readEnv } from './config/env.js'
import { start } from './server.js'

const ended = new Promise<void>((resolve) => {
  process.once('SIGINT', resolve)
  process.once('SIGTERM', resolve)
})

try {
  await using server = await start(await configFromEnv(readEnv()))
  console.log(JSON.stringify({ url: server.url }))
  await ended
} catch (error) {
  console.error(isProtocolError(error) ? `${error.code}: ${error.message}` : error)
  process.exitCode = 1
}
