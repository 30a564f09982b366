/// What people are told of a laptop that wrote two pasts (core/engine/two_pasts.h).
///
/// Threads: one.
#pragma once

#include "apps/cli/session.h"
#include "core/engine/two_pasts.h"

namespace evenhand::cli {

/// "NCT, EDI laptop (this one)".
std::string laptop_name(const Workspace& workspace, const TwoPasts& laptop);
/// "NCT, EDI laptop and 2 more laptops wrote two different pasts …"; empty for none.
std::string alarm_words(const Workspace& workspace, const std::vector<TwoPasts>& laptops);
/// Which and what to do about it, for whoever wants to know more; nothing for none.
void print_alarm(Console& console, const Workspace& workspace, const std::vector<TwoPasts>& laptops);
Json alarm_json(const Workspace& workspace, const std::vector<TwoPasts>& laptops);

}  // namespace evenhand::cli
