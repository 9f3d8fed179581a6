// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDatatrusts} from "./interfaces/IDatatrusts.sol";
import {IListings} from "./interfaces/IListings.sol";
import {IMarkets} from "./interfaces/IMarkets.sol";
import {IOrders} from "./interfaces/IOrders.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Fair} from "./libraries/Fair.sol";
import {OrderHash} from "./libraries/OrderHash.sol";
import {Payments} from "./libraries/Payments.sol";
import {Payouts, PayoutsLibrary} from "./libraries/Payouts.sol";
import {QuoteCheck} from "./libraries/QuoteCheck.sol";
import {Signing} from "./libraries/Signing.sol";
import {Parts, Split} from "./libraries/Split.sol";
import {ListingId, MarketId, OrderId} from "./types/Ids.sol";
import {Content} from "./types/Content.sol";
import {Evidence} from "./types/Evidence.sol";
import {Deal, Delivery, Goods, Kind, Outcome, Receipt, Status, Verdict} from "./types/Order.sol";
import {OrderSlot, OrderSlotLibrary} from "./types/OrderSlot.sol";
import {Payment} from "./types/Payment.sol";

uint40 constant REFUND_GRACE_SECONDS = 1 hours;
uint40 constant RULING_SECONDS = 14 days;

contract Orders is IOrders, EIP712, ReentrancyGuardTransient {
    using OrderHash for Deal;
    using OrderHash for Delivery;
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
    /// @inheritdoc IOrders
    address public immutable SIGNALS;
    /// @inheritdoc IOrders
    address public immutable CURATION;

    mapping(OrderId => OrderSlot) private _orders;
    mapping(ListingId => Accrual) private _accruals;

    constructor(
        IVault vault,
        IDatatrusts datatrusts,
        IMarkets markets,
        IListings listings,
        address signals,
        address curation
    ) EIP712("Gristmill Orders", "1") {
        VAULT = vault;
        DATATRUSTS = datatrusts;
        MARKETS = markets;
        LISTINGS = listings;
        SIGNALS = signals;
        CURATION = curation;
        _checkWiring(address(this), markets.ORDERS());
        _checkWiring(address(this), datatrusts.ORDERS());
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
    function reveal(
        Deal calldata deal,
        Goods calldata goods,
        Content calldata content,
        bytes32 cipherRoot,
        bytes32 key,
        bytes calldata ack
    ) external nonReentrant {
        bytes32 termsHash = keccak256(abi.encode(content));
        require(termsHash == goods.termsHash, Orders_GoodsMismatch(goods.termsHash, termsHash));
        Delivery memory delivery = Delivery({
            contentRoot: content.contentRoot,
            sizeBytes: content.sizeBytes,
            cipherRoot: cipherRoot,
            key: key,
            receiptHash: 0
        });
        _reveal(deal.id(), deal, goods.hash(), goods.keyHash, Kind.ACCESS, delivery, ack);
    }

    /// @inheritdoc IOrders
    function revealRun(
        Deal calldata deal,
        Goods calldata goods,
        Outcome calldata outcome,
        bytes32 cipherRoot,
        bytes32 key,
        bytes calldata ack
    ) external nonReentrant {
        OrderId orderId = deal.id();
        bytes32 goodsHash = goods.hash();
        _checkOutcome(orderId, outcome);
        bool isDelivered = outcome.releasedRoot != 0 && outcome.releasedBytes != 0;
        require(isDelivered, Orders_BadOutcome(orderId, outcome.verdict, outcome.releasedRoot));
        Delivery memory delivery = Delivery({
            contentRoot: outcome.releasedRoot,
            sizeBytes: outcome.releasedBytes,
            cipherRoot: cipherRoot,
            key: key,
            receiptHash: OrderHash.receiptOf(orderId, goodsHash, outcome)
        });
        _reveal(orderId, deal, goodsHash, goods.keyHash, Kind.COMPUTE, delivery, ack);
    }

    /// @inheritdoc IOrders
    function fulfil(Deal calldata deal, bytes32 goodsHash, Outcome calldata outcome) external nonReentrant {
        OrderId orderId = deal.id();
        _checkOutcome(orderId, outcome);
        bytes32 deliveryHash = OrderHash.receiptOf(orderId, goodsHash, outcome);
        uint40 settlesAfter = _hold(orderId, deal, goodsHash, Kind.COMPUTE, deliveryHash, Status.FULFILLED);
        emit OrderFulfilled(orderId, deliveryHash, outcome.verdict, settlesAfter);
    }

    /// @inheritdoc IOrders
    function deliver(Deal calldata deal, bytes32 goodsHash) external nonReentrant {
        _requireSigner(deal);
        OrderId orderId = deal.id();
        OrderSlot slot = _requirePlaced(orderId, deal.hash(), goodsHash, Kind.ACCESS);
        require(deal.ackKey == address(0), Orders_NotDirect(orderId));
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
    function complain(
        Deal calldata deal,
        bytes32 goodsHash,
        Delivery calldata delivery,
        Evidence calldata evidence
    ) external nonReentrant returns (uint256 compensation, uint256 burnt) {
        OrderId orderId = deal.id();
        OrderSlot slot = _orders[orderId];
        require(slot.status() == Status.REVEALED, Orders_WrongStatus(orderId, slot.status()));
        _requireAgreed(slot, orderId, deal, goodsHash, delivery.hash());
        require(block.timestamp <= slot.deadline(), Orders_TooLate(orderId, slot.deadline()));
        bool isWrong = Fair.isWrong(
            delivery.contentRoot,
            delivery.sizeBytes,
            delivery.cipherRoot,
            delivery.key,
            evidence
        );
        require(isWrong, Orders_CellIsRight(orderId, evidence.cell));

        (compensation, burnt) = _punish(slot, orderId, deal);
        emit ComplaintUpheld(orderId, evidence.cell, compensation, burnt);
    }

    /// @inheritdoc IOrders
    function contradict(
        Deal calldata deal,
        Delivery calldata delivery,
        Receipt calldata held,
        Receipt calldata other,
        address signer,
        bytes calldata signature
    ) external nonReentrant returns (uint256 compensation, uint256 burnt) {
        OrderId orderId = deal.id();
        OrderSlot slot = _contestable(orderId);
        bytes32 heldHash = held.hash();
        bytes32 deliveryHash = heldHash;
        if (slot.status() == Status.REVEALED) {
            require(delivery.receiptHash == heldHash, Orders_WrongTerms(orderId));
            deliveryHash = delivery.hash();
        }
        _requireAgreed(slot, orderId, deal, held.goodsHash, deliveryHash);
        require(other.contradicts(held), Orders_NoContradiction(orderId));
        bytes32 otherHash = other.hash();
        bool isSigned =
            DATATRUSTS.answersFor(deal.datatrust, signer) && _hashTypedDataV4(otherHash).isSignedBy(signature, signer);
        require(isSigned, Orders_BadReceipt(orderId, signer));
        (compensation, burnt) = _punish(slot, orderId, deal);
        emit ContradictionProven(orderId, otherHash, compensation, burnt);
    }

    /// @inheritdoc IOrders
    function dispute(Deal calldata deal, bytes32 goodsHash, bytes32 deliveryHash) external nonReentrant {
        OrderId orderId = deal.id();
        OrderSlot slot = _contestable(orderId);
        _requireAgreed(slot, orderId, deal, goodsHash, deliveryHash);
        _requireArbiter(deal);
        uint40 lapsesAfter = uint40(block.timestamp) + RULING_SECONDS;
        bool isRevealed = slot.status() == Status.REVEALED;
        _orders[orderId] = slot.move(isRevealed ? Status.REVEALED_DISPUTED : Status.FULFILLED_DISPUTED, lapsesAfter);
        emit OrderDisputed(orderId, deal.arbiter, lapsesAfter);
    }

    /// @inheritdoc IOrders
    function rule(Deal calldata deal, bytes32 goodsHash, bytes32 deliveryHash, bool isUpheld) external nonReentrant {
        OrderId orderId = deal.id();
        OrderSlot slot = _orders[orderId];
        Status status = slot.status();
        bool isDisputed = status == Status.REVEALED_DISPUTED || status == Status.FULFILLED_DISPUTED;
        require(isDisputed, Orders_WrongStatus(orderId, status));
        _requireAgreed(slot, orderId, deal, goodsHash, deliveryHash);
        _requireArbiter(deal);
        require(block.timestamp <= slot.deadline(), Orders_TooLate(orderId, slot.deadline()));
        emit OrderRuled(orderId, isUpheld);
        Payouts memory payouts;
        Sale memory sale;
        if (isUpheld) {
            _giveBack(payouts, slot, orderId, deal);
        } else {
            _orders[orderId] = slot.close(Status.SETTLED);
            _sell(payouts, sale, orderId, deal, status == Status.REVEALED_DISPUTED ? deal.inFull() : deal.failed());
        }
        payouts.push(VAULT, MARKETS);
        _accrue(sale);
    }

    /// @inheritdoc IOrders
    function takeCurators(ListingId listing, bool toReserve) external nonReentrant returns (uint256 amount) {
        require(msg.sender == SIGNALS, Orders_NotSignals(msg.sender));
        amount = _accruals[listing].curators;
        if (amount == 0) return 0;
        _accruals[listing].curators = 0;
        MarketId market = LISTINGS.get(listing).market;
        address receiver = toReserve ? address(MARKETS) : SIGNALS;
        VAULT.transfer({receiver: receiver, id: uint160(MARKETS.identityOf(market).asset), amount: amount});
        MARKETS.book({market: market, pendingUp: 0, pendingDown: amount, revenue: toReserve ? amount : 0});
    }

    /// @inheritdoc IOrders
    function forfeitReward(ListingId listing) external nonReentrant {
        require(msg.sender == CURATION, Orders_NotCuration(msg.sender));
        _accruals[listing].isStarted = true;
        _accruals[listing].rewardLeft = 0;
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
        require(status > Status.PLACED, Orders_WrongStatus(orderId, status));
        _requireAgreed(slot, orderId, deal, settlement.goodsHash, settlement.deliveryHash);
        bool isInFull = status == Status.REVEALED || status == Status.REVEALED_DISPUTED;
        bool isOver = block.timestamp > slot.deadline();
        bool hasAcceptance = settlement.acceptance.length != 0;
        require(isOver || hasAcceptance, Orders_TooEarly(orderId, slot.deadline()));
        // Where it changes nothing any more it is not looked at.
        if (hasAcceptance && !(isOver && isInFull)) {
            _checkAcceptance(orderId, deal, settlement);
            isInFull = true;
        }
        _orders[orderId] = slot.close(Status.SETTLED);
        _sell(payouts, sale, orderId, deal, isInFull ? deal.inFull() : deal.failed());
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
        _giveBack(payouts, slot, orderId, deal);
    }

    /// @dev The same for whatever ends with the whole price back at the buyer.
    function _giveBack(Payouts memory payouts, OrderSlot slot, OrderId orderId, Deal calldata deal) private {
        _orders[orderId] = slot.close(Status.REFUNDED);
        payouts.giveBack(deal, VAULT, MARKETS);
        emit OrderRefunded(orderId, deal.price);
    }

    /// @dev The price back to the buyer, and what a proven fraud costs the bond.
    function _punish(
        OrderSlot slot,
        OrderId orderId,
        Deal calldata deal
    ) private returns (uint256 compensation, uint256 burnt) {
        Payouts memory payouts;
        _giveBack(payouts, slot, orderId, deal);
        payouts.push(VAULT, MARKETS);
        uint256 price = deal.price;
        uint256 due = deal.compensation < price ? deal.compensation : price;
        return DATATRUSTS.slash(deal.datatrust, deal.buyer, due, price);
    }

    function _reveal(
        OrderId orderId,
        Deal calldata deal,
        bytes32 goodsHash,
        bytes32 keyHash,
        Kind kind,
        Delivery memory delivery,
        bytes calldata ack
    ) private {
        bytes32 hashed = keccak256(abi.encode(delivery.key));
        require(hashed == keyHash, Orders_BadKey(orderId, keyHash, hashed));
        bytes32 digest = _hashTypedDataV4(OrderHash.ack(orderId, delivery));
        require(digest.isSignedBy(ack, deal.ackKey), Orders_BadAck(orderId, digest));
        uint40 settlesAfter = _hold(orderId, deal, goodsHash, kind, delivery.hash(), Status.REVEALED);
        emit OrderRevealed(orderId, delivery, settlesAfter);
    }

    /// @dev From PLACED to a state in which the order holds what was delivered until the end of its window.
    function _hold(
        OrderId orderId,
        Deal calldata deal,
        bytes32 goodsHash,
        Kind kind,
        bytes32 deliveryHash,
        Status state
    ) private returns (uint40 settlesAfter) {
        _requireSigner(deal);
        bytes32 dealHash = deal.hash();
        _requirePlaced(orderId, dealHash, goodsHash, kind);
        settlesAfter = uint40(block.timestamp) + deal.window;
        _orders[orderId] = OrderSlotLibrary.pack({
            hash: OrderHash.fulfilled(dealHash, goodsHash, deliveryHash),
            until: settlesAfter,
            what: kind,
            state: state
        });
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

    function _checkAcceptance(OrderId orderId, Deal calldata deal, Settlement calldata settlement) private view {
        bytes32 digest = _hashTypedDataV4(OrderHash.acceptance(orderId, settlement.deliveryHash));
        bytes calldata acceptance = settlement.acceptance;
        address ackKey = deal.ackKey;
        bool isSigned =
            (ackKey != address(0) && digest.isSignedBy(acceptance, ackKey)) ||
                digest.isSignedBy(acceptance, deal.buyer);
        require(isSigned, Orders_BadAcceptance(orderId));
    }

    function _checkOutcome(OrderId orderId, Outcome calldata outcome) private pure {
        bool isOk = outcome.verdict == Verdict.OK;
        bool isWhole = (outcome.releasedHash != 0) == isOk && (isOk || outcome.releasedRoot == 0);
        require(isWhole, Orders_BadOutcome(orderId, outcome.verdict, outcome.releasedHash));
    }

    /// @dev An order whose window is open.
    function _contestable(OrderId orderId) private view returns (OrderSlot slot) {
        slot = _orders[orderId];
        Status status = slot.status();
        require(status == Status.REVEALED || status == Status.FULFILLED, Orders_WrongStatus(orderId, status));
        require(block.timestamp <= slot.deadline(), Orders_TooLate(orderId, slot.deadline()));
    }

    function _requireArbiter(Deal calldata deal) private view {
        require(deal.arbiter == msg.sender, Orders_NotArbiter(deal.arbiter, msg.sender));
    }

    function _requireAgreed(
        OrderSlot slot,
        OrderId orderId,
        Deal calldata deal,
        bytes32 goodsHash,
        bytes32 deliveryHash
    ) private pure {
        bytes32 agreed = OrderHash.fulfilled(deal.hash(), goodsHash, deliveryHash);
        require(slot.holds(agreed), Orders_WrongTerms(orderId));
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
