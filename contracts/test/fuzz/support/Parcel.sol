// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Evidence} from "../../../src/types/Evidence.sol";
import {deploy} from "./Cheats.sol";

/// @dev What of FairHarness is needed here.
interface IFair {
    function crypt(bytes memory data, bytes32 key, uint32 counter, bytes12 nonce) external pure returns (bytes memory);
    function leafHash(bytes memory data) external view returns (bytes32);
}

/// @dev An asset of one byte, hence of one cell, which is its tree's root; encrypted as it should be, and with one bit changed.
abstract contract Parcel {
    bytes32 internal constant KEY = keccak256("the key of every parcel");
    uint64 internal constant SIZE_BYTES = 1;

    bytes32 internal immutable CONTENT_ROOT;
    bytes32 internal immutable RIGHT_ROOT;
    bytes32 internal immutable WRONG_ROOT;
    bytes private _rightCell;
    bytes private _wrongCell;

    constructor() {
        IFair fair = IFair(deploy("FairHarness", ""));
        bytes memory cell = new bytes(4096);
        for (uint256 i = 0; i < 33; ++i) cell[i] = bytes1(uint8(i + 1));
        CONTENT_ROOT = fair.leafHash(cell);
        cell = fair.crypt(cell, KEY, 0, 0);
        (_rightCell, RIGHT_ROOT) = (cell, fair.leafHash(cell));
        cell[4000] ^= 0x01;
        (_wrongCell, WRONG_ROOT) = (cell, fair.leafHash(cell));
    }

    /// @dev All that can be shown of a parcel.
    function _evidence(bool isWrong) internal view returns (Evidence memory) {
        return
            Evidence({
                cell: 0,
                cipherCell: isWrong ? _wrongCell : _rightCell,
                cipherProof: new bytes32[](0),
                plainLeaf: CONTENT_ROOT,
                plainProof: new bytes32[](0)
            });
    }
}
