import { DiskBlobStore } from '../../dist/index.js'

const [, , directory] = process.argv
const store = await DiskBlobStore.open(directory!)

async function* source() {
  for (let sent = 0; ; sent += 1) {
    yield new Uint8Array(64 * 1024).fill(7)
    if (sent === 16) console.log('writing')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

await store.put(
  'kept',
  (async function* () {
    yield new TextEncoder().encode('acknowledged')
  })(),
  { maxBytes: 100 },
)
await store.put('half/done', source(), { maxBytes: 1e12 })
