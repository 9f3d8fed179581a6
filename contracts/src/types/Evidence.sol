// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev One cell of a delivery as the buyer received it, and what it should have been.
struct Evidence {
    uint64 cell; // counted from 0
    bytes cipherCell; // 4096 bytes
    bytes32[] cipherProof; // RFC 9162 inclusion proof of the encrypted cell under cipherRoot, from the leaf up
    bytes32 plainLeaf; // SHA-256(0x00 || cell), what contentRoot promises
    bytes32[] plainProof; // RFC 9162 inclusion proof of plainLeaf under contentRoot, from the leaf up
}
