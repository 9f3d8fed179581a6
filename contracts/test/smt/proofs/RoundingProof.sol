// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev The roundings that the interface of Markets names, for plain products that fit: that Math.mulDiv gives the same is
/// OpenZeppelin's promise, and tested against the bigint mirror.
contract RoundingProof {
    /// @dev redeem pays floor(q*U/S): U/S of those who stay does not fall.
    function redeem(uint128 shares, uint128 unlocked, uint128 supply) external pure {
        require(shares <= supply && supply != 0);
        uint256 amount = _floor(uint256(shares) * unlocked, supply);
        assert(amount <= unlocked);
        assert(amount * supply <= uint256(shares) * unlocked);
    }

    /// @dev fund adds ceil(d*U/S) to U: a share costs no less than it is worth.
    function fund(uint112 shares, uint128 unlocked, uint112 supply) external pure {
        require(supply != 0);
        uint256 principal = _ceil(uint256(shares) * unlocked, supply);
        assert(principal * supply >= uint256(shares) * unlocked);
    }

    /// @dev What fund divides is what was paid: no part is below zero.
    function parts(uint112 amount, uint128 principal, uint128 claims) external pure {
        require(principal <= amount);
        uint256 rest = uint256(amount) - principal;
        uint256 toLocked = rest < claims ? rest : claims;
        uint256 tribute = rest - toLocked;
        assert(principal + toLocked + tribute == amount);
    }

    function _floor(uint256 product, uint256 divisor) private pure returns (uint256) {
        return product / divisor;
    }

    function _ceil(uint256 product, uint256 divisor) private pure returns (uint256) {
        return (product + divisor - 1) / divisor;
    }
}
