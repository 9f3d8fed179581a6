// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDatatrusts} from "../interfaces/IDatatrusts.sol";
import {IListings} from "../interfaces/IListings.sol";
import {IMarkets} from "../interfaces/IMarkets.sol";
import {IOrders} from "../interfaces/IOrders.sol";
import {DatatrustId, MarketId} from "../types/Ids.sol";
import {Deal, Goods, Kind} from "../types/Order.sol";

uint256 constant MIN_FULFIL_SECONDS = 10 minutes;
uint256 constant MAX_FULFIL_SECONDS = 7 days;
uint256 constant MAX_QUOTE_SECONDS = 7 days;

/// @dev Compares every field of a quote with what the chain says now; what is not compared here is the buyer's own choice.
library QuoteCheck {
    /// @dev Reverts at the first difference. @return signer Who must have signed the quote.
    function check(
        Deal calldata deal,
        Goods calldata goods,
        IListings listings,
        IMarkets markets,
        IDatatrusts datatrusts
    ) internal view returns (address signer) {
        _checkPeriods(deal);
        _checkGoods(deal, goods);
        _checkListing(deal, goods, listings.get(deal.listing));
        uint256 minBond = _checkMarket(deal, goods.keyHash != 0, markets);
        return _checkDatatrust(deal, minBond, datatrusts);
    }

    function _checkPeriods(Deal calldata deal) private view {
        require(block.timestamp <= deal.placeBy, IOrders.Orders_QuoteExpired(deal.placeBy));
        uint256 maxPlaceBy = block.timestamp + MAX_QUOTE_SECONDS;
        require(deal.placeBy <= maxPlaceBy, IOrders.Orders_BadPeriod(deal.placeBy, block.timestamp, maxPlaceBy));
        require(
            deal.fulfilWithin >= MIN_FULFIL_SECONDS && deal.fulfilWithin <= MAX_FULFIL_SECONDS,
            IOrders.Orders_BadPeriod(deal.fulfilWithin, MIN_FULFIL_SECONDS, MAX_FULFIL_SECONDS)
        );
    }

    /// @dev Access without a key hash is direct, and then there is no session key: `deliver` tells by it. The sponsor of a
    /// run may have one without a key hash, to sign the Acceptance.
    function _checkGoods(Deal calldata deal, Goods calldata goods) private pure {
        Kind kind = deal.kind;
        bool isRun = kind == Kind.COMPUTE;
        bool hasKey = goods.keyHash != 0;
        bool hasAckKey = deal.ackKey != address(0);
        _good(kind, "keyHash", hasKey == hasAckKey || (isRun && hasAckKey));
        _good(kind, "arbiter", isRun || deal.arbiter == address(0));
        _good(kind, "recipientKey", hasKey || goods.recipientKey != 0);
        _good(kind, "algorithm", (goods.algorithm != 0) == isRun);
        _good(kind, "parametersHash", (goods.parametersHash != 0) == isRun);
        _good(kind, "runtimeDigest", (goods.runtimeDigest != 0) == isRun);
        _good(kind, "runId", goods.runId == 0 || isRun);
    }

    function _checkListing(Deal calldata deal, Goods calldata goods, IListings.Listing memory listing) private view {
        uint256 price = deal.kind == Kind.ACCESS ? listing.accessPrice : listing.computePrice;
        require(price != type(uint96).max, IOrders.Orders_NotOffered(deal.listing, deal.kind));
        require(
            block.timestamp >= listing.activeFrom && (listing.exitAt == 0 || block.timestamp < listing.exitAt),
            IOrders.Orders_ListingClosed(deal.listing, listing.activeFrom, listing.exitAt)
        );
        _same("price", price, deal.price);
        _same("maker", listing.maker, deal.maker);
        _same("datatrust", DatatrustId.unwrap(listing.datatrust), DatatrustId.unwrap(deal.datatrust));
        _same("market", uint256(MarketId.unwrap(listing.market)), uint256(MarketId.unwrap(deal.market)));
        require(goods.termsHash == listing.termsHash, IOrders.Orders_GoodsMismatch(listing.termsHash, goods.termsHash));
    }

    function _checkMarket(Deal calldata deal, bool hasKey, IMarkets markets) private view returns (uint256 minBond) {
        IMarkets.SaleTerms memory terms = markets.saleTermsOf(deal.market, deal.datatrust);
        require(terms.isAdmitted, IMarkets.Markets_NotAdmitted(deal.market, deal.datatrust));
        _same("asset", terms.asset, deal.asset);
        _same("makerBps", terms.makerBps, deal.makerBps);
        _same("operatorBps", terms.operatorBps, deal.operatorBps);
        _same("curatorsBps", terms.curatorsBps, deal.curatorsBps);
        _same("failureBps", terms.failureBps, deal.failureBps);
        _same("compensation", hasKey ? terms.compensation : 0, deal.compensation);
        uint256 window = hasKey ? terms.complaintWindowSeconds : 0;
        _same("window", deal.kind == Kind.COMPUTE ? terms.disputeWindowSeconds : window, deal.window);
        return terms.minBond;
    }

    /// @dev A bond in another asset than the market's counts as none.
    function _checkDatatrust(
        Deal calldata deal,
        uint256 minBond,
        IDatatrusts datatrusts
    ) private view returns (address) {
        (address signer, address payout, address bondAsset, uint256 bond) = datatrusts.terms(deal.datatrust);
        _same("operator", payout, deal.operator);
        require(bondAsset == deal.asset, IOrders.Orders_BondTooLow(deal.datatrust, 0, minBond));
        require(bond >= minBond, IOrders.Orders_BondTooLow(deal.datatrust, bond, minBond));
        return signer;
    }

    function _good(Kind kind, bytes32 field, bool isGood) private pure {
        require(isGood, IOrders.Orders_BadGoods(kind, field));
    }

    function _same(bytes32 field, uint256 expected, uint256 actual) private pure {
        require(expected == actual, IOrders.Orders_DealMismatch(field, bytes32(expected), bytes32(actual)));
    }

    function _same(bytes32 field, address expected, address actual) private pure {
        _same(field, uint160(expected), uint160(actual));
    }
}
