// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICurve} from "../../src/interfaces/ICurve.sol";
import {bound, deploy} from "./support/Cheats.sol";

contract FlatCurveTest {
    ICurve private _curve = ICurve(deploy("FlatCurve", ""));

    /// @dev The definition: d*R <= x*S < (d + 1)*R.
    function testFuzz_IsTheQuotientRoundedDown(uint256 amount, uint256 supply, uint256 reserve) external view {
        (amount, supply, reserve) = (
            bound(amount, 0, 2 ** 112),
            bound(supply, 0, 2 ** 120),
            bound(reserve, 1, 2 ** 112)
        );
        uint256 shares = _shares(amount, supply, reserve);
        assert(shares * reserve <= amount * supply);
        assert((shares + 1) * reserve > amount * supply);
    }

    /// @dev I5, the reserve growing by what is paid.
    function testFuzz_SplittingGetsNoMore(
        uint256 first,
        uint256 second,
        uint256 supply,
        uint256 reserve
    ) external view {
        (first, second) = (bound(first, 1, 2 ** 112), bound(second, 1, 2 ** 112));
        (supply, reserve) = (bound(supply, 0, 2 ** 120), bound(reserve, 1, 2 ** 112));
        uint256 whole = _shares(first + second, supply, reserve);
        uint256 part = _shares(first, supply, reserve);
        assert(part + _shares(second, supply + part, reserve + first) <= whole);
    }

    function testFuzz_MoreMoneyGetsNoFewerShares(
        uint256 amount,
        uint256 more,
        uint256 supply,
        uint256 reserve
    ) external view {
        (amount, more) = (bound(amount, 0, 2 ** 112), bound(more, 0, 2 ** 112));
        (supply, reserve) = (bound(supply, 0, 2 ** 120), bound(reserve, 1, 2 ** 112));
        assert(_shares(amount + more, supply, reserve) >= _shares(amount, supply, reserve));
    }

    function _shares(uint256 amount, uint256 supply, uint256 reserve) private view returns (uint256) {
        return _curve.sharesFor(amount, supply, reserve, 1e6, 1e18);
    }
}
