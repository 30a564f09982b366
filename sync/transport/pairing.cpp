#include "sync/transport/pairing.h"

#include "core/crypto/mac.h"

namespace evenhand {

namespace {

enum class Kind : std::uint8_t { proof = 1, invitation = 2, acceptance = 3, receipt = 4, refusal = 5, goodbye = 6 };

constexpr std::size_t kHeaderBytes = 5;
constexpr std::size_t kRefusalBytesMax = 500;

// Both sides' messages: u8 kind, u32 length (little-endian), content.
class Messages {
 public:
  void add(Kind kind, ByteView content) {
    const auto length = static_cast<std::uint32_t>(content.size());
    outgoing_.push_back(static_cast<std::uint8_t>(kind));
    for (int shift = 0; shift < 32; shift += 8) outgoing_.push_back(static_cast<std::uint8_t>(length >> shift));
    outgoing_.insert(outgoing_.end(), content.begin(), content.end());
  }

  void take_in(ByteView bytes) { incoming_.insert(incoming_.end(), bytes.begin(), bytes.end()); }

  struct Message {
    Kind kind;
    Bytes content;
  };
  // Errors: corrupt (a length beyond the bound).
  Result<std::optional<Message>> next() {
    if (incoming_.size() < kHeaderBytes) return std::optional<Message>();
    std::uint32_t length = 0;
    for (int i = 0; i < 4; ++i) length |= std::uint32_t{incoming_[static_cast<std::size_t>(i) + 1]} << (8 * i);
    if (length > kPairingMessageBytesMax) return corrupt("a message of the other side is longer than pairing allows", {}, "Nothing was changed here. Bring both laptops to the same version, then pair anew.");
    if (incoming_.size() < kHeaderBytes + length) return std::optional<Message>();
    const auto end = incoming_.begin() + static_cast<std::ptrdiff_t>(kHeaderBytes + length);
    Message message{static_cast<Kind>(incoming_[0]), Bytes(incoming_.begin() + kHeaderBytes, end)};
    incoming_.erase(incoming_.begin(), end);
    return std::optional(std::move(message));
  }

  Bytes take_output() { return std::exchange(outgoing_, {}); }
  bool has_output() const { return !outgoing_.empty(); }

 private:
  Bytes incoming_;
  Bytes outgoing_;
};

Mac proof(const PairingSecret& secret, std::string_view role, const Peer& peer, const PublicKey& guest, const PublicKey& host) {
  return hmac_sha256(secret.view(), {view_of("evenhand/pair/1/"), view_of(role), peer.channel.view(), guest.view(), host.view()});
}

bool proves(const Bytes& content, const Mac& wanted) {
  const auto given = Mac::from(content);
  return given && is_same(*given, wanted);
}

// What both sides share: reading, a refusal told before leaving, the end.
class Pairing : public Exchange {
 public:
  Pairing(const Peer& peer, std::function<void(const Result<void>&)> ended) : peer_(peer), ended_(std::move(ended)) {}

  Result<void> receive(ByteView bytes) override {
    messages_.take_in(bytes);
    while (true) {
      EVENHAND_TRY(auto message, messages_.next());
      if (!message) return {};
      if (message->kind == Kind::refusal) return refused("the other side refused: " + told(message->content), {}, after_refusal());
      if (const Result<void> taken = take(*message); !taken) {
        const std::string why = taken.error().what;
        messages_.add(Kind::refusal, view_of(why).first(std::min(why.size(), kRefusalBytesMax)));
        return taken;
      }
    }
  }
  Bytes take_output(std::size_t) override { return messages_.take_output(); }
  bool is_finished() const override { return is_done_ && !messages_.has_output(); }
  void ended(const Result<void>& how) override {
    if (ended_) ended_(!how && is_settled_ ? Result<void>() : how);
  }

 protected:
  virtual Result<void> take(const Messages::Message& message) = 0;
  virtual std::string after_refusal() const = 0;  ///< what a person does then
  Error unexpected() const { return corrupt("the other side does not keep to the order of pairing", peer_.address, "Nothing was changed here. Bring both laptops to the same version, then pair anew."); }

  Peer peer_;
  Messages messages_;
  bool is_settled_ = false;  ///< both know that it worked; only goodbyes are left
  bool is_done_ = false;

 private:
  // Foreign words for a person to read: bounded, printable.
  static std::string told(const Bytes& content) {
    std::string text(text_of(ByteView(content).first(std::min(content.size(), kRefusalBytesMax))));
    for (char& c : text) {
      if (static_cast<unsigned char>(c) < ' ') c = ' ';
    }
    return is_utf8(text) ? text : "(unreadable)";
  }

  std::function<void(const Result<void>&)> ended_;
};

class HostPairing : public Pairing {
 public:
  HostPairing(const Peer& peer, PairingHost host) : Pairing(peer, std::move(host.ended)), host_(std::move(host)) {}
  bool is_with_stranger() const override { return !is_proved_; }

 private:
  std::string after_refusal() const override { return "The other laptop says what it needs. The code stays good until it is used or ten minutes have passed."; }
  Result<void> take(const Messages::Message& message) override {
    if (message.kind == Kind::proof && !is_proved_) return take_proof(message.content);
    if (message.kind == Kind::acceptance && is_proved_ && !is_settled_) return take_acceptance(message.content);
    if (message.kind == Kind::goodbye && is_settled_) {
      is_done_ = true;
      return {};
    }
    return unexpected();
  }

  Result<void> take_proof(const Bytes& content) {
    if (!host_.ticket->is_open()) return refused("this code was used already, ran out, or was tried too often", peer_.address, "Show a new one with: evenhand pair");
    if (!proves(content, proof(host_.ticket->secret(), "guest", peer_, peer_.device, host_.own))) {
      host_.ticket->note_wrong_try();
      return refused("the code is not the one that is shown", peer_.address, "Compare it with the other screen.");
    }
    is_proved_ = true;
    messages_.add(Kind::proof, proof(host_.ticket->secret(), "host", peer_, peer_.device, host_.own).view());
    messages_.add(Kind::invitation, host_.invitation);
    return {};
  }

  Result<void> take_acceptance(const Bytes& content) {
    if (!host_.ticket->is_open()) return refused("this code was used already, or ran out", peer_.address, "Show a new one with: evenhand pair");
    EVENHAND_TRY(const Bytes receipt, host_.admit(peer_, content));
    host_.ticket->use();
    is_settled_ = true;
    messages_.add(Kind::receipt, receipt);
    return {};
  }

  PairingHost host_;
  bool is_proved_ = false;
};

class GuestPairing : public Pairing {
 public:
  GuestPairing(const Peer& peer, PairingGuest guest) : Pairing(peer, std::move(guest.ended)), guest_(std::move(guest)) {
    messages_.add(Kind::proof, proof(guest_.secret, "guest", peer_, guest_.own, peer_.device).view());
  }
  void ended(const Result<void>& how) override {
    if (how || how.error().code != ErrorCode::unavailable) return Pairing::ended(how);
    Pairing::ended(is_proved_ ? unavailable(how.error().what, peer_.address, "Type the code again. If it was used, ask them to look at evenhand partner list, and to run evenhand pair again.")
                              : unavailable("the other laptop is waiting for nobody", peer_.address, std::string(kAskForNewCode)));
  }

 private:
  std::string after_refusal() const override {
    return is_proved_ ? "The code was right. Ask them to put right there what it says, then to run evenhand pair again." : "Compare the code with the other screen. " + std::string(kAskForNewCode);
  }

  Result<void> take(const Messages::Message& message) override {
    if (message.kind == Kind::proof && !is_proved_) {
      if (!proves(message.content, proof(guest_.secret, "host", peer_, guest_.own, peer_.device))) {
        return refused("the other device does not know the code", peer_.address, "Do not go on: somebody may stand between you.");
      }
      is_proved_ = true;
      return {};
    }
    if (message.kind == Kind::invitation && is_proved_ && !has_accepted_) {
      EVENHAND_TRY(const Bytes acceptance, guest_.accept(peer_, message.content));
      has_accepted_ = true;
      messages_.add(Kind::acceptance, acceptance);
      return {};
    }
    if (message.kind == Kind::receipt && has_accepted_ && !is_settled_) {
      EVENHAND_CHECK(guest_.admitted(peer_, message.content));
      is_settled_ = is_done_ = true;
      messages_.add(Kind::goodbye, {});
      return {};
    }
    return unexpected();
  }

  PairingGuest guest_;
  bool is_proved_ = false;
  bool has_accepted_ = false;
};

}  // namespace

Result<std::unique_ptr<Exchange>> pair_as_host(const Peer& peer, PairingHost host) {
  if (!host.ticket->is_open()) return refused("no code is waiting to be used", peer.address, "Show one with: evenhand pair");
  return std::unique_ptr<Exchange>(std::make_unique<HostPairing>(peer, std::move(host)));
}

std::unique_ptr<Exchange> pair_as_guest(const Peer& peer, PairingGuest guest) { return std::make_unique<GuestPairing>(peer, std::move(guest)); }

}  // namespace evenhand
