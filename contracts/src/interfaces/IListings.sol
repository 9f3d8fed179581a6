// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Content} from "../types/Content.sol";
import {DatatrustId, ListingId, MarketId} from "../types/Ids.sol";
import {Payment} from "../types/Payment.sol";

/// @notice Datasets offered in a market; content committed to for ever, prices by the maker.
interface IListings {
    /// @dev Prices in units of the asset's decimals; 0 is free, NOT_OFFERED is not for sale.
    struct Prices {
        uint96 access;
        uint96 compute;
    }

    /// @dev A datatrust's word that it holds the content and will serve it. EIP-712, domain "Gristmill Listings" version "1",
    /// primary type Attestation(address maker,bytes32 market,bytes32 salt,bytes32 contentRoot,uint64 sizeBytes,uint8 services,
    /// bytes32 policyHash,bytes32 metadataHash,uint32 datatrust,uint40 expiry); services: bit 0 access, bit 1 compute.
    struct Attestation {
        uint8 services;
        uint40 expiry; // Unix seconds; last second in which it may be used
        bytes signature; // of the datatrust's signer, ECDSA or ERC-1271
    }

    struct Listing {
        address maker;
        DatatrustId datatrust;
        MarketId market;
        bytes32 termsHash;
        uint96 accessPrice;
        uint96 computePrice;
        uint40 activeFrom; // Unix seconds from which orders are taken
        uint40 exitAt; // Unix seconds from which no order is taken; 0: not exiting
        uint24 configVersion; // config under which it was published: decides its bond and its reward
    }

    event ListingPublished(
        ListingId indexed listing,
        MarketId indexed market,
        address indexed maker,
        DatatrustId datatrust,
        Content content,
        Prices prices,
        uint40 activeFrom
    );
    event PricesChanged(ListingId indexed listing, Prices prices);
    event ListingExiting(ListingId indexed listing, uint40 exitAt);
    /// @notice Emitted when a challenge was opened: a pending listing waits until `activeFrom`, and the bond stays at least
    /// until `until`.
    event ListingHeld(ListingId indexed listing, uint40 until, uint40 activeFrom);
    /// @notice Emitted when a challenge ended without removal.
    event ListingReleased(ListingId indexed listing, uint40 activeFrom);
    /// @notice Emitted when a listing was voted out; `bond` went to Curation.
    event ListingRemoved(ListingId indexed listing, uint256 bond);
    event ListingBondReturned(ListingId indexed listing, address indexed maker, uint256 amount);

    /// @notice Thrown when no listing has this id.
    error Listings_Unknown(ListingId listing);

    /// @notice Thrown when a maker reuses a salt in a market.
    error Listings_Exists(ListingId listing);

    /// @notice Thrown when the caller is not the maker.
    error Listings_NotMaker(ListingId listing, address caller);

    /// @notice Thrown when an attestation is past its expiry.
    error Listings_AttestationExpired(uint40 expiry);

    /// @notice Thrown when an attestation is not signed by the datatrust for exactly this listing.
    error Listings_BadAttestation(DatatrustId datatrust, bytes32 digest);

    /// @notice Thrown when content is empty, or compute is offered without a policy or a policy without compute.
    error Listings_BadContent(uint64 sizeBytes, bytes32 policyHash);

    /// @notice Thrown when nothing is offered, or a price stands for a service the datatrust did not attest.
    error Listings_NotServed(uint8 services, uint96 accessPrice, uint96 computePrice);

    /// @notice Thrown when a listing is already exiting.
    error Listings_Exiting(ListingId listing, uint40 exitAt);

    /// @notice Thrown when anybody but Curation holds, releases or removes.
    error Listings_NotCuration(address caller);

    /// @notice Thrown when a listing that takes no orders any more is challenged.
    error Listings_Gone(ListingId listing, uint40 exitAt);

    /// @notice Thrown when the bond is asked back before the exit or a challenge is over, or again.
    error Listings_BondHeld(ListingId listing, uint40 exitAt);

    /// @notice Lists content in a market, in one transaction, with the caller as maker and the market's bond paid by the caller.
    /// @param salt The maker's own; the id is keccak256(abi.encode(market, maker, salt)).
    function publish(
        MarketId market,
        bytes32 salt,
        Content calldata content,
        Prices calldata prices,
        DatatrustId datatrust,
        Attestation calldata attestation,
        Payment calldata payment
    ) external returns (ListingId listing);

    /// @notice Changes prices, for new orders only; a service not offered at publishing stays so.
    function setPrices(ListingId listing, Prices calldata prices) external;

    /// @notice Starts the exit: after the market's exit delay no order is taken. Maker only.
    function exit(ListingId listing) external returns (uint40 exitAt);

    /// @notice Credits the bond to the maker in the Vault, strictly after the exit and the hold; anyone may.
    function returnBond(ListingId listing) external returns (uint256 amount);

    /// @notice Keeps a challenged listing's bond until `until`, and what is not active yet from becoming so; Curation only.
    /// @dev Only the first challenge holds activation back, and only one delays an exit: else challenges could keep a
    /// listing off for ever. Nobody has to call anything afterwards: a hold lapses at `until`.
    function hold(ListingId listing, uint40 until) external;

    /// @notice Ends the hold of a challenge that failed. Curation only.
    function release(ListingId listing) external;

    /// @notice Takes a listing off for ever, and credits what is there of its bond to Curation in the Vault. Curation only.
    function remove(ListingId listing) external returns (uint256 bond);

    /// @notice Second until which a challenge keeps the bond; zero or past: none does.
    function heldUntil(ListingId listing) external view returns (uint40);

    /// @notice Everything about a listing; reverts for an unknown one.
    function get(ListingId listing) external view returns (Listing memory);

    /// @notice True if orders are taken now: active, and not past its exit.
    function isOpen(ListingId listing) external view returns (bool);

    /// @notice Price that means "not for sale": type(uint96).max.
    function NOT_OFFERED() external view returns (uint96);

    /// @notice The ledger that holds the bonds.
    function VAULT() external view returns (address);

    /// @notice The register whose datatrusts attest.
    function DATATRUSTS() external view returns (address);

    /// @notice The contract that may hold, release and remove.
    function CURATION() external view returns (address);

    /// @notice The markets in which is listed.
    function MARKETS() external view returns (address);
}
