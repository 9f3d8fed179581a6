import { equal } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Client, jsonRpcProvider, MARKET_PRESETS } from '@gristmill/sdk'
import { type BaseContract, Contract, ContractFactory, formatUnits, id, Wallet, ZeroAddress, ZeroHash } from 'ethers'

// Where the chain and the datatrust are, and who signs: all that a client needs. Yours may come from anywhere.
const profileFile = process.env.GRISTMILL_PROFILE ?? '.gristmill/profile.json'
const profile = JSON.parse(await readFile(profileFile, 'utf8'))
const provider = jsonRpcProvider(profile.rpcUrl)
const key = (await readFile(join(dirname(profileFile), 'keys/patron.key'), 'utf8')).trim()
const wallet = new Wallet(key, provider)
const { deployment, datatrustUrl } = profile
const patron = await Client.connect({ runner: wallet, deployment, datatrust: datatrustUrl })
const { decimals } = await patron.vault.token({ token: profile.token })
const one = 10n ** BigInt(decimals)
const advance = (seconds: number) => provider.send('gristmill_advance', [seconds]) // a real chain takes its time
const [HOUR, DAY] = [3_600, 86_400]

// OpenZeppelin's TimelockController as its package has it, and a Governor made of its standard parts (see the README).
const require = createRequire(import.meta.url)
const timelockJson = require('@openzeppelin/contracts/build/contracts/TimelockController.json')
const governorJson = JSON.parse(await readFile(join(import.meta.dirname, 'governor/MarketGovernor.json'), 'utf8'))
async function deploy({ abi, bytecode }: { abi: []; bytecode: string }, ...args: unknown[]): Promise<Contract> {
  const contract: BaseContract = await new ContractFactory(abi, bytecode, wallet).deploy(...args)
  await contract.waitForDeployment()
  return new Contract(await contract.getAddress(), abi, wallet)
}
/** Sends a call and waits for its block. */
const send = async (contract: Contract, method: string, ...args: unknown[]) =>
  (await contract.getFunction(method)(...args)).wait()

// The market's admin is the timelock, its shares are the votes, and only the Governor may propose to the timelock.
const timelock = await deploy(timelockJson, HOUR, [], [ZeroAddress], wallet.address)
const config = { ...MARKET_PRESETS.quick(decimals), isCurated: true }
const admin = (await timelock.getAddress()) as `0x${string}`
const terms = { asset: profile.token, p0: one, k: 10n ** 24n, config, seed: 1_000n * one, admin }
const { market, share } = await patron.markets.create({ ...terms, payment: 'permit' })
const governor = await deploy(governorJson, share, admin, 10 * 60, DAY)
await send(timelock, 'grantRole', id('PROPOSER_ROLE'), await governor.getAddress())
await send(timelock, 'renounceRole', ZeroHash, wallet.address)
await advance(1)
console.log(`market    ${market}, curated`)
console.log(`governor  ${await governor.getAddress()}, its timelock ${admin}`)

// One proposal of two calls: a datatrust is admitted, and makers get less of a sale.
const { datatrust } = await patron.datatrusts.card()
const { markets } = patron.contracts
const rules = { ...config, makerBps: config.makerBps - 500 }
const calls = [
  markets.interface.encodeFunctionData('setAdmission', [market, datatrust, true]),
  markets.interface.encodeFunctionData('setConfig', [market, rules]),
]
const text = `Admit datatrust ${datatrust}; ${rules.makerBps / 100} % to makers`
const action = [[deployment.markets, deployment.markets], [0, 0], calls] as const
const proposal = await governor.getFunction('hashProposal')(...action, id(text))
await send(governor, 'propose', ...action, text)
console.log(`proposed  ${text}`)
equal(await markets.isAdmitted(market, datatrust), false)

await advance(10 * 60 + 1)
await send(governor, 'castVote', proposal, 1)
const { forVotes } = await governor.getFunction('proposalVotes')(proposal)
console.log(`voted     ${formatUnits(forVotes)} shares for it`)
await advance(DAY)
await send(governor, 'queue', ...action, id(text))
await advance(HOUR)
await send(governor, 'execute', ...action, id(text))
const { config: still } = await patron.markets.get({ market })
equal(still.makerBps, config.makerBps)
console.log(
  `executed  it binds after the market's own timelock, as of everybody's: makers still get ${still.makerBps} bps`,
)

await advance(Math.max(config.timelockSeconds, config.dripSeconds, config.exitDelaySeconds))
equal(await markets.isAdmitted(market, datatrust), true)
equal((await patron.markets.get({ market })).config.makerBps, rules.makerBps)
console.log(`binds     datatrust ${datatrust} serves, makers get ${rules.makerBps} bps`)
