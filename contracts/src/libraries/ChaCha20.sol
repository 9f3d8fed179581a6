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
            // The low half of every lane.
            function words() -> mask {
                mask := 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff
            }
            // Every word of x rotated left. The product is two copies side by side: above the cut are the upper one's low bits,
            // below them the lower one's high bits. Not by mulmod, as lanes are moved: of words that are all ones it would
            // make zero, and there are keys for which such words come up.
            function rotate(x, left) -> y {
                y := and(shr(sub(32, left), mul(x, 0x100000001)), words())
            }
            // One of the four steps of a quarter round, in all columns: x += y, z = (z ^ x) <<< left. Sums are not masked: they
            // only grow by additions, 41 to a row, which makes 38 bits of the 64.
            function mix(x, y, z, left) -> sum, turned {
                sum := add(x, y)
                turned := rotate(and(xor(z, sum), words()), left)
            }
            // The lanes of x moved left, around the end: modulo 2^256 - 1 a product with a power of two is a rotation. That
            // takes 2^256 - 1 for 0, which no row is: the highest bits of its lanes are clear.
            function move(x, lanes) -> y {
                y := mulmod(x, shl(mul(lanes, 64), 1), not(0))
            }
            // 32 bytes of key stream: the words of a row, then those of the row below it, each little-endian.
            function serialize(upper, lower) -> stream {
                stream := or(shl(32, and(upper, words())), and(lower, words()))
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
                let offset := add(data, 0x20)
            } lt(offset, end) {
                offset := add(offset, 64)
            } {
                let a := constants
                let b := keyHigh
                let c := keyLow
                let d := input
                // Ten double rounds, written out: in a loop they take 15 % more gas. Each is the columns, a, c and d moved against b
                // so that the diagonals are columns, those, and the rows moved back.
                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 3)
                c := move(c, 1)
                d := move(d, 2)
                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 1)
                c := move(c, 3)
                d := move(d, 2)

                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 3)
                c := move(c, 1)
                d := move(d, 2)
                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 1)
                c := move(c, 3)
                d := move(d, 2)

                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 3)
                c := move(c, 1)
                d := move(d, 2)
                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 1)
                c := move(c, 3)
                d := move(d, 2)

                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 3)
                c := move(c, 1)
                d := move(d, 2)
                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 1)
                c := move(c, 3)
                d := move(d, 2)

                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 3)
                c := move(c, 1)
                d := move(d, 2)
                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 1)
                c := move(c, 3)
                d := move(d, 2)

                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 3)
                c := move(c, 1)
                d := move(d, 2)
                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 1)
                c := move(c, 3)
                d := move(d, 2)

                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 3)
                c := move(c, 1)
                d := move(d, 2)
                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 1)
                c := move(c, 3)
                d := move(d, 2)

                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 3)
                c := move(c, 1)
                d := move(d, 2)
                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 1)
                c := move(c, 3)
                d := move(d, 2)

                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 3)
                c := move(c, 1)
                d := move(d, 2)
                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 1)
                c := move(c, 3)
                d := move(d, 2)

                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 3)
                c := move(c, 1)
                d := move(d, 2)
                a, d := mix(a, b, d, 16)
                c, b := mix(c, d, b, 12)
                a, d := mix(a, b, d, 8)
                c, b := mix(c, d, b, 7)
                a := move(a, 1)
                c := move(c, 3)
                d := move(d, 2)
                mstore(offset, xor(mload(offset), serialize(add(a, constants), add(b, keyHigh))))
                let second := add(offset, 32)
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
