import type { Address } from '@gristmill/protocol'
import { Contract, type ContractRunner } from 'ethers'

/** What payments ask of an ERC-20; the permit part is EIP-2612 and EIP-5267. */
const TOKEN_ABI = [
  'function balanceOf(address) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'function name() view returns (string)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function version() view returns (string)',
  'function nonces(address) view returns (uint256)',
  'function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)',
]

/** Calls `method` of the token at `token`. */
export async function readToken<T>(
  runner: ContractRunner,
  token: Address,
  method: string,
  ...args: unknown[]
): Promise<T> {
  return (await new Contract(token, TOKEN_ABI, runner).getFunction(method)(...args)) as T
}

/** The ethers contract of a token, for approvals. */
export function tokenContract(runner: ContractRunner, token: Address): Contract {
  return new Contract(token, TOKEN_ABI, runner)
}
