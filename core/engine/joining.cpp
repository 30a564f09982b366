// Invitation and acceptance: their bytes, and what accepting one makes.
#include <algorithm>

#include "core/codec/archive.h"
#include "core/engine/membership.h"
#include "core/engine/workspace_state.h"

namespace evenhand {

namespace {

constexpr std::string_view kInvitationMagic = "EHINVIT1";
constexpr std::string_view kAcceptanceMagic = "EHREPLY1";
constexpr int kFingerprintRounds = 50'000;

Bytes signed_message(ByteView unsigned_bytes) {
  static constexpr std::string_view kDomain{"evenhand/joining/1\0", 19};
  CanonicalOutput out;
  out.raw(view_of(kDomain));
  out.raw(unsigned_bytes);
  return out.take();
}

template <class T>
Bytes sealed_by(const KeyPair& device, std::string_view magic, const T& body) {
  CanonicalOutput unsigned_bytes;
  unsigned_bytes.raw(view_of(magic));
  unsigned_bytes(body);
  const Bytes before = unsigned_bytes.take();
  CanonicalOutput out;
  out.raw(before);
  out(device.sign(signed_message(before)));
  return out.take();
}

template <class T>
Result<T> opened(ByteView bytes, std::string_view magic, std::string_view what) {
  if (bytes.size() > kJoiningBytesMax) return refused("this is too long for an " + std::string(what), std::to_string(bytes.size()) + " bytes");
  if (bytes.size() < magic.size() + Signature::kSize || text_of(bytes.first(magic.size() - 1)) != magic.substr(0, magic.size() - 1)) {
    return corrupt("this is no " + std::string(what), "byte 0");
  }
  if (text_of(bytes.first(magic.size())) != magic) return refused("this " + std::string(what) + " was written by a newer version", "byte 7", "Install that version.");
  const ByteView before = bytes.first(bytes.size() - Signature::kSize);
  EVENHAND_TRY(T body, decode_untrusted<T>(before.subspan(magic.size()), what));
  if (!verify(body.device, signed_message(before), *Signature::from(bytes.last(Signature::kSize)))) {
    return corrupt("the signature of this " + std::string(what) + " does not fit it", "byte " + std::to_string(before.size()), "Ask for it again.");
  }
  return body;
}

bool is_line(const std::string& text) {
  return !text.empty() && text.size() <= kJoiningTitleBytesMax && is_utf8(text) &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Acceptance acceptance_of(ByteView invitation, const KeyPair& device, const std::string& label) {
  Acceptance acceptance;
  acceptance.invitation.assign(invitation.begin(), invitation.end());
  acceptance.device = device.public_key();
  acceptance.label = label;
  return acceptance;
}

Acceptance acceptance_of_laptop(ByteView bytes, const Invitation& invitation, const KeyPair& device, const std::string& label) {
  Acceptance acceptance = acceptance_of(bytes, device, label);
  acceptance.organisation = invitation.organisation;
  acceptance.title = invitation.title;
  acceptance.root = invitation.root;
  return acceptance;
}

// Somebody else could call itself by our identity; our root key, and our own two spaces, it cannot have.
Result<void> check_own_words(const Workspace& workspace, const Invitation& invitation) {
  const auto& own = workspace.space_of(SpaceKind::organisation).fold.access().charter();
  if (!own || own->root != invitation.root) return refused("that invitation names another root key than this organisation's", invitation.title);
  for (const Charter& charter : invitation.spaces) {
    const bool is_cycle = charter.kind == static_cast<std::uint8_t>(SpaceKind::cycle);
    if (!is_cycle && workspace.find_space(charter.space_id()) == nullptr) return refused("that invitation offers a second space of the organisation's own", invitation.title);
  }
  return {};
}

Result<std::string> own_title(const Workspace& workspace) {
  EVENHAND_TRY(const std::optional<Record> own, workspace.find(workspace.organisation()));
  return own ? own->title() : std::string("An organisation");
}

}  // namespace

std::string fingerprint_of(ByteView joining) {
  static constexpr std::string_view kDomain{"evenhand/fingerprint/1\0", 23};
  Hash hash = sha256({view_of(kDomain), joining});
  for (int i = 0; i < kFingerprintRounds; ++i) hash = sha256(hash.view());
  return short_id_of(*EntityId::from(hash.view().first(EntityId::kSize)));
}

Result<Invitation> read_invitation_untrusted(ByteView bytes) {
  EVENHAND_TRY(Invitation invitation, opened<Invitation>(bytes, kInvitationMagic, "invitation"));
  if (!is_line(invitation.title)) return corrupt("the invitation names its sender in no single line");
  if (invitation.spaces.empty() || invitation.spaces.size() > kSpacesOfferedMax) return corrupt("the invitation offers no space, or too many");
  for (const Charter& charter : invitation.spaces) {
    const bool is_cycle = charter.kind == static_cast<std::uint8_t>(SpaceKind::cycle);
    if (charter.kind > static_cast<std::uint8_t>(SpaceKind::cycle) || !is_line(charter.title)) return corrupt("the invitation offers a space that is none");
    if (!is_cycle && !invitation.is_same_organisation) return corrupt("the invitation offers what no partner ever receives");
    if (!is_cycle && (charter.organisation != invitation.organisation || charter.root != invitation.root)) return corrupt("the invitation offers a space of somebody else");
  }
  return invitation;
}

Result<Acceptance> read_acceptance_untrusted(ByteView bytes) {
  EVENHAND_TRY(Acceptance acceptance, opened<Acceptance>(bytes, kAcceptanceMagic, "reply"));
  if (!is_line(acceptance.label) || !is_line(acceptance.title)) return corrupt("the reply names its sender in no single line");
  EVENHAND_TRY(const Invitation invitation, read_invitation_untrusted(acceptance.invitation));
  if (invitation.is_same_organisation) {
    const bool fits = acceptance.organisation == invitation.organisation && acceptance.root == invitation.root && acceptance.certificates.empty();
    if (!fits) return corrupt("the reply speaks for another organisation than was invited");
    return acceptance;
  }
  if (acceptance.certificates.size() != invitation.spaces.size()) return corrupt("the reply does not answer for every space");
  for (std::size_t i = 0; i < invitation.spaces.size(); ++i) {
    const Certificate& certificate = acceptance.certificates[i];
    const bool fits = certificate.device == acceptance.device && certificate.organisation == acceptance.organisation && is_line(certificate.label) &&
                      certificate.is_signed_by(acceptance.root, invitation.spaces[i].space_id());
    if (!fits) return corrupt("a certificate in the reply does not fit", "space " + std::to_string(i + 1));
  }
  return acceptance;
}

Result<Bytes> invite(const Workspace& workspace, const std::vector<SpaceId>& spaces, bool is_same_organisation) {
  const Keystore& keys = workspace.keystore();
  if (is_same_organisation && !keys.has_root()) {
    return refused("only the first laptop of an organisation can bring in further ones: its root key lies there", "rights");
  }
  Invitation invitation;
  invitation.device = keys.device().public_key();
  invitation.organisation = workspace.organisation();
  // A laptop without the root says whose it is by what its organisation space says.
  const auto& own = workspace.space_of(SpaceKind::organisation).fold.access().charter();
  if (!own) return refused("this laptop has not been admitted itself yet", "rights");
  invitation.root = own->root;
  EVENHAND_TRY(invitation.title, own_title(workspace));
  invitation.is_same_organisation = is_same_organisation;
  invitation.nonce = workspace.state().random.make_id<decltype(invitation.nonce)>();
  for (const SpaceId& id : spaces) {
    const Space* space = workspace.find_space(id);
    if (space == nullptr) return not_found("there is no such space here", id.hex().substr(0, 16), "See: evenhand space list");
    const Access& access = space->fold.access();
    EVENHAND_CHECK(check_not_retired(*space));
    if (!access.charter() || !access.find_grant(invitation.device, Capability::admin)) return refused("this device is no admin of the space", "rights", "Ask an admin of the space.");
    if (space->kind != SpaceKind::cycle && !is_same_organisation) return refused("a partner is invited to cycle spaces only", std::string(to_word(space->kind)) + " space");
    invitation.spaces.push_back(*access.charter());
  }
  Bytes bytes = sealed_by(keys.device(), kInvitationMagic, invitation);
  EVENHAND_TRY(const Invitation readable, read_invitation_untrusted(bytes));  // what the other side would refuse is refused here
  (void)readable;
  return bytes;
}

Result<void> check_title(const std::string& text, const std::string& what) {
  const bool is_blank = text.find_first_not_of(' ') == std::string::npos;
  if (!is_blank && is_line(text)) return {};
  return refused(what + " is one line of readable text of at most " + std::to_string(kJoiningTitleBytesMax) + " bytes", "title", "Type it anew.");
}

Result<Bytes> accept(Workspace& workspace, ByteView bytes, const std::string& label) {
  EVENHAND_TRY(const Invitation invitation, read_invitation_untrusted(bytes));
  const Keystore& keys = workspace.keystore();
  EVENHAND_CHECK(workspace.hold());
  EVENHAND_CHECK(check_title(label, "the name of this device"));
  if (invitation.device == keys.device().public_key()) return refused("this is an invitation of your own", "", "Give it to the one that you invite.");
  const bool is_own = invitation.organisation == workspace.organisation();
  if (invitation.is_same_organisation && !is_own) {
    return refused("this invitation is for a further laptop of " + invitation.title, "", "Start such a laptop with: evenhand init --join FILE --to REPLY");
  }
  if (invitation.is_same_organisation) EVENHAND_CHECK(check_own_words(workspace, invitation));
  if (!invitation.is_same_organisation && !keys.has_root()) {
    return refused("only the first laptop of an organisation can join for it: its root key lies there", "rights", "Take the invitation to that laptop.");
  }
  Acceptance acceptance = acceptance_of_laptop(bytes, invitation, keys.device(), label);
  if (!invitation.is_same_organisation) {
    if (is_own) return refused("this invitation is for another organisation", "", "For a laptop of your own: evenhand partner invite --same-organisation");
    acceptance.organisation = workspace.organisation();
    acceptance.root = keys.root().public_key();
    EVENHAND_TRY(acceptance.title, own_title(workspace));
    for (const Charter& charter : invitation.spaces) {
      acceptance.certificates.push_back(Certificate::make(keys.root(), charter.space_id(), acceptance.organisation, acceptance.device, label));
    }
  }
  if (!workspace.state().rehearses) EVENHAND_CHECK(workspace.state().add_spaces(invitation.spaces));
  return sealed_by(keys.device(), kAcceptanceMagic, acceptance);
}

Result<Bytes> join_organisation(const std::filesystem::path& folder, ByteView bytes, const std::string& label, Clock& clock, Random& random) {
  EVENHAND_TRY(const Invitation invitation, read_invitation_untrusted(bytes));
  EVENHAND_CHECK(check_title(label, "the name of this device"));
  if (!invitation.is_same_organisation) {
    return refused("this invitation is for another organisation, which has a workspace of its own", "", "Take it there with: evenhand join FILE --to REPLY");
  }
  for (const SpaceKind kind : {SpaceKind::organisation, SpaceKind::people, SpaceKind::cycle}) {
    const auto is_kind = [&](const Charter& charter) { return charter.kind == static_cast<std::uint8_t>(kind); };
    if (std::none_of(invitation.spaces.begin(), invitation.spaces.end(), is_kind)) {
      return refused("this invitation offers no " + std::string(to_word(kind)) + " space, so no laptop can start from it");
    }
  }
  EVENHAND_CHECK(make_new_folder(folder));
  Workspace::State state{folder, OpenMode::read_write, clock, random, {}, {}, invitation.organisation, {}, {}};
  EVENHAND_TRY(state.keystore, Keystore::create(folder / "keys", random, Keystore::Makes::device_only));
  for (const Charter& charter : invitation.spaces) {
    if (charter.kind == static_cast<std::uint8_t>(SpaceKind::cycle) && state.current_cycle.is_zero()) state.current_cycle = charter.space_id();
  }
  EVENHAND_CHECK(state.add_spaces(invitation.spaces));
  return sealed_by(state.keystore->device(), kAcceptanceMagic, acceptance_of_laptop(bytes, invitation, state.keystore->device(), label));
}

Result<Bytes> accept_as_hub(const KeyPair& device, ByteView bytes, const std::string& label) {
  EVENHAND_TRY(const Invitation invitation, read_invitation_untrusted(bytes));
  EVENHAND_CHECK(check_title(label, "the name of this hub"));
  if (!invitation.is_same_organisation) return refused("this invitation is for another organisation, not for a hub", "", "Make one with: evenhand hub invite --to FILE");
  for (const Charter& charter : invitation.spaces) {
    if (charter.kind != static_cast<std::uint8_t>(SpaceKind::cycle)) return refused("a hub carries cycle spaces only", "space");
  }
  return sealed_by(device, kAcceptanceMagic, acceptance_of_laptop(bytes, invitation, device, label));
}

}  // namespace evenhand
