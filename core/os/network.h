/// This computer's own addresses in its networks. Threads: any. Source: getifaddrs(3).
#pragma once

#include <string>
#include <vector>

namespace evenhand {

/// In numbers, of interfaces that are up: IPv4 before IPv6, no loopback, no link-local; empty when there is no network.
std::vector<std::string> network_addresses();

}  // namespace evenhand
