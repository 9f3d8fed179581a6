// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev What is listed. `termsHash` of a listing = keccak256(abi.encode(contentRoot, sizeBytes, policyHash, metadataHash)).
struct Content {
    bytes32 contentRoot; // RFC 9162 tree hash over the blinded cells of the asset
    uint64 sizeBytes; // of the asset
    bytes32 policyHash; // sha256 of the RFC 8785 JSON of what may leave; zero if compute is not offered
    bytes32 metadataHash; // sha256 of the RFC 8785 JSON of the metadata
}
