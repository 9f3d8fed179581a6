// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IMarkets} from "../../../src/interfaces/IMarkets.sol";
import {IShare} from "../../../src/interfaces/IShare.sol";
import {TestToken} from "../../../src/test/TestToken.sol";
import {MarketId} from "../../../src/types/Ids.sol";
import {Source} from "../../../src/types/Payment.sol";
import {bound, CHEATS} from "./Cheats.sol";
import {World} from "./World.sol";

/// @dev What anybody can do, with arguments folded into what succeeds; it counts each breach of a promise as it happens.
contract Handler is World {
    uint256 public navFell;
    uint256 public bidFell;
    uint256 public claimFell;
    uint256 public notConserved;
    uint256 public roundTripsThatProfit;
    uint256 public splitsThatPaid;
    uint256 public salesThatWereBoughtInto;
    mapping(MarketId market => uint256 amount) private _pending;

    /// @dev No call lowers U/S or (U + L)/S of any market.
    modifier watched() {
        CHEATS.warp(_clock);
        IMarkets.Reserve[MARKETS_COUNT] memory earlier;
        for (uint256 i = 0; i < MARKETS_COUNT; ++i) earlier[i] = markets.reserveOf(ids[i]);
        _;
        for (uint256 i = 0; i < MARKETS_COUNT; ++i) _compare(earlier[i], markets.reserveOf(ids[i]));
    }

    function fund(uint256 actor, uint256 market, uint256 amount, bool fromWallet) external watched {
        _fund(_actor(actor), _market(market), amount, fromWallet);
    }

    function redeem(uint256 actor, uint256 market, uint256 shares) external watched {
        _redeem(_actor(actor), _market(market), shares);
    }

    function addRevenue(uint256 actor, uint256 market, uint256 amount) external watched {
        _addRevenue(_actor(actor), _market(market), amount);
    }

    function place(uint256 market, uint256 amount) external watched {
        _place(_market(market), amount);
    }

    function settle(uint256 market, uint256 amount, uint256 revenue) external watched {
        _settle(_market(market), amount, revenue);
    }

    function reward(uint256 actor, uint256 market, uint256 amount) external watched {
        markets.reward(_market(market), _actor(actor), bound(amount, 0, 1e12));
    }

    function setConfig(uint256 market, uint16 spreadBps, uint32 dripSeconds) external watched {
        uint256 spread = bound(spreadBps, 10, 5_000);
        uint256 drip = bound(dripSeconds, 1 hours, 30 days);
        markets.setConfig(_market(market), _config(uint16(spread), uint32(drip)));
    }

    function accrue(uint256 market) external watched {
        markets.accrue(_market(market));
    }

    function pass(uint256 elapsedSeconds) external {
        _clock += bound(elapsedSeconds, 1, 4 days);
        CHEATS.warp(_clock);
    }

    function transferShares(uint256 from, uint256 to, uint256 market, uint256 amount) external watched {
        IShare share = shareOf(_market(market));
        CHEATS.startPrank(_actor(from));
        share.transfer(_actor(to), bound(amount, 0, share.balanceOf(_actor(from))));
        CHEATS.stopPrank();
    }

    function deposit(uint256 actor, uint256 market, uint256 amount) external watched {
        TestToken asset = assetOf(_market(market));
        CHEATS.prank(_actor(actor));
        vault.deposit(address(asset), bound(amount, 1, 1e12), _actor(actor));
    }

    function withdraw(uint256 actor, uint256 market, uint256 amount) external watched {
        TestToken asset = assetOf(_market(market));
        CHEATS.prank(_actor(actor));
        vault.withdraw(address(asset), bound(amount, 0, 1e12), _actor(actor));
    }

    function sendAstray(uint256 actor, uint256 market, uint256 amount) external watched {
        TestToken asset = assetOf(_market(market));
        CHEATS.prank(_actor(actor));
        asset.transfer(address(vault), bound(amount, 1, 1e12));
    }

    function bond(uint256 actor, uint256 amount, bool fromWallet) external watched {
        CHEATS.prank(_actor(actor));
        datatrusts.bond(datatrust, uint128(bound(amount, 1, 1e12)), _payment(_source(fromWallet)));
    }

    function unbond(uint256 amount) external watched {
        uint128 bonded = datatrusts.get(datatrust).bond;
        if (bonded != 0) datatrusts.unbond(datatrust, uint128(bound(amount, 1, bonded)));
    }

    function withdrawBond(uint256 actor) external watched {
        uint256 unbondedAt = datatrusts.get(datatrust).unbondedAt;
        if (unbondedAt != 0 && _clock > unbondedAt) datatrusts.withdrawBond(datatrust, _actor(actor));
    }

    /// @dev Funds and redeems in one block, with what `others` do in between.
    function roundTrip(uint256 actor, uint256 market, uint256 amount, uint256[3] calldata others) external watched {
        (address patron, MarketId id) = (_actor(actor), _market(market));
        amount = bound(amount, 1e6, 1e12);
        uint256 shares = _fund(patron, id, amount, false);
        for (uint256 i = 0; i < others.length; ++i) _interfere(_actor((actor % ACTORS_COUNT) + 1), id, others[i]);
        CHEATS.prank(patron);
        uint256 returned = markets.redeem(id, shares, 0, _clock, patron);
        if (returned > amount) ++roundTripsThatProfit;
    }

    /// @dev Buys in two parts, while a sale is pending, what could have been bought in one.
    function split(uint256 actor, uint256 market, uint256 first, uint256 second, uint256 sale) external watched {
        (address patron, MarketId id) = (_actor(actor), _market(market));
        _place(id, sale);
        (first, second) = (bound(first, 1e4, 1e12), bound(second, 1e4, 1e12));
        (uint256 whole, , , ) = markets.quoteFund(id, uint128(first + second));
        uint256 shares = _fund(patron, id, first, false) + _fund(patron, id, second, false);
        if (shares > whole + 2) ++splitsThatPaid;
    }

    /// @dev Buys, in two parts, into a sale that is placed, and leaves when its revenue has dripped.
    function buyIntoSale(uint256 actor, uint256 market, uint256 amount, uint256 sale, uint256 pause) external watched {
        (address patron, MarketId id) = (_actor(actor), _market(market));
        amount = bound(amount, 1e6, 1e12);
        _place(id, sale);
        uint256 shares = _fund(patron, id, amount / 2, false);
        shares += _fund(patron, id, amount - amount / 2, false);
        _clock += bound(pause, 0, 1 days);
        CHEATS.warp(_clock);
        _settle(id, _pending[id], _pending[id]);
        _clock += 30 days;
        CHEATS.warp(_clock);
        CHEATS.prank(patron);
        if (markets.redeem(id, shares, 0, _clock, patron) > amount) ++salesThatWereBoughtInto;
    }

    function _interfere(address other, MarketId id, uint256 what) private {
        uint256 amount = what / 4;
        if (what % 4 == 0) _fund(other, id, amount, false);
        else if (what % 4 == 1) _redeem(other, id, amount);
        else if (what % 4 == 2) _addRevenue(other, id, amount);
        else _settle(id, amount, amount);
    }

    function _fund(address patron, MarketId id, uint256 amount, bool fromWallet) private returns (uint256 shares) {
        amount = bound(amount, 1e4, 1e12);
        // A token that takes a fee enters by deposit only.
        bool isPlain = address(assetOf(id)) == address(token);
        IMarkets.Reserve memory earlier = markets.reserveOf(id);
        CHEATS.prank(patron);
        shares = markets.fund(id, uint128(amount), 0, _clock, _payment(_source(fromWallet && isPlain)));
        IMarkets.Reserve memory later = markets.reserveOf(id);
        if (_total(later) != _total(earlier) + amount) ++notConserved;
        if (_claim(later) * earlier.supply < _claim(earlier) * later.supply) ++claimFell;
    }

    function _redeem(address patron, MarketId id, uint256 shares) private {
        uint256 held = shareOf(id).balanceOf(patron);
        if (held == 0) return;
        IMarkets.Reserve memory earlier = markets.reserveOf(id);
        CHEATS.prank(patron);
        uint256 amount = markets.redeem(id, bound(shares, 1, held), 0, _clock, patron);
        if (_total(markets.reserveOf(id)) + amount != _total(earlier)) ++notConserved;
    }

    function _addRevenue(address giver, MarketId id, uint256 amount) private {
        CHEATS.prank(giver);
        markets.addRevenue(id, uint128(bound(amount, 1, 1e12)), _payment(Source.VAULT));
    }

    function _place(MarketId id, uint256 amount) private {
        amount = bound(amount, 1, 1e12);
        _pending[id] += amount;
        markets.book({market: id, pendingUp: amount, pendingDown: 0, revenue: 0});
    }

    function _settle(MarketId id, uint256 amount, uint256 revenue) private {
        amount = bound(amount, 0, _pending[id]);
        revenue = bound(revenue, 0, amount);
        _pending[id] -= amount;
        vault.transfer(address(markets), _idOf(assetOf(id)), revenue);
        markets.book({market: id, pendingUp: 0, pendingDown: amount, revenue: revenue});
    }

    function _compare(IMarkets.Reserve memory earlier, IMarkets.Reserve memory later) private {
        uint256 navEarlier = uint256(earlier.unlocked) + earlier.locked;
        uint256 navLater = uint256(later.unlocked) + later.locked;
        if (navLater * earlier.supply < navEarlier * later.supply) ++navFell;
        if (later.unlocked * earlier.supply < earlier.unlocked * later.supply) ++bidFell;
    }

    function _total(IMarkets.Reserve memory reserve) private pure returns (uint256) {
        return uint256(reserve.unlocked) + reserve.locked + reserve.bounty;
    }

    /// @dev What the shares have, and what orders in escrow may still bring them.
    function _claim(IMarkets.Reserve memory reserve) private pure returns (uint256) {
        return uint256(reserve.unlocked) + reserve.locked + reserve.pending;
    }

    function _actor(uint256 seed) private view returns (address) {
        return _actors[seed % ACTORS_COUNT];
    }

    function _market(uint256 seed) private view returns (MarketId) {
        return ids[seed % MARKETS_COUNT];
    }

    function _source(bool fromWallet) private pure returns (Source) {
        return fromWallet ? Source.WALLET : Source.VAULT;
    }
}
