import type { ServerResponse } from 'node:http'
import type { ByteSource } from '@gristmill/envelope'

/**
 * Sends bytes and ends the response. A piece has left for the network before the next one is asked for, so the source may write
 * into it again, and one piece at a time is held for whoever takes it slowly. On an error of the source the connection is
 * cut, so that nobody takes a part for the whole; rejects when the client goes away.
 */
export async function sendBytes(response: ServerResponse, source: ByteSource): Promise<void> {
  try {
    for await (const piece of source) await settled(response, (done) => response.write(piece, done))
    await settled(response, (done) => response.end(done))
  } catch (error) {
    response.destroy()
    throw error
  }
}

function settled(response: ServerResponse, write: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error('the client went away before it had all of the answer'))
    if (response.closed) {
      onClose()
      return
    }
    response.once('close', onClose)
    write((error) => {
      response.off('close', onClose)
      if (error == null) resolve()
      else reject(error)
    })
  })
}
