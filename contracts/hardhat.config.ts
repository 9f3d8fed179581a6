import { createRequire } from 'node:module'
import hardhatEthers from '@nomicfoundation/hardhat-ethers'
import { defineConfig } from 'hardhat/config'
import { warningsAsErrors } from './warnings-as-errors.ts'

const require = createRequire(import.meta.url)
/** `pnpm test:deep` looks ten times as long. */
const DEPTH = process.env.GRISTMILL_DEEP ? 10 : 1

/** @param runs How often code is expected to be called: the more, the cheaper the calls and the larger the code. */
const compiler = (runs: number) => ({
  version: '0.8.37',
  // The compiler comes from npm: nothing is downloaded.
  path: require.resolve('solc/soljson.js'),
  settings: {
    viaIR: true,
    evmVersion: 'prague',
    optimizer: { enabled: true, runs },
  },
})

export default defineConfig({
  plugins: [hardhatEthers, warningsAsErrors],
  paths: { sources: ['./src', './test/attacks/contracts'], tests: { solidity: './test/fuzz' } },
  solidity: {
    compilers: [compiler(1_000_000)],
    // As many as leave the large ones below the 24,576 bytes that public chains accept (EIP-170).
    overrides: {
      'src/Curation.sol': compiler(5_000),
      'src/Markets.sol': compiler(10_000),
      'src/Orders.sol': compiler(3_500),
    },
    splitTestsCompilation: true,
    // The `admin` of a market in the tests, as OpenZeppelin made it.
    npmFilesToBuild: ['@openzeppelin/contracts/governance/TimelockController.sol'],
  },
  networks: {
    default: { type: 'edr-simulated', chainType: 'l1', hardfork: 'prague' },
  },
  test: {
    solidity: {
      fuzz: { runs: 128 * DEPTH },
      invariant: { runs: 24 * DEPTH, depth: 64, failOnRevert: true },
    },
  },
})
