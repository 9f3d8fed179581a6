import { generateKey, openBytes, readDecryptionKey, readRecipient, sealBytes } from '@gristmill/envelope'
import { nodeSha256 } from '@gristmill/envelope/node'

const key = await generateKey({ name: 'consumer' })
const grain = new TextEncoder().encode('grain')
const message = await sealBytes(grain, { recipient: await readRecipient(key.publicKey) })
const opened = await openBytes(message, await readDecryptionKey(key.privateKey), { maxBytes: grain.length })
console.log(Buffer.from(opened).toString(), Buffer.from(nodeSha256.hash(opened)).toString('hex').slice(0, 8))
