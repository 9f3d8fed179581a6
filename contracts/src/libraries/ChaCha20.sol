// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice ChaCha20 of RFC 8439, section 2.4.
/// @dev The 4x4 matrix of 32-bit words is four rows a, b, c, d of one EVM word each. A word of the matrix is the low half
/// of a 64-bit lane, column 0 in the highest lane, so that one operation works on all four columns.
library ChaCha20 {
    /// @notice Encrypts or decrypts `data` in place.
    /// @param data A multiple of 64 bytes; what is beyond the last whole block is left as it is.
    /// @param counter Number of the first block. Counting on from 2^32 - 1 is not defined: the caller does not.
    function crypt(bytes memory data, bytes32 key, uint32 counter, bytes12 nonce) internal pure {
        uint256 keyHigh = _spread(_swap(uint256(key) >> 128));
        uint256 keyLow = _spread(_swap(uint256(key) & type(uint128).max));
        uint256 input = _spread(_swap(uint256(uint96(nonce)))) | (uint256(counter) << 192);
        assembly ("memory-safe") {
            // Every 32-bit lane.
            function lanes() -> mask {
                mask := 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff
            }
            // x by `left` lanes to the left, around the end: modulo 2^256 - 1 a product with a power of two is a rotation.
            // Not for x = 2^256 - 1, which is 0 there: no row is, the top bits of its lanes being clear.
            function shiftLanes(x, left) -> y {
                y := mulmod(x, shl(shl(6, left), 1), not(0))
            }
            // Every lane of x, of 32 bits, rotated left: of the two copies that the product makes, the upper one's low bits
            // and the lower one's high bits are next to each other.
            function rotate(x, left) -> y {
                y := and(shr(sub(32, left), mul(x, 0x100000001)), lanes())
            }
            // The quarter rounds of all columns. a and c are never masked: they only grow by additions, 40 of them, to 38
            // bits of the 64.
            function quarterRounds(a, b, c, d) -> e, f, g, h {
                e := add(a, b)
                h := rotate(and(xor(d, e), lanes()), 16)
                g := add(c, h)
                f := rotate(and(xor(b, g), lanes()), 12)
                e := add(e, f)
                h := rotate(and(xor(h, e), lanes()), 8)
                g := add(g, h)
                f := rotate(and(xor(f, g), lanes()), 7)
            }
            function doubleRound(a, b, c, d) -> e, f, g, h {
                e, f, g, h := quarterRounds(a, b, c, d)
                e, f, g, h := quarterRounds(e, shiftLanes(f, 1), shiftLanes(g, 2), shiftLanes(h, 3))
                f := shiftLanes(f, 3)
                g := shiftLanes(g, 2)
                h := shiftLanes(h, 1)
            }
            // 32 bytes of key stream: the words of a row, then those of the row below it, each little-endian.
            function serialize(upper, lower) -> stream {
                stream := or(shl(32, and(upper, lanes())), and(lower, lanes()))
                // Bytes within each word.
                let half := 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff
                stream := or(and(shr(8, stream), half), shl(8, and(stream, half)))
                half := 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff
                stream := or(and(shr(16, stream), half), shl(16, and(stream, half)))
                // The words, which alternate between the rows: the inner two of every four change places, then the inner
                // two pairs of the two fours.
                let swapped := and(xor(stream, shr(32, stream)), 0xffffffff000000000000000000000000ffffffff00000000)
                stream := xor(stream, xor(swapped, shl(32, swapped)))
                swapped := and(xor(stream, shr(64, stream)), 0xffffffffffffffff0000000000000000)
                stream := xor(stream, xor(swapped, shl(64, swapped)))
            }

            let constants := 0x0000000061707865000000003320646e0000000079622d32000000006b206574
            let end := add(add(data, 0x20), and(mload(data), not(63)))
            for {
                let block_ := add(data, 0x20)
            } lt(block_, end) {
                block_ := add(block_, 64)
            } {
                let a, b, c, d := doubleRound(constants, keyHigh, keyLow, input)
                a, b, c, d := doubleRound(a, b, c, d)
                a, b, c, d := doubleRound(a, b, c, d)
                a, b, c, d := doubleRound(a, b, c, d)
                a, b, c, d := doubleRound(a, b, c, d)
                a, b, c, d := doubleRound(a, b, c, d)
                a, b, c, d := doubleRound(a, b, c, d)
                a, b, c, d := doubleRound(a, b, c, d)
                a, b, c, d := doubleRound(a, b, c, d)
                a, b, c, d := doubleRound(a, b, c, d)
                mstore(block_, xor(mload(block_), serialize(add(a, constants), add(b, keyHigh))))
                let second := add(block_, 32)
                mstore(second, xor(mload(second), serialize(add(c, keyLow), add(d, input))))
                input := add(input, shl(192, 1))
            }
        }
    }

    /// @dev Four 32-bit words, little-endian where they were big-endian.
    function _swap(uint256 words) private pure returns (uint256) {
        uint256 half = 0x00ff00ff00ff00ff00ff00ff00ff00ff;
        words = ((words >> 8) & half) | ((words & half) << 8);
        half = 0x0000ffff0000ffff0000ffff0000ffff;
        return ((words >> 16) & half) | ((words & half) << 16);
    }

    /// @dev Four adjacent 32-bit words, each into a lane of its own.
    function _spread(uint256 words) private pure returns (uint256) {
        words = (words | (words << 64)) & 0xffffffffffffffff0000000000000000ffffffffffffffff;
        return (words | (words << 32)) & 0xffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
    }
}
