// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICurve} from "../../src/interfaces/ICurve.sol";
import {bound, deploy} from "./support/Cheats.sol";

contract ComputableCurveTest {
    ICurve private _curve = ICurve(deploy("ComputableCurve", ""));

    /// @dev Never more than at floor + spread * NAV, nor short of it by more than a lot and what the price rounds down.
    function testFuzz_IsTheQuotientRoundedDown(
        uint256 amount,
        uint256 supply,
        uint256 reserve,
        uint256 spread
    ) external view {
        (amount, spread) = (bound(amount, 0, 2 ** 112), bound(spread, 100, 1_000));
        (supply, reserve) = (bound(supply, 0, 2 ** 112), bound(reserve, 0, 2 ** 112));
        uint256 lots = _shares(amount, supply, reserve, spread) / 1e9;
        uint256 counted = supply < 1e18 ? 1e18 : supply;
        uint256 price = 1e6 + (spread * reserve * 1e9) / (100 * counted);
        assert(lots * price <= amount);
        assert((lots + 1) * price > amount);
    }

    function testFuzz_MoreMoneyGetsNoFewerShares(
        uint256 amount,
        uint256 more,
        uint256 supply,
        uint256 reserve
    ) external view {
        (amount, more) = (bound(amount, 0, 2 ** 112), bound(more, 0, 2 ** 112));
        (supply, reserve) = (bound(supply, 0, 2 ** 112), bound(reserve, 0, 2 ** 112));
        assert(_shares(amount + more, supply, reserve, 110) >= _shares(amount, supply, reserve, 110));
    }

    /// @dev I5, the reserve growing by what is paid: the price is that of the state before, and it does not fall.
    function testFuzz_SplittingGetsNoMore(
        uint256 first,
        uint256 second,
        uint256 supply,
        uint256 reserve
    ) external view {
        (first, second) = (bound(first, 1, 2 ** 100), bound(second, 1, 2 ** 100));
        (supply, reserve) = (bound(supply, 1e18, 2 ** 112), bound(reserve, 1e9, 2 ** 112));
        uint256 whole = _shares(first + second, supply, reserve, 110);
        uint256 part = _shares(first, supply, reserve, 110);
        assert(part + _shares(second, supply + part, reserve + first, 110) <= whole);
    }

    function _shares(uint256 amount, uint256 supply, uint256 reserve, uint256 spread) private view returns (uint256) {
        return _curve.sharesFor(amount, supply, reserve, 1e15, uint128(spread * 1e18));
    }
}
