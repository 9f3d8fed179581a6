import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a new file, readable by its owner only: after a crash it is there as a whole or not at all. */
export async function writeFileDurably(file: string, text: string): Promise<void> {
  const scratch = `${file}.new`
  await using handle = await open(scratch, 'w', 0o600)
  await handle.chmod(0o600)
  await handle.writeFile(text)
  await handle.sync()
  await rename(scratch, file)
  await using directory = await open(dirname(file), 'r')
  await directory.sync()
}
