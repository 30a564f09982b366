// Which sign-offs there are, who approved what, and which one is in force.
#include "core/engine/sign_off.h"

#include <algorithm>
#include <set>

#include "core/codec/archive.h"
#include "core/engine/record_events.h"

namespace evenhand {

namespace {

const RecordSpec& sign_off_type() { return *find_record_type("sign_off"); }

// What the first event of a record said, field by field: later edits change nothing of it.
class FirstWords {
 public:
  FirstWords(const RecordSpec& spec, const RecordEvent& event) : spec_(spec), event_(event) {}

  std::optional<Value> value(std::string_view name) const {
    const FieldSpec& field = *spec_.find_field(name);
    const OwnedChange* change = event_.find(field.id);
    if (change == nullptr || change->value.empty()) return std::nullopt;
    if (is_items(field)) {
      const auto items = decode_untrusted<ItemsChange>(change->value, name);
      auto decoded = items ? decode_items(field, items->added) : Result<Value>(items.error());
      return decoded ? std::optional(std::move(*decoded)) : std::nullopt;
    }
    auto decoded = decode_value(field, change->value);
    return decoded ? std::optional(std::move(*decoded)) : std::nullopt;
  }
  template <class T>
  T get(std::string_view name) const {
    const auto found = value(name);
    const T* typed = found ? std::get_if<T>(&*found) : nullptr;
    return typed == nullptr ? T{} : *typed;
  }

 private:
  const RecordSpec& spec_;
  const RecordEvent& event_;
};

// The request: the event that nothing came before. Several would be a forger's work; then the smallest hash is it, and no
// approval of another one fits.
const RecordEvent* request_of(const RecordEvents& all) {
  const RecordEvent* first = nullptr;
  for (const RecordEvent& event : all.events) {
    const bool is_first = event.parents.empty() && event.standing == Standing::counts && event.has_body && event.type == "sign_off.changed";
    if (is_first && (first == nullptr || event.hash < first->hash)) first = &event;
  }
  return first;
}

// Whatever any event of the record brought as a part: the request names those that it means by their hashes.
std::vector<std::string> parts_in(const RecordEvents& all) {
  std::vector<std::string> parts;
  for (const RecordEvent& event : all.events) {
    const FirstWords words(sign_off_type(), event);
    if (auto part = words.get<std::string>("cut_part"); !part.empty()) parts.push_back(std::move(part));
  }
  return parts;
}

Bytes statement(const SpaceId& space, const EntityId& sign_off, const Hash& request, const std::string& seat, bool approves) {
  return encode(std::string("evenhand/approval/1"), space, sign_off, request, seat, approves);
}

bool is_signed(const Record& approval, const SpaceId& space, const SignOff& sign_off, Approval& read) {
  const auto key = PublicKey::from_hex(approval.text("person_key"));
  const auto signature = Signature::from_hex(approval.text("person_signature"));
  if (!key || !signature || approval.text("request") != sign_off.request.hex()) return false;
  read.key = *key;
  return verify(*key, statement(space, sign_off.id, sign_off.request, read.seat, read.verdict == "approved"), *signature);
}

void count_approvals(SignOff& sign_off) {
  std::set<std::string> seats;
  std::set<PublicKey> keys;
  for (const Approval& approval : sign_off.approvals) {
    if (!approval.is_good || approval.verdict != "approved" || seats.contains(approval.seat) || keys.contains(approval.key)) continue;
    seats.insert(approval.seat);
    keys.insert(approval.key);
  }
  sign_off.is_complete = sign_off.seats_needed > 0 && seats.size() >= sign_off.seats_needed;
}

Result<std::optional<SignOff>> read_sign_off(const Space& space, const Record& record, const std::vector<Record>& approvals) {
  EVENHAND_TRY(const RecordEvents events, read_events(space, record.id()));
  const RecordEvent* request = request_of(events);
  if (request == nullptr) return std::optional<SignOff>();
  const FirstWords words(sign_off_type(), *request);
  SignOff sign_off;
  sign_off.id = record.id();
  sign_off.title = words.get<std::string>("title");
  sign_off.subject = {words.get<std::string>("scope"), words.get<EntityId>("organisation"), words.get<EntityId>("cycle"),
                      words.get<std::vector<EntityId>>("entities"), words.get<std::vector<std::string>>("subject")};
  sign_off.seats_needed = static_cast<std::size_t>(std::max<std::int64_t>(0, words.get<std::int64_t>("seats_needed")));
  sign_off.seats = words.get<std::vector<std::string>>("seats");
  sign_off.waived = words.get<std::vector<std::string>>("waived");
  sign_off.digest = words.get<std::string>("snapshot");
  sign_off.content = words.get<AttachedBlob>("content");
  if (const EntityId replaced = words.get<EntityId>("replaces"); !replaced.is_zero()) sign_off.replaces = replaced;
  sign_off.request = request->hash;
  if (auto cuts = cut_from_words_untrusted({words.get<std::string>("cut"), parts_in(events)})) {
    sign_off.cuts = std::move(*cuts);
    sign_off.has_cut = true;
  }
  for (const Record& approval : approvals) {
    if (approval.reference("sign_off") != record.id()) continue;
    Approval read{approval.id(), approval.text("seat"), approval.text("verdict"), {}, false};
    const bool may = sign_off.seats.empty() || std::find(sign_off.seats.begin(), sign_off.seats.end(), read.seat) != sign_off.seats.end();
    read.is_good = is_signed(approval, space.id, sign_off, read) && may;
    sign_off.approvals.push_back(std::move(read));
  }
  std::sort(sign_off.approvals.begin(), sign_off.approvals.end(), [](const Approval& a, const Approval& b) { return a.id < b.id; });
  count_approvals(sign_off);
  const bool declined = std::any_of(sign_off.approvals.begin(), sign_off.approvals.end(), [](const Approval& a) { return a.is_good && a.verdict == "declined"; });
  sign_off.state = record.text("status") == "superseded" ? SignState::set_aside : declined && !sign_off.is_complete ? SignState::declined : SignState::asked;
  return std::optional(std::move(sign_off));
}

bool is_one_subject(const SignOff& a, const SignOff& b) {
  return a.subject.scope == b.subject.scope && a.subject.organisation == b.subject.organisation && a.subject.cycle == b.subject.cycle;
}

bool are_alike(const std::vector<std::string>& a, const std::vector<std::string>& b) { return std::is_permutation(a.begin(), a.end(), b.begin(), b.end()); }

// Two that people signed without knowing of each other, word for word alike, and that asked the same of them: no rivals.
bool say_the_same(const SignOff& a, const SignOff& b) {
  const bool ask_the_same = a.seats_needed == b.seats_needed && are_alike(a.seats, b.seats) && are_alike(a.waived, b.waived);
  return a.is_complete && b.is_complete && is_one_subject(a, b) && a.digest == b.digest && a.replaces == b.replaces && ask_the_same;
}

// A complete one that amends this one or one that says the same, itself or by way of others.
bool is_amended(const SignOff& one, const std::vector<SignOff>& all, std::size_t steps) {
  const auto is_replaced_by = [&](const SignOff& other) {
    return std::any_of(all.begin(), all.end(), [&](const SignOff& twin) { return other.replaces == twin.id && (twin.id == one.id || say_the_same(twin, one)); });
  };
  return steps > 0 && std::any_of(all.begin(), all.end(), [&](const SignOff& other) {
    if (other.id == one.id || other.state == SignState::set_aside || !is_replaced_by(other)) return false;
    return other.is_complete || is_amended(other, all, steps - 1);
  });
}

void settle_states(std::vector<SignOff>& all) {
  for (SignOff& one : all) {  // in order of id, so that the first of them stays
    const auto stands = [&](const SignOff& other) { return other.id < one.id && other.state == SignState::asked && say_the_same(one, other); };
    if (one.state == SignState::asked && std::any_of(all.begin(), all.end(), stands)) one.state = SignState::set_aside;
  }
  for (SignOff& one : all) {
    if (one.is_complete && one.state == SignState::asked) one.state = is_amended(one, all, all.size()) ? SignState::amended : SignState::in_force;
  }
  std::vector<std::size_t> contested;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j) {
      if (i != j && all[i].state == SignState::in_force && all[j].state == SignState::in_force && is_one_subject(all[i], all[j])) contested.push_back(i);
    }
  }
  for (const std::size_t i : contested) all[i].state = SignState::contested;
}

}  // namespace

std::string_view to_word(SignState state) {
  switch (state) {
    case SignState::asked: return "asked";
    case SignState::declined: return "declined";
    case SignState::in_force: return "in force";
    case SignState::contested: return "contested";
    case SignState::amended: return "amended";
    case SignState::set_aside: return "set aside";
  }
  return "";
}

Result<std::vector<SignOff>> sign_offs(const Workspace& workspace) {
  std::vector<SignOff> all;
  EVENHAND_TRY(const std::vector<Record> records, workspace.records("sign_off"));
  EVENHAND_TRY(const std::vector<Record> approvals, workspace.records("approval"));
  for (const Space& space : workspace.spaces()) {
    if (space.kind != home_of(sign_off_type())) continue;
    for (const Record& record : records) {
      EVENHAND_TRY(std::optional<SignOff> one, read_sign_off(space, record, approvals));
      if (one) all.push_back(std::move(*one));
    }
  }
  std::sort(all.begin(), all.end(), [](const SignOff& a, const SignOff& b) { return a.id < b.id; });
  settle_states(all);
  return all;
}

Result<SignOff> sign_off_of(const Workspace& workspace, const EntityId& id) {
  EVENHAND_TRY(std::vector<SignOff> all, sign_offs(workspace));
  for (SignOff& one : all) {
    if (one.id == id) return std::move(one);
  }
  return not_found("there is no such sign-off, or its request is not on this laptop", short_id_of(id), "See: evenhand signoff status");
}

Result<EntityId> give_verdict(Workspace& workspace, const SignOff& sign_off, const std::string& seat, bool approves, const std::string& reason, const KeyPair& seal) {
  if (!sign_off.seats.empty() && std::find(sign_off.seats.begin(), sign_off.seats.end(), seat) == sign_off.seats.end()) {
    std::string list;
    for (const std::string& one : sign_off.seats) list += (list.empty() ? "" : ", ") + one;
    return refused("\"" + seat + "\" has no seat in this sign-off", short_id_of(sign_off.id), "Its seats: " + list);
  }
  for (const Approval& approval : sign_off.approvals) {
    if (approval.is_good && (approval.seat == seat || approval.key == seal.public_key())) {
      return refused(approval.seat == seat ? "this seat gave its verdict already" : "this key gave a verdict already, for " + approval.seat, short_id_of(sign_off.id));
    }
  }
  const Space& space = workspace.space_of(home_of(sign_off_type()));
  RecordChange change{"approval", {}, Verb::changed, {}};
  change.set.push_back({"sign_off", sign_off.id});
  change.set.push_back({"seat", seat});
  change.set.push_back({"verdict", std::string(approves ? "approved" : "declined")});
  if (!reason.empty()) change.set.push_back({"reason", reason});
  change.set.push_back({"person_signature", seal.sign(statement(space.id, sign_off.id, sign_off.request, seat, approves)).hex()});
  change.set.push_back({"person_key", seal.public_key().hex()});
  change.set.push_back({"request", sign_off.request.hex()});
  Command command;
  command.changes.push_back(std::move(change));
  EVENHAND_TRY(const Receipt receipt, workspace.submit(command));
  return receipt.entities.front();
}

}  // namespace evenhand
