// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Evidence} from "../types/Evidence.sol";
import {ChaCha20} from "./ChaCha20.sol";
import {TreeProof} from "./TreeProof.sol";

/// @notice The proof that a delivery was wrong: one encrypted cell, which decrypts to something else than was promised.
/// @dev Linked into its caller and called by DELEGATECALL: it has no room there. It reads no storage.
///
/// An asset is cut into cells of 4096 bytes: a blind of 32, then 4064 of content, the last padded with zeros. `contentRoot`
/// is the RFC 9162 tree hash over the n = ceil(sizeBytes / 4064) cells, `cipherRoot` the same over the encrypted cells.
/// Cell i is encrypted by ChaCha20 (RFC 8439) with the nonce LE32(segment) || 0^8, segment = floor(i / 2^26), from block
/// counter 64 * (i mod 2^26) on: a segment of 2^26 cells is 256 GiB, all that the 32-bit counter reaches.
library Fair {
    /// @notice The asset has no such cell. An asset of no bytes has none at all.
    error Fair_BadCell(uint64 cell, uint64 cellCount);

    /// @notice The evidence holds more or less than one whole cell; in bytes.
    error Fair_BadCellSize(uint256 sizeBytes);

    /// @notice The proof does not show that the encrypted cell is part of what was acknowledged.
    error Fair_BadCipherProof(uint64 cell, bytes32 leaf, uint256 proofLength, bytes32 cipherRoot);

    /// @notice The proof does not show that the leaf is part of what was promised.
    error Fair_BadPlainProof(uint64 cell, bytes32 leaf, uint256 proofLength, bytes32 contentRoot);

    uint256 private constant CELL_BYTES = 4096;
    uint64 private constant CELL_CONTENT_BYTES = 4064;
    uint64 private constant CELL_BLOCKS = 64;
    uint64 private constant SEGMENT_CELLS = 2 ** 26;

    /// @notice Whether a cell of a delivery is not the one that was promised. A correct delivery has no such cell.
    /// @param contentRoot Root over the cells, as promised.
    /// @param sizeBytes Of the asset, without blinds and padding.
    /// @param cipherRoot Root over the encrypted cells, as the buyer acknowledged it.
    /// @param key ChaCha20 key, as revealed.
    function isWrong(
        bytes32 contentRoot,
        uint64 sizeBytes,
        bytes32 cipherRoot,
        bytes32 key,
        Evidence calldata evidence
    ) external view returns (bool) {
        (uint64 cell, bytes32 plainLeaf) = (evidence.cell, evidence.plainLeaf);
        uint64 cellCount = _cellCount(sizeBytes);
        require(cell < cellCount, Fair_BadCell(cell, cellCount));
        bytes memory data = evidence.cipherCell;
        require(data.length == CELL_BYTES, Fair_BadCellSize(data.length));
        bytes32 cipherLeaf = TreeProof.leafHash(data);
        require(
            TreeProof.verify(evidence.cipherProof, cipherLeaf, cell, cellCount, cipherRoot),
            Fair_BadCipherProof(cell, cipherLeaf, evidence.cipherProof.length, cipherRoot)
        );
        require(
            TreeProof.verify(evidence.plainProof, plainLeaf, cell, cellCount, contentRoot),
            Fair_BadPlainProof(cell, plainLeaf, evidence.plainProof.length, contentRoot)
        );
        ChaCha20.crypt(data, key, _counterOf(cell), _nonceOf(cell));
        return TreeProof.leafHash(data) != plainLeaf;
    }

    /// @dev ceil(sizeBytes / 4064), below 2^53.
    function _cellCount(uint64 sizeBytes) private pure returns (uint64) {
        return sizeBytes / CELL_CONTENT_BYTES + (sizeBytes % CELL_CONTENT_BYTES == 0 ? 0 : 1);
    }

    function _counterOf(uint64 cell) private pure returns (uint32) {
        return uint32((cell % SEGMENT_CELLS) * CELL_BLOCKS);
    }

    /// @dev The number of the segment, little-endian, then zeros.
    function _nonceOf(uint64 cell) private pure returns (bytes12) {
        uint32 segment = uint32(cell / SEGMENT_CELLS);
        segment = ((segment & 0xff00ff00) >> 8) | ((segment & 0x00ff00ff) << 8);
        return bytes12(bytes4((segment >> 16) | (segment << 16)));
    }
}
