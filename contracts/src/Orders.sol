// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDatatrusts} from "./interfaces/IDatatrusts.sol";
import {IListings} from "./interfaces/IListings.sol";
import {IMarkets} from "./interfaces/IMarkets.sol";
import {IOrders} from "./interfaces/IOrders.sol";
import {IVault} from "./interfaces/IVault.sol";
import {OrderHash} from "./libraries/OrderHash.sol";
import {Payments} from "./libraries/Payments.sol";
import {Payouts, PayoutsLibrary} from "./libraries/Payouts.sol";
import {QuoteCheck} from "./libraries/QuoteCheck.sol";
import {Signing} from "./libraries/Signing.sol";
import {Parts, Split} from "./libraries/Split.sol";
import {ListingId, MarketId, OrderId} from "./types/Ids.sol";
import {Deal, Goods, Kind, Outcome, Receipt, Status, Verdict} from "./types/Order.sol";
import {OrderSlot, OrderSlotLibrary} from "./types/OrderSlot.sol";
import {Payment} from "./types/Payment.sol";

uint40 constant REFUND_GRACE_SECONDS = 1 hours;

contract Orders is IOrders, EIP712, ReentrancyGuardTransient {
    using OrderHash for Deal;
    using OrderHash for Goods;
    using OrderHash for Receipt;
    using Payments for Payment;
    using PayoutsLibrary for Payouts;
    using Signing for bytes32;
    using Split for Deal;

    /// @dev One slot. The first sale copies the listing's reward, so that later ones read neither listing nor config.
    struct Accrual {
        uint128 curators; // waits for `flush`; part of P, so it fits like P does
        uint80 rewardLeft; // what the listing may still earn from the bounty
        bool isStarted;
    }

    /// @dev What the settled orders of one listing bring, until it is accrued.
    struct Sale {
        ListingId listing;
        MarketId market;
        address maker;
        uint256 toCurators;
        uint256 toReserve;
    }

    IVault private immutable VAULT;
    IDatatrusts private immutable DATATRUSTS;
    IMarkets private immutable MARKETS;
    IListings private immutable LISTINGS;

    mapping(OrderId => OrderSlot) private _orders;
    mapping(ListingId => Accrual) private _accruals;

    constructor(
        IVault vault,
        IDatatrusts datatrusts,
        IMarkets markets,
        IListings listings
    ) EIP712("Gristmill Orders", "1") {
        VAULT = vault;
        DATATRUSTS = datatrusts;
        MARKETS = markets;
        LISTINGS = listings;
        _checkWiring(address(this), markets.ORDERS());
        _checkWiring(address(vault), datatrusts.VAULT());
        _checkWiring(address(vault), markets.VAULT());
        _checkWiring(address(vault), listings.VAULT());
        _checkWiring(address(markets), listings.MARKETS());
        _checkWiring(address(datatrusts), listings.DATATRUSTS());
    }

    /// @inheritdoc IOrders
    function place(Quote calldata quote, Payment calldata payment) external nonReentrant returns (OrderId orderId) {
        orderId = _place(quote);
        Deal calldata deal = quote.deal;
        uint256 pending = deal.pending();
        if (pending != 0) MARKETS.book({market: deal.market, pendingUp: pending, pendingDown: 0, revenue: 0});
        payment.collect(VAULT, deal.asset, deal.price);
    }

    /// @inheritdoc IOrders
    function placeMany(
        Quote[] calldata quotes,
        Payment calldata payment
    ) external nonReentrant returns (OrderId[] memory orderIds) {
        require(quotes.length != 0, Orders_Empty());
        address asset = quotes[0].deal.asset;
        Payouts memory payouts;
        orderIds = new OrderId[](quotes.length);
        uint256 total;
        for (uint256 i; i < quotes.length; ++i) {
            Deal calldata deal = quotes[i].deal;
            require(
                deal.asset == asset,
                Orders_DealMismatch("asset", bytes32(uint256(uint160(asset))), bytes32(uint256(uint160(deal.asset))))
            );
            orderIds[i] = _place(quotes[i]);
            total += deal.price;
            payouts.bookingOf(deal, VAULT, MARKETS).pendingUp += deal.pending();
        }
        payouts.push(VAULT, MARKETS);
        payment.collect(VAULT, asset, total);
    }

    /// @inheritdoc IOrders
    function fulfil(Deal calldata deal, Goods calldata goods, Outcome calldata outcome) external nonReentrant {
        _requireSigner(deal);
        OrderId orderId = deal.id();
        bytes32 dealHash = deal.hash();
        bytes32 goodsHash = goods.hash();
        _requirePlaced(orderId, dealHash, goodsHash, Kind.COMPUTE);
        bool isOk = outcome.verdict == Verdict.OK;
        require((outcome.releasedHash != 0) == isOk, Orders_BadOutcome(orderId, outcome.verdict, outcome.releasedHash));

        bytes32 deliveryHash = OrderHash.receiptOf(orderId, goods, outcome);
        uint40 settlesAfter = uint40(block.timestamp) + deal.window;
        _orders[orderId] = OrderSlotLibrary.pack({
            hash: OrderHash.fulfilled(dealHash, goodsHash, deliveryHash),
            until: settlesAfter,
            what: Kind.COMPUTE,
            state: isOk ? Status.FULFILLED : Status.FAILED
        });
        emit OrderFulfilled(orderId, deliveryHash, outcome.verdict, settlesAfter);
    }

    /// @inheritdoc IOrders
    function deliver(Deal calldata deal, bytes32 goodsHash) external nonReentrant {
        _requireSigner(deal);
        OrderId orderId = deal.id();
        OrderSlot slot = _requirePlaced(orderId, deal.hash(), goodsHash, Kind.ACCESS);
        _orders[orderId] = slot.close(Status.SETTLED);
        Payouts memory payouts;
        Sale memory sale;
        _sell(payouts, sale, orderId, deal, deal.inFull());
        payouts.push(VAULT, MARKETS);
        _accrue(sale);
    }

    /// @inheritdoc IOrders
    function settle(Settlement[] calldata settlements) external nonReentrant {
        require(settlements.length != 0, Orders_Empty());
        Payouts memory payouts;
        Sale memory sale;
        for (uint256 i; i < settlements.length; ++i) {
            _settle(payouts, sale, settlements[i]);
        }
        payouts.push(VAULT, MARKETS);
        _accrue(sale);
    }

    /// @inheritdoc IOrders
    function refund(Refund[] calldata refunds) external nonReentrant {
        require(refunds.length != 0, Orders_Empty());
        Payouts memory payouts;
        for (uint256 i; i < refunds.length; ++i) {
            _refund(payouts, refunds[i].deal, refunds[i].goodsHash);
        }
        payouts.push(VAULT, MARKETS);
    }

    /// @inheritdoc IOrders
    function flush(ListingId listing) external nonReentrant returns (uint256 amount) {
        amount = _accruals[listing].curators;
        if (amount == 0) return 0;
        _accruals[listing].curators = 0;
        MarketId market = LISTINGS.get(listing).market;
        emit Flushed(listing, market, amount);
        VAULT.transfer({receiver: address(MARKETS), id: uint160(MARKETS.identityOf(market).asset), amount: amount});
        MARKETS.book({market: market, pendingUp: 0, pendingDown: amount, revenue: amount});
    }

    /// @inheritdoc IOrders
    function statusOf(OrderId orderId) external view returns (Status status, Kind kind, uint40 deadline) {
        OrderSlot slot = _orders[orderId];
        return (slot.status(), slot.kind(), slot.deadline());
    }

    /// @inheritdoc IOrders
    function hasAccess(ListingId listing, address account, uint256 n) external view returns (bool) {
        OrderSlot slot = _orders[OrderHash.id(listing, account, n)];
        Status status = slot.status();
        return status != Status.NONE && status != Status.REFUNDED && slot.kind() == Kind.ACCESS;
    }

    /// @inheritdoc IOrders
    function accrualOf(ListingId listing) external view returns (uint256 curators, uint256 rewarded) {
        Accrual memory accrual = _accruals[listing];
        if (accrual.isStarted) rewarded = _listRewardOf(listing) - accrual.rewardLeft;
        return (accrual.curators, rewarded);
    }

    /// @inheritdoc IOrders
    function orderIdOf(ListingId listing, address buyer, uint256 n) external pure returns (OrderId) {
        return OrderHash.id(listing, buyer, n);
    }

    /// @inheritdoc IOrders
    function hashDeal(Deal calldata deal) external pure returns (bytes32) {
        return deal.hash();
    }

    /// @inheritdoc IOrders
    function hashGoods(Goods calldata goods) external pure returns (bytes32) {
        return goods.hash();
    }

    /// @inheritdoc IOrders
    function hashReceipt(Receipt calldata receipt) external pure returns (bytes32) {
        return receipt.hash();
    }

    /// @dev Everything but the money, which the caller collects.
    function _place(Quote calldata quote) private returns (OrderId orderId) {
        Deal calldata deal = quote.deal;
        require(deal.buyer == msg.sender, Orders_NotBuyer(deal.buyer, msg.sender));
        orderId = deal.id();
        require(_orders[orderId].status() == Status.NONE, Orders_Exists(orderId));
        address signer = QuoteCheck.check(deal, quote.goods, LISTINGS, MARKETS, DATATRUSTS);
        bytes32 quoteHash = OrderHash.quote(deal.hash(), quote.goods.hash());
        bytes32 digest = _hashTypedDataV4(quoteHash);
        require(digest.isSignedBy(quote.signature, signer), Orders_BadQuote(deal.datatrust, digest));

        _orders[orderId] = OrderSlotLibrary.pack({
            hash: quoteHash,
            until: uint40(block.timestamp) + deal.fulfilWithin,
            what: deal.kind,
            state: Status.PLACED
        });
        emit OrderPlaced(orderId, deal.listing, deal.buyer, deal, quote.goods);
    }

    function _settle(Payouts memory payouts, Sale memory sale, Settlement calldata settlement) private {
        Deal calldata deal = settlement.deal;
        OrderId orderId = deal.id();
        OrderSlot slot = _orders[orderId];
        Status status = slot.status();
        if (status == Status.SETTLED || status == Status.REFUNDED) return;
        require(status == Status.FULFILLED || status == Status.FAILED, Orders_WrongStatus(orderId, status));
        bytes32 agreed = OrderHash.fulfilled(deal.hash(), settlement.goodsHash, settlement.deliveryHash);
        require(slot.holds(agreed), Orders_WrongTerms(orderId));
        if (block.timestamp <= slot.deadline()) {
            require(settlement.acceptance.length != 0, Orders_TooEarly(orderId, slot.deadline()));
            bytes32 digest = _hashTypedDataV4(OrderHash.acceptance(orderId, settlement.deliveryHash));
            require(digest.isSignedBy(settlement.acceptance, deal.buyer), Orders_BadAcceptance(orderId));
        }
        _orders[orderId] = slot.close(Status.SETTLED);
        _sell(payouts, sale, orderId, deal, status == Status.FULFILLED ? deal.inFull() : deal.failed());
    }

    function _refund(Payouts memory payouts, Deal calldata deal, bytes32 goodsHash) private {
        OrderId orderId = deal.id();
        OrderSlot slot = _orders[orderId];
        Status status = slot.status();
        require(status != Status.NONE, Orders_WrongStatus(orderId, status));
        // A late fulfilment of one order must not keep the others in a batch from their money.
        if (status != Status.PLACED) return;
        require(slot.holds(OrderHash.quote(deal.hash(), goodsHash)), Orders_WrongTerms(orderId));
        uint40 opensAfter = slot.deadline() + REFUND_GRACE_SECONDS;
        require(block.timestamp > opensAfter, Orders_TooEarly(orderId, opensAfter));
        _orders[orderId] = slot.close(Status.REFUNDED);
        payouts.giveBack(deal, VAULT, MARKETS);
        emit OrderRefunded(orderId, deal.price);
    }

    /// @dev A sale of the listing before in the batch is accrued first.
    function _sell(
        Payouts memory payouts,
        Sale memory sale,
        OrderId orderId,
        Deal calldata deal,
        Parts memory parts
    ) private {
        payouts.sell(deal, parts, VAULT, MARKETS);
        ListingId listing = deal.listing;
        if (sale.listing != listing) {
            _accrue(sale);
            sale.listing = listing;
            sale.market = deal.market;
            sale.maker = deal.maker;
            sale.toCurators = 0;
            sale.toReserve = 0;
        }
        sale.toCurators += parts.curators;
        sale.toReserve += parts.reserve;
        emit OrderSettled(orderId, parts.maker, parts.operator, parts.curators, parts.reserve, parts.buyer);
    }

    /// @dev The listing earns at most half of what its sales just brought to the reserve: who trades with themselves
    /// and owns a part h of the shares wins h - 1/2 of it.
    function _accrue(Sale memory sale) private {
        if (sale.toCurators | sale.toReserve == 0) return;
        Accrual memory accrual = _accruals[sale.listing];
        if (!accrual.isStarted) {
            accrual.isStarted = true;
            accrual.rewardLeft = _listRewardOf(sale.listing);
        }
        uint256 earned = sale.toReserve / 2;
        if (earned > accrual.rewardLeft) earned = accrual.rewardLeft;
        if (earned != 0) {
            accrual.rewardLeft -= uint80(MARKETS.reward({market: sale.market, maker: sale.maker, amount: earned}));
        }
        accrual.curators += uint128(sale.toCurators);
        _accruals[sale.listing] = accrual;
    }

    function _requireSigner(Deal calldata deal) private view {
        require(DATATRUSTS.signerOf(deal.datatrust) == msg.sender, Orders_NotSigner(deal.datatrust, msg.sender));
    }

    function _requirePlaced(
        OrderId orderId,
        bytes32 dealHash,
        bytes32 goodsHash,
        Kind kind
    ) private view returns (OrderSlot slot) {
        slot = _orders[orderId];
        require(slot.status() == Status.PLACED, Orders_WrongStatus(orderId, slot.status()));
        require(slot.holds(OrderHash.quote(dealHash, goodsHash)), Orders_WrongTerms(orderId));
        require(slot.kind() == kind, Orders_WrongKind(orderId, slot.kind()));
    }

    function _listRewardOf(ListingId listing) private view returns (uint80) {
        IListings.Listing memory listed = LISTINGS.get(listing);
        (IMarkets.Config memory config, ) = MARKETS.configAt(listed.market, listed.configVersion);
        return config.listReward;
    }

    function _checkWiring(address expected, address actual) private pure {
        require(expected == actual, Orders_WrongWiring(expected, actual));
    }
}
