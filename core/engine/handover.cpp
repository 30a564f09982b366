#include "core/engine/handover.h"

#include "core/engine/handed_over.h"
#include "core/engine/handover_format.h"

namespace evenhand {

namespace {

bool is_safe = false;
bool is_examined_safely = false;
std::function<void()> told_of_handed_over;

}  // namespace

void hand_over_safely() { is_safe = true; }
bool hands_over_safely() { return is_safe; }
bool is_handed_over_safely() { return is_examined_safely; }
void when_handed_over(std::function<void()> told) { told_of_handed_over = std::move(told); }

Result<HandoverHost> HandoverHost::open(Workspace& workspace) {
  if (!workspace.is_holder()) return refused("only the process that holds the workspace takes writes over", workspace.folder().string());
  EVENHAND_TRY(LocalServer server, LocalServer::open(workspace.folder(), kHandoverSocket, kHandoverBytesMax));
  return HandoverHost(workspace, std::move(server));
}

std::size_t HandoverHost::serve() {
  return server_.serve([this](ByteView frame, const LocalServer::Reply& reply) {
    const auto handed = decode_handover_untrusted(frame);
    if (!handed) {
      reply(encode_answer(Refusal{handed.error()}));
      return;
    }
    is_examined_safely = handed->is_safe;
    const auto receipt = workspace_->submit(handed->command, [&](const Receipt& planned) -> Result<void> {
      if (reply(encode_answer(AboutToWrite{planned}))) return {};
      return unavailable("the process that handed this over has gone; nothing was saved");
    });
    is_examined_safely = false;
    if (told_of_handed_over) told_of_handed_over();
    reply(receipt ? encode_answer(*receipt) : encode_answer(Refusal{receipt.error()}));
  });
}

}  // namespace evenhand
