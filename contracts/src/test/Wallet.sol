// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A contract account: its owner calls through it and signs for it (ERC-1271).
contract Wallet is IERC1271 {
    address private immutable OWNER;

    error Wallet_NotOwner(address caller);

    constructor(address owner) {
        OWNER = owner;
    }

    function run(address target, bytes calldata data) external returns (bytes memory) {
        require(msg.sender == OWNER, Wallet_NotOwner(msg.sender));
        return Address.functionCall(target, data);
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        bool isOwner = failure == ECDSA.RecoverError.NoError && signer == OWNER;
        return isOwner ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
