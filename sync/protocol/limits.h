/// The bounds of what a partner may send. docs/formats/limits.md gives the reasons; a test keeps the two equal.
#pragma once

#include <cstddef>
#include <cstdint>

namespace evenhand {

inline constexpr std::size_t kMessageBytesMax = 512 * 1024;
inline constexpr std::size_t kSegmentBytesMax = 260 * 1024;  ///< a commit, or a frame around one
inline constexpr std::size_t kPartnerTitleBytesMax = 200;
inline constexpr std::size_t kPartnerWordsBytesMax = 600;
inline constexpr std::size_t kSpacesPerSessionMax = 1024;
inline constexpr std::size_t kEndsOnWireMax = 8;
inline constexpr std::size_t kEndsAtHubMax = 1024;
inline constexpr std::size_t kPassedOverMax = 64;
inline constexpr std::uint32_t kParcelCopiesMax = 3;
inline constexpr std::size_t kChainsPerSessionMax = 16384;
inline constexpr std::size_t kMissingBodiesMax = 64;
inline constexpr std::size_t kBlobWantsMax = 64;
inline constexpr std::uint32_t kParcelChunksMax = 8192;
inline constexpr std::size_t kParcelsPerSpaceMax = 32768;
inline constexpr std::size_t kParcelOffersMax = 4096;
inline constexpr std::size_t kFarewellBytesMax = std::size_t{4} << 20;
inline constexpr std::size_t kRoundsMax = 6;
inline constexpr std::uint64_t kCreditBytesMax = std::uint64_t{4} << 20;
inline constexpr std::uint64_t kIdleMessagesMax = 1000;
inline constexpr std::uint64_t kSilenceMsMax = 60'000;

}  // namespace evenhand
