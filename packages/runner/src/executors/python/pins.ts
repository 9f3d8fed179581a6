const { arch } = process

/** Features of processors for which numpy has other code than for the oldest. */
const FEATURES: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: 'AVX F16C FMA3 AVX2 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL',
  arm64: 'ASIMDHP ASIMDDP ASIMDFHM SVE',
}
const CORES: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: 'Nehalem', arm64: 'ARMV8' }

/**
 * The environment of an algorithm: one thread, and the same arithmetic on every processor of an architecture. Without it a
 * sum depends on how wide the processor's registers are.
 */
export const PINS: Readonly<Record<string, string>> = {
  HOME: '/',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  PYTHONHASHSEED: '0',
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  NUMEXPR_NUM_THREADS: '1',
  JOBLIB_MULTIPROCESSING: '0',
  GLIBC_TUNABLES: 'glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-FMA4_Usable,-AVX2,-FMA,-FMA4',
  ...(CORES[arch] === undefined ? {} : { OPENBLAS_CORETYPE: CORES[arch] }),
  ...(FEATURES[arch] === undefined ? {} : { NPY_DISABLE_CPU_FEATURES: FEATURES[arch] }),
  // Of those that the processor has not got numpy would tell, in what the algorithm says.
  PYTHONWARNINGS: "ignore:During parsing environment variable 'NPY_DISABLE_CPU_FEATURES'",
}
