// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IMarkets} from "../interfaces/IMarkets.sol";
import {IVault} from "../interfaces/IVault.sol";
import {ListingId, MarketId} from "../types/Ids.sol";
import {Deal} from "../types/Order.sol";
import {Parts, Split} from "./Split.sol";

/// @dev What a batch of orders moves, summed in memory so that every balance and every market is written once.
/// Sums are found by going through them: cheap up to some thirty payees, and the caller pays for the batch.
struct Payouts {
    Sale[] sales;
    uint256 saleCount;
    Credit[] credits;
    uint256 creditCount;
    Booking[] bookings;
    uint256 bookingCount;
}

/// @dev What the settled orders of one listing, run by one operator, bring to whom.
struct Sale {
    ListingId listing;
    address operator;
    MarketId market;
    address asset;
    address maker;
    uint256 toMaker;
    uint256 toOperator;
    uint256 toCurators;
    uint256 toReserve;
    uint256 pendingDown;
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
    uint256 pendingUp;
    uint256 pendingDown;
    uint256 revenue;
}

using PayoutsLibrary for Payouts global;

library PayoutsLibrary {
    using Split for Deal;

    /// @dev Adds the parts of an order that settles. Of what is pending the curators' part stays until it is flushed.
    function sell(Payouts memory self, Deal calldata deal, Parts memory parts) internal pure {
        Sale memory sale = _saleOf(self, deal);
        sale.toMaker += parts.maker;
        sale.toOperator += parts.operator;
        sale.toCurators += parts.curators;
        sale.toReserve += parts.reserve;
        sale.pendingDown += deal.pending() - parts.curators;
        credit(self, deal.asset, deal.buyer, parts.buyer);
    }

    function credit(Payouts memory self, address asset, address payee, uint256 amount) internal pure {
        if (amount == 0) return;
        uint256 count = self.creditCount;
        uint256 i;
        while (i < count && (self.credits[i].payee != payee || self.credits[i].asset != asset)) ++i;
        Credit memory known = self.credits[i];
        known.amount += amount;
        if (i < count) return;
        known.asset = asset;
        known.payee = payee;
        self.creditCount = count + 1;
    }

    function book(
        Payouts memory self,
        MarketId market,
        uint256 pendingUp,
        uint256 pendingDown,
        uint256 revenue
    ) internal pure {
        if (pendingUp | pendingDown | revenue == 0) return;
        uint256 count = self.bookingCount;
        uint256 i;
        while (i < count && self.bookings[i].market != market) ++i;
        Booking memory known = self.bookings[i];
        known.pendingUp += pendingUp;
        known.pendingDown += pendingDown;
        known.revenue += revenue;
        if (i < count) return;
        known.market = market;
        self.bookingCount = count + 1;
    }

    /// @dev Moves the money out of the caller's Vault balance, then tells the markets.
    function push(Payouts memory self, IVault vault, IMarkets markets) internal {
        for (uint256 i; i < self.saleCount; ++i) {
            Sale memory sale = self.sales[i];
            credit(self, sale.asset, sale.maker, sale.toMaker);
            credit(self, sale.asset, sale.operator, sale.toOperator);
            credit(self, sale.asset, address(markets), sale.toReserve);
            book(self, sale.market, 0, sale.pendingDown, sale.toReserve);
        }
        for (uint256 i; i < self.creditCount; ++i) {
            Credit memory due = self.credits[i];
            vault.transfer({receiver: due.payee, id: uint160(due.asset), amount: due.amount});
        }
        for (uint256 i; i < self.bookingCount; ++i) {
            Booking memory due = self.bookings[i];
            markets.book({
                market: due.market,
                pendingUp: due.pendingUp,
                pendingDown: due.pendingDown,
                revenue: due.revenue
            });
        }
    }

    /// @dev The listing decides market, asset and maker; the operator may have changed its payout between two orders.
    function _saleOf(Payouts memory self, Deal calldata deal) private pure returns (Sale memory sale) {
        ListingId listing = deal.listing;
        address operator = deal.operator;
        uint256 count = self.saleCount;
        for (uint256 i; i < count; ++i) {
            sale = self.sales[i];
            if (sale.listing == listing && sale.operator == operator) return sale;
        }
        sale = self.sales[count];
        sale.listing = listing;
        sale.operator = operator;
        sale.market = deal.market;
        sale.asset = deal.asset;
        sale.maker = deal.maker;
        self.saleCount = count + 1;
    }
}

/// @dev Room for `size` orders that are placed or refunded: at most one payee and one market each.
function roomForOrders(uint256 size) pure returns (Payouts memory payouts) {
    payouts.credits = new Credit[](size);
    payouts.bookings = new Booking[](size);
}

/// @dev Room for `size` orders that settle: each pays at most maker, operator, buyer and market.
function roomForSales(uint256 size) pure returns (Payouts memory payouts) {
    payouts.sales = new Sale[](size);
    payouts.credits = new Credit[](4 * size);
    payouts.bookings = new Booking[](size);
}
