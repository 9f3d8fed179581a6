// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DatatrustId, ListingId, MarketId} from "../types/Ids.sol";
import {Payment} from "../types/Payment.sol";

/// @notice Datasets offered in a market; content committed to for ever, prices by the maker.
interface IListings {
    /// @dev What is listed. `termsHash` of a listing = keccak256(abi.encode(contentRoot, sizeBytes, policyHash, metadataHash)).
    struct Content {
        bytes32 contentRoot; // RFC 9162 tree hash over blinded cells, see Goods
        uint64 sizeBytes;
        bytes32 policyHash; // sha256 of the RFC 8785 JSON of what may leave; zero if compute is not offered
        bytes32 metadataHash; // sha256 of the RFC 8785 JSON of the metadata
    }

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

    /// @notice Thrown when the bond is asked back before the exit is over, or again.
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

    /// @notice Credits the bond to the maker in the Vault, strictly after the exit; anyone may.
    function returnBond(ListingId listing) external returns (uint256 amount);

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

    /// @notice The markets in which is listed.
    function MARKETS() external view returns (address);
}
