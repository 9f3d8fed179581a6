import { lockDirectory } from '../../dist/index.js'

const [, , directory] = process.argv
try {
  await lockDirectory(directory!)
  console.log('locked')
  setInterval(() => {}, 1000)
} catch (error) {
  console.log((error as { code: string }).code)
}
