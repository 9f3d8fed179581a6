import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate for 127.0.0.1 that vouches for itself, in PEM. */
export interface Certificate {
  cert: string
  key: string
}

/** Undefined where there is no openssl to make one. */
export function makeCertificate(): Certificate | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'gristmill-certificate-'))
  try {
    const [key, cert] = [join(directory, 'key'), join(directory, 'cert')]
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    const named = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert]
    if (spawnSync('openssl', [...request, ...named], { stdio: 'ignore' }).status !== 0) return undefined
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
