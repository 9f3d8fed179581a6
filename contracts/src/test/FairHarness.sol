// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ChaCha20} from "../libraries/ChaCha20.sol";
import {Fair} from "../libraries/Fair.sol";
import {TreeProof} from "../libraries/TreeProof.sol";
import {Evidence} from "../types/Evidence.sol";

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

    function verify(
        bytes32[] calldata proof,
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32 root
    ) external view returns (bool) {
        return TreeProof.verify(proof, leaf, index, size, root);
    }
}
