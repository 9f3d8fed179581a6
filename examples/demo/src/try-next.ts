import type { Transcript } from './transcript.js'

const COMMANDS = [
  ['listings', 'what is for sale'],
  ['show LISTING', 'its page, checked against the chain'],
  ['buy LISTING --out again.csv', 'quote, pay, download, decrypt, verify'],
  ['market show', 'where the money of the market is'],
  ['market fund 100 --as patron', 'shares of what every sale brings'],
  ['publish FILE --license CC0-1.0 --access 5 --as maker', 'sell something of yours'],
] as const

/** Commands for another terminal, while everything is still up. */
export function tryNext(transcript: Transcript): void {
  transcript.line('\nEverything is still up. In another terminal, in this folder:\n')
  for (const [command, meaning] of COMMANDS) {
    transcript.line(`    npx -y pnpm@12 gristmill ${command.padEnd(54)} ${meaning}`)
  }
  transcript.line('\nCtrl-C ends it.')
}
