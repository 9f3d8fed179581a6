// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChaCha20} from "../libraries/ChaCha20.sol";
import {Fair} from "../libraries/Fair.sol";
import {TreeProof} from "../libraries/TreeProof.sol";
import {Evidence} from "../types/Evidence.sol";

/// @dev That `leaf` is number `index` of `size` under `root`.
struct Claim {
    bytes32[] proof;
    bytes32 leaf;
    uint64 index;
    uint64 size;
    bytes32 root;
}

/// @notice What Orders links, and what that is made of, each as a function of its own.
contract FairHarness {
    function isWrong(
        bytes32 contentRoot,
        uint64 sizeBytes,
        bytes32 cipherRoot,
        bytes32 key,
        Evidence calldata evidence
    ) external view returns (bool) {
        return Fair.isWrong(contentRoot, sizeBytes, cipherRoot, key, evidence);
    }

    function crypt(bytes memory data, bytes32 key, uint32 counter, bytes12 nonce) external pure returns (bytes memory) {
        ChaCha20.crypt(data, key, counter, nonce);
        return data;
    }

    function leafHash(bytes memory data) external view returns (bytes32) {
        return TreeProof.leafHash(data);
    }

    function verifyEach(Claim[] calldata claims) external view returns (bool[] memory isTrue) {
        isTrue = new bool[](claims.length);
        for (uint256 i = 0; i < claims.length; ++i) {
            Claim calldata claim = claims[i];
            isTrue[i] = TreeProof.verify(claim.proof, claim.leaf, claim.index, claim.size, claim.root);
        }
    }
}
