// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDatatrusts} from "./interfaces/IDatatrusts.sol";
import {IListings} from "./interfaces/IListings.sol";
import {IMarkets} from "./interfaces/IMarkets.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Payments} from "./libraries/Payments.sol";
import {Signing} from "./libraries/Signing.sol";
import {Content} from "./types/Content.sol";
import {DatatrustId, ListingId, MarketId} from "./types/Ids.sol";
import {Payment} from "./types/Payment.sol";

contract Listings is IListings, EIP712, ReentrancyGuardTransient {
    using Payments for Payment;
    using Signing for bytes32;

    /// @dev Four slots.
    struct Record {
        address maker;
        DatatrustId datatrust;
        uint40 activeFrom;
        uint24 configVersion;
        MarketId market;
        bytes32 termsHash;
        uint96 accessPrice;
        uint96 computePrice;
        uint40 exitAt;
        uint8 services; // offered at publishing; never more
        bool isBondReturned;
    }

    /// @dev What a challenge does to a listing. Most listings never have one.
    struct Hold {
        uint40 until; // Unix seconds; the bond stays so long
        uint40 activeFrom; // as it was before the one challenge that held activation back; 0: none has
        bool isExitDelayed; // by the one challenge that may
    }

    uint8 private constant ACCESS = 1;
    uint8 private constant COMPUTE = 2;

    bytes32 private constant ATTESTATION_TYPEHASH = keccak256(
        "Attestation(address maker,bytes32 market,bytes32 salt,bytes32 contentRoot,uint64 sizeBytes,uint8 services,"
        "bytes32 policyHash,bytes32 metadataHash,uint32 datatrust,uint40 expiry)"
    );

    /// @inheritdoc IListings
    uint96 public constant NOT_OFFERED = type(uint96).max;
    /// @inheritdoc IListings
    address public immutable VAULT;
    /// @inheritdoc IListings
    address public immutable DATATRUSTS;
    /// @inheritdoc IListings
    address public immutable MARKETS;
    /// @inheritdoc IListings
    address public immutable CURATION;

    mapping(ListingId listing => Record record) private _records;
    mapping(ListingId listing => Hold) private _holds;

    modifier onlyCuration() {
        require(msg.sender == CURATION, Listings_NotCuration(msg.sender));
        _;
    }

    /// @param curation Address at which Curation will be deployed; it asserts that it is the one named here.
    constructor(
        IVault vault,
        IDatatrusts datatrusts,
        IMarkets markets,
        address curation
    ) EIP712("Gristmill Listings", "1") {
        CURATION = curation;
        VAULT = address(vault);
        DATATRUSTS = address(datatrusts);
        MARKETS = address(markets);
    }

    /// @inheritdoc IListings
    function publish(
        MarketId market,
        bytes32 salt,
        Content calldata content,
        Prices calldata prices,
        DatatrustId datatrust,
        Attestation calldata attestation,
        Payment calldata payment
    ) external nonReentrant returns (ListingId listing) {
        listing = ListingId.wrap(keccak256(abi.encode(market, msg.sender, salt)));
        Record storage record = _records[listing];
        require(record.maker == address(0), Listings_Exists(listing));
        uint8 services = _offered(prices);
        _checkContent(content, services);
        _checkServed(services, attestation.services, prices);
        _checkAttestation(market, salt, content, datatrust, attestation);

        (address asset, uint24 version, uint32 activationSeconds, uint80 bond) = IMarkets(MARKETS).listingTermsOf(
            market,
            datatrust
        );
        uint40 activeFrom = uint40(block.timestamp) + activationSeconds;
        record.maker = msg.sender;
        record.datatrust = datatrust;
        record.activeFrom = activeFrom;
        record.configVersion = version;
        record.market = market;
        record.termsHash = keccak256(abi.encode(content));
        record.accessPrice = prices.access;
        record.computePrice = prices.compute;
        record.services = services;
        emit ListingPublished(listing, market, msg.sender, datatrust, content, prices, activeFrom);
        payment.collect(IVault(VAULT), asset, bond);
    }

    /// @inheritdoc IListings
    function setPrices(ListingId listing, Prices calldata prices) external {
        Record storage record = _made(listing);
        _checkServed(_offered(prices), record.services, prices);
        record.accessPrice = prices.access;
        record.computePrice = prices.compute;
        emit PricesChanged(listing, prices);
    }

    /// @inheritdoc IListings
    function exit(ListingId listing) external returns (uint40 exitAt) {
        Record storage record = _made(listing);
        require(record.exitAt == 0, Listings_Exiting(listing, record.exitAt));
        (IMarkets.Config memory config, ) = IMarkets(MARKETS).configOf(record.market);
        exitAt = uint40(block.timestamp) + config.exitDelaySeconds;
        record.exitAt = exitAt;
        if (_holds[listing].until >= block.timestamp) _holds[listing].isExitDelayed = true;
        emit ListingExiting(listing, exitAt);
    }

    /// @inheritdoc IListings
    function returnBond(ListingId listing) external nonReentrant returns (uint256 amount) {
        Record storage record = _known(listing);
        uint40 exitAt = record.exitAt;
        bool isOver = exitAt != 0 && block.timestamp > exitAt && block.timestamp > _holds[listing].until;
        require(isOver && !record.isBondReturned, Listings_BondHeld(listing, exitAt));
        address maker = record.maker;
        amount = _takeBond(record, maker);
        emit ListingBondReturned(listing, maker, amount);
    }

    /// @inheritdoc IListings
    function hold(ListingId listing, uint40 until) external onlyCuration {
        Record storage record = _known(listing);
        uint40 exitAt = record.exitAt;
        require(exitAt == 0 || block.timestamp < exitAt, Listings_Gone(listing, exitAt));
        Hold memory held = _holds[listing];
        uint40 activeFrom = record.activeFrom;
        if (block.timestamp < activeFrom && held.activeFrom == 0) {
            held.activeFrom = activeFrom;
            // Unresolved, it becomes active by itself when the poll has lapsed.
            if (until > activeFrom) activeFrom = until;
            record.activeFrom = activeFrom;
        }
        if (!held.isExitDelayed) {
            held.until = until;
            held.isExitDelayed = exitAt != 0;
        }
        _holds[listing] = held;
        emit ListingHeld(listing, held.until, activeFrom);
    }

    /// @inheritdoc IListings
    function release(ListingId listing) external onlyCuration {
        Record storage record = _known(listing);
        Hold storage held = _holds[listing];
        held.until = 0;
        uint40 activeFrom = record.activeFrom;
        if (held.activeFrom != 0 && block.timestamp < activeFrom) {
            uint40 before = held.activeFrom;
            activeFrom = before > block.timestamp ? before : uint40(block.timestamp);
            record.activeFrom = activeFrom;
        }
        emit ListingReleased(listing, activeFrom);
    }

    /// @inheritdoc IListings
    function remove(ListingId listing) external onlyCuration nonReentrant returns (uint256 bond) {
        Record storage record = _known(listing);
        _holds[listing].until = 0;
        if (record.exitAt == 0 || record.exitAt > block.timestamp) record.exitAt = uint40(block.timestamp);
        if (!record.isBondReturned) bond = _takeBond(record, CURATION);
        emit ListingRemoved(listing, bond);
    }

    /// @inheritdoc IListings
    function heldUntil(ListingId listing) external view returns (uint40) {
        return _holds[listing].until;
    }

    /// @inheritdoc IListings
    function get(ListingId listing) external view returns (Listing memory) {
        Record storage record = _known(listing);
        return
            Listing({
                maker: record.maker,
                datatrust: record.datatrust,
                market: record.market,
                termsHash: record.termsHash,
                accessPrice: record.accessPrice,
                computePrice: record.computePrice,
                activeFrom: record.activeFrom,
                exitAt: record.exitAt,
                configVersion: record.configVersion
            });
    }

    /// @inheritdoc IListings
    function isOpen(ListingId listing) external view returns (bool) {
        Record storage record = _known(listing);
        uint40 exitAt = record.exitAt;
        return block.timestamp >= record.activeFrom && (exitAt == 0 || block.timestamp < exitAt);
    }

    function _known(ListingId listing) private view returns (Record storage record) {
        record = _records[listing];
        require(record.maker != address(0), Listings_Unknown(listing));
    }

    function _made(ListingId listing) private view returns (Record storage record) {
        record = _known(listing);
        require(record.maker == msg.sender, Listings_NotMaker(listing, msg.sender));
    }

    /// @dev Moves the bond once; its amount is that of the config under which the listing was published.
    function _takeBond(Record storage record, address to) private returns (uint256 amount) {
        record.isBondReturned = true;
        MarketId market = record.market;
        (IMarkets.Config memory config, ) = IMarkets(MARKETS).configAt(market, record.configVersion);
        amount = config.listingBond;
        uint256 id = uint160(IMarkets(MARKETS).identityOf(market).asset);
        IVault(VAULT).transfer({receiver: to, id: id, amount: amount});
    }

    function _checkAttestation(
        MarketId market,
        bytes32 salt,
        Content calldata content,
        DatatrustId datatrust,
        Attestation calldata attestation
    ) private view {
        require(block.timestamp <= attestation.expiry, Listings_AttestationExpired(attestation.expiry));
        bytes32 digest = _hashTypedDataV4(
            keccak256(
                abi.encode(
                    ATTESTATION_TYPEHASH,
                    msg.sender,
                    market,
                    salt,
                    content.contentRoot,
                    content.sizeBytes,
                    attestation.services,
                    content.policyHash,
                    content.metadataHash,
                    datatrust,
                    attestation.expiry
                )
            )
        );
        address signer = IDatatrusts(DATATRUSTS).signerOf(datatrust);
        require(digest.isSignedBy(attestation.signature, signer), Listings_BadAttestation(datatrust, digest));
    }

    /// @dev A policy stands exactly where compute is offered.
    function _checkContent(Content calldata content, uint8 services) private pure {
        bool hasContent = content.sizeBytes != 0 && content.contentRoot != 0;
        bool hasPolicy = content.policyHash != 0;
        require(
            hasContent && hasPolicy == (services & COMPUTE != 0),
            Listings_BadContent(content.sizeBytes, content.policyHash)
        );
    }

    function _checkServed(uint8 services, uint8 served, Prices calldata prices) private pure {
        require(services != 0 && services & ~served == 0, Listings_NotServed(served, prices.access, prices.compute));
    }

    function _offered(Prices calldata prices) private pure returns (uint8 services) {
        if (prices.access != NOT_OFFERED) services |= ACCESS;
        if (prices.compute != NOT_OFFERED) services |= COMPUTE;
    }
}
