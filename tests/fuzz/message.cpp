// What a partner says: the cut into messages, and every decoder. What decodes is written again and decodes to the same bytes.
#include "sync/protocol/message.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

namespace {

template <class T>
void look_at(ByteView body) {
  const auto read = wire::read_message<T>(body);
  if (!read) return;
  wire::MessageReader reader;
  reader.give(wire::to_message(*read));
  const auto again = reader.next();
  EVENHAND_ASSERT(again.ok() && *again, "what we write is a message");
  EVENHAND_ASSERT(wire::read_message<T>((*again)->body).ok(), "what we write decodes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wire::MessageReader reader;
  reader.give({data, size});
  for (auto message = reader.next(); message && *message; message = reader.next()) {
    const ByteView body = (*message)->body;
    look_at<wire::Hello>(body);
    look_at<wire::Answer>(body);
    look_at<wire::VectorMessage>(body);
    look_at<wire::Plan>(body);
    look_at<wire::SegmentMessage>(body);
    look_at<wire::EndOfRound>(body);
    look_at<wire::WantBlobs>(body);
    look_at<wire::BlobHead>(body);
    look_at<wire::ParcelStock>(body);
    look_at<wire::ParcelOffer>(body);
    look_at<wire::ParcelHead>(body);
    look_at<wire::NoRoom>(body);
    look_at<wire::Farewell>(body);
    look_at<wire::LeaveOut>(body);
    look_at<wire::LeftOutNow>(body);
    look_at<wire::NoMore>(body);
    look_at<wire::ErrMessage>(body);
  }
  return 0;
}
