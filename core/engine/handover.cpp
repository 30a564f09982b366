#include "core/engine/handover.h"

#include "core/engine/handover_format.h"

namespace evenhand {

Result<HandoverHost> HandoverHost::open(Workspace& workspace) {
  if (!workspace.is_holder()) return refused("only the process that holds the workspace takes writes over", workspace.folder().string());
  EVENHAND_TRY(LocalServer server, LocalServer::open(workspace.folder(), kHandoverSocket, kHandoverBytesMax));
  return HandoverHost(workspace, std::move(server));
}

std::size_t HandoverHost::serve() {
  return server_.serve([this](ByteView frame, const LocalServer::Reply& reply) {
    const auto command = decode_handover_untrusted(frame);
    if (!command) {
      reply(encode_answer(Refusal{command.error()}));
      return;
    }
    const auto receipt = workspace_->submit(*command, [&](const Receipt& planned) -> Result<void> {
      if (reply(encode_answer(AboutToWrite{planned}))) return {};
      return unavailable("the process that handed this over has gone; nothing was saved");
    });
    reply(receipt ? encode_answer(*receipt) : encode_answer(Refusal{receipt.error()}));
  });
}

}  // namespace evenhand
