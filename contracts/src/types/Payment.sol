// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Where a payer's money comes from.
/// VAULT: the payer's Vault balance; the payer has made the called module an ERC-6909 operator.
/// WALLET: the payer's ERC-20 balance; the called module is the spender, by permit or by allowance.
enum Source {
    VAULT,
    WALLET
}

/// @dev How msg.sender pays. With `source` WALLET and `v` != 0, an EIP-2612 permit of exactly the amount due is tried
/// first; a permit that fails (front-run, already used) does not fail the call if the allowance suffices.
struct Payment {
    Source source;
    uint256 permitDeadline; // Unix seconds
    uint8 v;
    bytes32 r;
    bytes32 s;
}
