#include "tests/support/golden_bundles.h"

#include "core/codec/json.h"
#include "sync/bundle/request.h"
#include "tests/support/bundle_desk.h"

namespace evenhand::test {

std::string golden_bundles() {
  BundleDesk desk;
  desk.write(0, 2, 2);
  desk.write(1, 1, 3);
  desk.attachments();
  const BlobAddress attachment = desk.attach(700);
  BundleOrder order = desk.order();
  order.passphrase = "seven plain words";
  order.cost = {1, 8};
  order.expires = ClaimedTime{1'800'000'000'000};
  order.spaces[0].attachments = {attachment};
  const auto written = desk.write_bundle_to(order).value();
  const std::vector<RequestedSpace> held{{desk.space_id, order.spaces[0].space->vector().value()}};
  const Bytes request = make_request(held, desk.reader, desk.random).value();
  std::string commits;
  (void)desk.log.read()->scan(1, [&](Arrival, const CommitView& commit) { return commits += to_hex(commit.bytes()), true; });

  Json json = Json::object();
  json.set("format", "evenhand-vectors/1");
  json.set("about", "A bundle and a request of the same replica (docs/formats/bundle.md).");
  json.set("device_seed", to_hex(desk.reader.seed())).set("passphrase", "seven plain words");
  json.set("epoch_id", desk.epoch.id.hex()).set("epoch_key", to_hex(desk.epoch.bytes));
  json.set("maker", desk.maker.public_key().hex()).set("title", order.title).set("space", desk.space_id.hex());
  json.set("attachment", attachment.hex()).set("events", written.events).set("frames", written.frames);
  json.set("commits", commits).set("bundle", to_hex(bytes_of_file(order.file))).set("request", to_hex(request));
  json.set("request_text", request_text(request));
  std::uint64_t cursor = 0;
  const Segment segment = *order.spaces[0].space->next_segment(desk.chains[0].id(), 0, cursor).value();
  SegmentRange as_authority = segment.range;  // so that the fuzz target's opening needs no key
  as_authority.lane = Lane::authority;
  json.set("frame", to_hex(pack_frame(desk.space_id, as_authority, segment.payload, nullptr, desk.maker, desk.random).value()));
  const std::vector<RequestedSpace> with_attachment{{desk.space_id, held[0].held, {attachment}}};
  json.set("request_held", to_hex(make_request(with_attachment, desk.reader, desk.random).value()));
  return write_json(json, JsonStyle::pretty);
}

}  // namespace evenhand::test
