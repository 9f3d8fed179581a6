// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {FairHarness} from "../../src/test/FairHarness.sol";
import {Evidence} from "../../src/types/Evidence.sol";
import {bound, deploy} from "./support/Cheats.sol";

/// @dev I12, for one cell anywhere in a full tree, of which the rest is whatever the siblings say.
contract FairTest {
    uint256 private constant CELL_BYTES = 4096;
    uint64 private constant CELL_CONTENT_BYTES = 4064;
    uint64 private constant SEGMENT_CELLS = 2 ** 26;

    FairHarness private _fair = FairHarness(deploy("FairHarness", ""));

    /// @dev What arrives as it was promised is never shown to be wrong.
    function testFuzz_ARightCellIsNeverWrong(bytes32 seed, uint256 depth, uint64 cell) external view {
        bytes memory promised = _cellOf(seed);
        assert(!_isWrong(seed, bound(depth, 0, 51), cell, promised, promised));
    }

    /// @dev What differs in one bit always is.
    function testFuzz_AWrongCellAlwaysIs(bytes32 seed, uint256 depth, uint64 cell, uint256 bit) external view {
        bytes memory promised = _cellOf(seed);
        bytes memory sent = _cellOf(seed);
        bit = bound(bit, 0, 8 * CELL_BYTES - 1);
        sent[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        assert(_isWrong(seed, bound(depth, 0, 51), cell, promised, sent));
    }

    function testFuzz_ALeafIsHashedBehindAZero(bytes memory data) external view {
        assert(_fair.leafHash(data) == sha256(bytes.concat(hex"00", data)));
    }

    /// @dev Every part of the cell depends on the seed.
    function _cellOf(bytes32 seed) private pure returns (bytes memory cell) {
        cell = new bytes(CELL_BYTES);
        for (uint256 i = 0; i < CELL_BYTES; i += 32) {
            bytes32 word = keccak256(abi.encode(seed, i));
            assembly ("memory-safe") {
                mstore(add(add(cell, 0x20), i), word)
            }
        }
    }

    function _isWrong(
        bytes32 key,
        uint256 depth,
        uint64 cell,
        bytes memory promised,
        bytes memory sent
    ) private view returns (bool) {
        uint64 cellCount = uint64(1 << depth);
        cell %= cellCount;
        uint32 segment = uint32(cell / SEGMENT_CELLS);
        Evidence memory evidence = Evidence({
            cell: cell,
            cipherCell: _fair.crypt(
                sent,
                key,
                uint32((cell % SEGMENT_CELLS) * 64),
                bytes12(bytes4(_reversed(segment)))
            ),
            cipherProof: _siblings("cipher", depth),
            plainLeaf: sha256(bytes.concat(hex"00", promised)),
            plainProof: _siblings("plain", depth)
        });
        bytes32 cipherRoot = _root(sha256(bytes.concat(hex"00", evidence.cipherCell)), cell, evidence.cipherProof);
        bytes32 contentRoot = _root(evidence.plainLeaf, cell, evidence.plainProof);
        return _fair.isWrong(contentRoot, cellCount * CELL_CONTENT_BYTES, cipherRoot, key, evidence);
    }

    function _siblings(string memory tree, uint256 depth) private pure returns (bytes32[] memory siblings) {
        siblings = new bytes32[](depth);
        for (uint256 i = 0; i < depth; ++i) siblings[i] = keccak256(abi.encode(tree, i));
    }

    /// @dev Of a full tree: left or right is told by the bits of the place.
    function _root(bytes32 node, uint64 place, bytes32[] memory siblings) private pure returns (bytes32) {
        for (uint256 i = 0; i < siblings.length; ++i) {
            bool isRight = (place >> i) & 1 == 1;
            node = sha256(
                isRight ? bytes.concat(hex"01", siblings[i], node) : bytes.concat(hex"01", node, siblings[i])
            );
        }
        return node;
    }

    function _reversed(uint32 x) private pure returns (uint32) {
        return (x << 24) | ((x & 0xff00) << 8) | ((x >> 8) & 0xff00) | (x >> 24);
    }
}
