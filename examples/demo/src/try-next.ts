import type { Transcript } from './transcript.js'

/** Three commands for another terminal, while everything is still up. */
export function tryNext(transcript: Transcript): void {
  transcript.line('\nEverything is still up. In another terminal, in this folder:\n')
  transcript.line('    npx -y pnpm@12 gristmill listings                     what is for sale')
  transcript.line(
    '    npx -y pnpm@12 gristmill show LISTING                 what the chain and the datatrust say about it',
  )
  transcript.line('    npx -y pnpm@12 gristmill buy LISTING --out again.csv  quote, pay, download, decrypt, verify')
  transcript.line('\nCtrl-C ends it.')
}
