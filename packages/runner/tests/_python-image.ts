import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { promisify } from 'node:util'

/** Of Debian's packages. */
export type PythonPackage = 'numpy' | 'pandas' | 'sklearn'

const PACKAGES = '/usr/lib/python3/dist-packages'
/** What belongs to each, versions included. */
const FOLDERS: Readonly<Record<PythonPackage, readonly string[]>> = {
  numpy: ['numpy'],
  pandas: ['pandas', 'dateutil', 'pytz', 'six.py'],
  sklearn: ['sklearn', 'scipy', 'joblib', 'threadpoolctl.py'],
}
const VERSIONS = ['numpy-*', 'pandas-*', 'scipy-*', 'scikit_learn-*']
/** Modules that between them need every library that any of the packages does. */
const NEEDY = [
  '/usr/lib/python3.*/lib-dynload/{_ctypes,_hashlib,_lzma,_bz2,_uuid}.*.so',
  `${PACKAGES}/numpy/{core/_multiarray_umath,linalg/_umath_linalg}.*.so`,
  `${PACKAGES}/scipy/{optimize/_lbfgsb,sparse/_sparsetools,special/_ufuncs}.*.so`,
  `${PACKAGES}/sklearn/utils/_openmp_helpers.*.so`,
]
const LEFT_OUT = [
  'tests',
  'test',
  '*.a',
  '*.h',
  '*.pyi',
  '*.pyx',
  '*.pxd',
  'config-3*',
  'idlelib',
  'lib2to3',
  'pydoc_data',
  'ensurepip',
]

const run = promisify(execFile)

/** A command that writes a tar of this machine's Python with some packages, and nothing else: no shell, no users. */
export async function archiveOfPython(
  packages: readonly PythonPackage[] = ['numpy', 'pandas', 'sklearn'],
): Promise<string> {
  const python = '/usr/bin/python3'
  const { stdout } = await run('ldd', [python, ...NEEDY.flatMap((pattern) => globSync(pattern))])
  const libraries = new Set(stdout.match(/\/\S+\.so[^\s:]*/g)?.filter((path) => !path.includes('python')))
  const folders = packages.flatMap((name) => FOLDERS[name]).map((name) => `${PACKAGES}/${name}`)
  const files = [
    ...[python, ...libraries, ...folders, ...globSync('/usr/share/zoneinfo/{UTC,*.zi,*.tab}')],
    ...globSync(['/usr/lib/python3.*', ...VERSIONS.map((name) => `${PACKAGES}/${name}`)]),
  ]
  const excluded = LEFT_OUT.map((pattern) => `--exclude='${pattern}'`)
  // Files in place of links: what they point to may be elsewhere.
  return ['tar', 'chf', '-', '-C', '/', ...excluded, ...files.map((file) => `.${file}`)].join(' ')
}
