// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice The Merkle tree of RFC 9162, section 2.1, with SHA-256: a leaf is SHA-256(0x00 || bytes), a node
/// SHA-256(0x01 || left || right).
library TreeProof {
    /// @notice Hash of the leaf with these bytes.
    function leafHash(bytes memory data) internal view returns (bytes32 leaf) {
        assembly ("memory-safe") {
            // The prefix takes the last byte of the length word, which is put back. Only the precompile fails for want of
            // gas, and with it the call.
            let length := mload(data)
            mstore(data, 0)
            if iszero(staticcall(gas(), 2, add(data, 0x1f), add(length, 1), 0, 0x20)) {
                revert(0, 0)
            }
            leaf := mload(0)
            mstore(data, length)
        }
    }

    /// @notice True if `proof` shows that `leaf` is number `index` of the `size` leaves under `root` (RFC 9162, section
    /// 2.1.3.2). A proof of another length than the tree demands is false.
    function verify(
        bytes32[] calldata proof,
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32 root
    ) internal view returns (bool) {
        if (index >= size) return false;
        uint256 position = index;
        uint256 last = size - 1;
        bytes32 node = leaf;
        for (uint256 i = 0; i < proof.length; ++i) {
            if (last == 0) return false;
            if (position & 1 == 1 || position == last) {
                node = _nodeHash(proof[i], node);
                // At the right edge, levels where the node has no sibling carry it up unhashed; position is last there, not 0.
                while (position & 1 == 0) {
                    position >>= 1;
                    last >>= 1;
                }
            } else {
                node = _nodeHash(node, proof[i]);
            }
            position >>= 1;
            last >>= 1;
        }
        return last == 0 && node == root;
    }

    function _nodeHash(bytes32 left, bytes32 right) private view returns (bytes32 node) {
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            mstore8(buffer, 1)
            mstore(add(buffer, 0x01), left)
            mstore(add(buffer, 0x21), right)
            if iszero(staticcall(gas(), 2, buffer, 0x41, 0, 0x20)) {
                revert(0, 0)
            }
            node := mload(0)
        }
    }
}
