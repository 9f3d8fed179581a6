import { stat } from 'node:fs/promises'
import type { Config } from '../config/config.js'
import { type Finding, fail, ok, warn } from './finding.js'

/** Every file that holds a secret: there, and nobody else's to read. What is in it is not looked at. */
export async function examineKeys({ keyFiles, kms, passphraseFile, bucket }: Config): Promise<Finding[]> {
  const files = [
    ...(kms === undefined ? [keyFiles.signer, keyFiles.openpgp] : [kms.tokenFile]),
    keyFiles.runnerSecret,
    passphraseFile,
    bucket?.credentialsFile,
  ].filter((path) => path !== undefined)
  const findings: Finding[] = []
  for (const path of files) {
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) {
      findings.push(
        fail('keys', `${path} is not there`, 'Make the keys with `gristmill datatrust register`, or restore them.'),
      )
    } else if ((found.mode & 0o077) !== 0) {
      findings.push(fail('keys', `${path} may be read by others`, `chmod 600 ${path}`))
    }
  }
  if (kms === undefined && passphraseFile === undefined) {
    findings.push(
      warn('keys', 'no passphrase file is named: keys may lie in the clear', 'gristmill datatrust keys encrypt'),
    )
  }
  return findings.length > 0 ? findings : [ok('keys', `${files.length} files, each for its owner only`)]
}
