/// What the commands of exchange share. Threads: one.
#pragma once

#include "apps/cli/session.h"
#include "apps/shared/sync_service.h"

namespace evenhand::cli {

/// "sent 17, received 231 changes" beside the partner's name; as JSON with --json.
void tell(Console& console, const Exchanged& exchanged);
Json to_json(const Exchanged& exchanged);
/// "2 things need you: evenhand conflict list", when there are any.
Result<void> tell_what_waits(const Workspace& workspace, Console& console);
/// Attachments that records name and that are not on this laptop, and the words for them.
Result<std::size_t> count_lacking_attachments(const Workspace& workspace);
std::string attachments_wait(std::size_t count);
/// The text as a QR code on a terminal that is wide enough; on a narrower one a sentence that says so and ends with `otherwise`.
void show_qr(Console& console, const std::string& text, std::string_view otherwise);
/// A bar for the events of one exchange.
std::function<void(const std::string&, const SessionProgress&)> exchange_progress(const Console& console);
/// "HOST:PORT" or "HOST" to listen at; port 0: any that is free. Errors: refused.
Result<Address> listening_address(const std::string& words);

}  // namespace evenhand::cli
