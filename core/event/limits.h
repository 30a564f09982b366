/// The bounds of the log. Every length that comes from outside is held against these before anything
/// is allocated. docs/formats/limits.md gives the reasons; a test keeps the two equal.
#pragma once

#include <cstddef>
#include <cstdint>

namespace evenhand {

inline constexpr std::size_t kEventsPerCommitMax = 512;
inline constexpr std::size_t kCommitBytesMax = 256 * 1024;
inline constexpr std::size_t kBodyBytesMax = 64 * 1024;
inline constexpr std::size_t kParentsMax = 16;
inline constexpr std::size_t kTypeBytesMax = 63;
inline constexpr std::size_t kChainsPerSpaceMax = 4096;
inline constexpr std::size_t kChainsPerDeviceMax = 256;      ///< of one that the space knows: two more with each restored backup
inline constexpr std::size_t kChainsOfStrangersMax = 1024;   ///< of devices that the space does not know, together
inline constexpr std::size_t kSaltBytes = 16;

}  // namespace evenhand
