// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IMarkets} from "../interfaces/IMarkets.sol";
import {IVault} from "../interfaces/IVault.sol";
import {MarketId} from "../types/Ids.sol";
import {Deal} from "../types/Order.sol";
import {Parts, Split} from "./Split.sol";

/// @dev What a batch of orders moves. Neighbours with the same payee or market are summed and moved at once, so a batch is
/// cheapest sorted by listing; nothing is searched, so no order makes another dearer. Vault and Markets call nobody back.
struct Payouts {
    Credit maker;
    Credit operator;
    Credit buyer;
    Booking booking;
}

/// @dev Money of one payee, units of the asset's decimals.
struct Credit {
    address asset;
    address payee;
    uint256 amount;
}

/// @dev Effect on one market.
struct Booking {
    MarketId market;
    address asset;
    uint256 pendingUp;
    uint256 pendingDown;
    uint256 revenue;
}

library PayoutsLibrary {
    using Split for Deal;

    /// @dev The parts of an order that settles. Of what is pending the curators' part stays until it is flushed.
    function sell(
        Payouts memory self,
        Deal calldata deal,
        Parts memory parts,
        IVault vault,
        IMarkets markets
    ) internal {
        address asset = deal.asset;
        _credit(self.maker, asset, deal.maker, parts.maker, vault);
        _credit(self.operator, asset, deal.operator, parts.operator, vault);
        _credit(self.buyer, asset, deal.buyer, parts.buyer, vault);
        Booking memory booking = bookingOf(self, deal, vault, markets);
        booking.pendingDown += deal.pending() - parts.curators;
        booking.revenue += parts.reserve;
    }

    /// @dev The whole price of an order that is refunded.
    function giveBack(Payouts memory self, Deal calldata deal, IVault vault, IMarkets markets) internal {
        _credit(self.buyer, deal.asset, deal.buyer, deal.price, vault);
        bookingOf(self, deal, vault, markets).pendingDown += deal.pending();
    }

    /// @dev The booking of the deal's market; that of another market is pushed first.
    function bookingOf(
        Payouts memory self,
        Deal calldata deal,
        IVault vault,
        IMarkets markets
    ) internal returns (Booking memory booking) {
        booking = self.booking;
        MarketId market = deal.market;
        if (booking.market == market) return booking;
        _push(booking, vault, markets);
        booking.market = market;
        booking.asset = deal.asset;
        booking.pendingUp = 0;
        booking.pendingDown = 0;
        booking.revenue = 0;
    }

    /// @dev Moves what is left: the money out of the caller's Vault balance, then the word to the market.
    function push(Payouts memory self, IVault vault, IMarkets markets) internal {
        _push(self.maker, vault);
        _push(self.operator, vault);
        _push(self.buyer, vault);
        _push(self.booking, vault, markets);
    }

    function _credit(Credit memory due, address asset, address payee, uint256 amount, IVault vault) private {
        if (amount == 0) return;
        if (due.payee == payee && due.asset == asset) {
            due.amount += amount;
            return;
        }
        _push(due, vault);
        due.asset = asset;
        due.payee = payee;
        due.amount = amount;
    }

    function _push(Credit memory due, IVault vault) private {
        if (due.amount == 0) return;
        vault.transfer({receiver: due.payee, id: uint160(due.asset), amount: due.amount});
    }

    /// @dev The revenue is with the market before the market hears of it.
    function _push(Booking memory due, IVault vault, IMarkets markets) private {
        if (due.revenue != 0) {
            vault.transfer({receiver: address(markets), id: uint160(due.asset), amount: due.revenue});
        }
        if (due.pendingUp | due.pendingDown | due.revenue == 0) return;
        markets.book({
            market: due.market,
            pendingUp: due.pendingUp,
            pendingDown: due.pendingDown,
            revenue: due.revenue
        });
    }
}
