#include "core/engine/handover_format.h"

#include "core/codec/archive.h"

namespace evenhand {

namespace {

constexpr std::uint8_t kVersion = 3;
constexpr std::size_t kWarningsMax = 200;  // an answer must fit the asker's queue at once
constexpr std::size_t kWarningBytesMax = 300;

std::uint8_t small_number(BoundedInput& archive, std::uint8_t highest, const char* what) {
  std::uint8_t number = 0;
  archive(number);
  if (number > highest) archive.fail(std::string(what) + " that there is not");
  return number;
}

template <class T>
Value read_as(BoundedInput& archive) {
  T value{};
  archive(value);
  return value;
}

}  // namespace

// Kept out of any nested namespace: the archives find them by the types' own.
// Commands and changes are taken apart whole: a member that is new in command.h does not compile here until it is handed over too.

static void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const GradeValue& grade) { archive(grade.halves); }
static void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, GradeValue& grade) { grade.halves = small_number(archive, 6, "a grade"); }

static void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const Reference& reference) {
  archive(reference.chain, reference.seq, reference.hash);
}
static void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, Reference& reference) { archive(reference.chain, reference.seq, reference.hash); }

static void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const FieldValue& named) {
  archive(named.field, static_cast<std::uint8_t>(named.value.index()));
  std::visit([&](const auto& value) { archive(value); }, named.value);
}
static void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, FieldValue& named) {
  using Read = Value (*)(BoundedInput&);
  static constexpr Read kReaders[] = {read_as<std::string>,  read_as<std::int64_t>,  read_as<Decimal>,
                                      read_as<GradeValue>,   read_as<bool>,          read_as<EntityId>,
                                      read_as<AttachedBlob>, read_as<std::vector<std::string>>, read_as<std::vector<EntityId>>};
  static_assert(std::size(kReaders) == std::variant_size_v<Value>);
  archive(named.field);
  named.value = kReaders[small_number(archive, std::size(kReaders) - 1, "a kind of value")](archive);
  const auto* number = std::get_if<Decimal>(&named.value);
  if (number != nullptr && number->decimals > 6) archive.fail("more than six decimals");
}

static void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const RecordChange& change) {
  const auto& [type, entity, verb, set, add, remove, clear, reopen, reason, seen, undoes] = change;
  archive(type, entity, static_cast<std::uint8_t>(verb), set, add, remove, clear, reopen, reason, seen, undoes);
}
static void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, RecordChange& change) {
  auto& [type, entity, verb, set, add, remove, clear, reopen, reason, seen, undoes] = change;
  archive(type, entity);
  verb = static_cast<Verb>(small_number(archive, static_cast<std::uint8_t>(Verb::removed), "a verb"));
  archive(set, add, remove, clear, reopen, reason, seen, undoes);
}

static void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const Command& command) {
  const auto& [changes, batch, space, in_space, is_import, is_upkeep] = command;
  archive(changes, batch, static_cast<std::uint8_t>(space ? 1 + static_cast<int>(*space) : 0), in_space, is_import, is_upkeep);
}
static void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, Command& command) {
  auto& [changes, batch, space, in_space, is_import, is_upkeep] = command;
  archive(changes, batch);
  const std::uint8_t kind = small_number(archive, 3, "a space");
  if (kind > 0) space = static_cast<SpaceKind>(kind - 1);
  archive(in_space, is_import, is_upkeep);
}

static void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const HandedOver& handed) { archive(handed.is_safe, handed.command); }
static void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, HandedOver& handed) { archive(handed.is_safe, handed.command); }

static void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const Receipt& receipt) {
  archive(receipt.entities, receipt.events, std::uint64_t{receipt.records_written}, receipt.warnings);
}
static void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, Receipt& receipt) {
  std::uint64_t written = 0;
  archive(receipt.entities, receipt.events, written, receipt.warnings);
  receipt.records_written = written;
}

static void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const Refusal& refusal) {
  const Error& error = refusal.error;
  archive(static_cast<std::uint8_t>(error.code), error.what, error.where, error.next);
}
static void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, Refusal& refusal) {
  Error& error = refusal.error;
  error.code = static_cast<ErrorCode>(small_number(archive, static_cast<std::uint8_t>(ErrorCode::unavailable), "an error"));
  archive(error.what, error.where, error.next);
}

namespace {

std::string cut(const std::string& text) {
  if (text.size() <= kWarningBytesMax) return text;
  std::size_t end = kWarningBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

Receipt shortened(Receipt receipt) {
  const std::size_t all = receipt.warnings.size();
  if (all > kWarningsMax) {
    receipt.warnings.resize(kWarningsMax);
    receipt.warnings.push_back("and " + std::to_string(all - kWarningsMax) + " more");
  }
  for (std::string& warning : receipt.warnings) warning = cut(warning);
  return receipt;
}

}  // namespace

Bytes encode_handover(const HandedOver& handed) { return encode(kVersion, handed); }

Result<HandedOver> decode_handover_untrusted(ByteView bytes) {
  if (bytes.empty() || bytes.front() != kVersion) {
    return refused("the workspace is held by another version of evenhand, which does not understand this one", "", "Close it there; nothing was saved.");
  }
  auto handed = decode_untrusted<HandedOver>(bytes.subspan(1), "what was handed over");
  if (!handed) return refused(handed.error().what, handed.error().where, "Nothing was saved.");
  return handed;
}

Bytes encode_answer(const HandoverAnswer& answer) {
  const auto kind = static_cast<std::uint8_t>(1 + answer.index());
  if (const auto* about = std::get_if<AboutToWrite>(&answer)) return encode(kind, shortened(about->receipt));
  if (const auto* receipt = std::get_if<Receipt>(&answer)) return encode(kind, shortened(*receipt));
  return encode(kind, std::get<Refusal>(answer));
}

Result<HandoverAnswer> decode_answer_untrusted(ByteView bytes) {
  constexpr std::string_view kWhat = "the holder's answer";
  const std::uint8_t kind = bytes.empty() ? 0 : bytes.front();
  if (kind == 1 || kind == 2) {
    EVENHAND_TRY(Receipt receipt, decode_untrusted<Receipt>(bytes.subspan(1), kWhat));
    if (kind == 1) return HandoverAnswer(AboutToWrite{std::move(receipt)});
    return HandoverAnswer(std::move(receipt));
  }
  if (kind != 3) return corrupt(std::string(kWhat) + " is of an unknown kind", "byte 0");
  EVENHAND_TRY(Refusal refusal, decode_untrusted<Refusal>(bytes.subspan(1), kWhat));
  return HandoverAnswer(std::move(refusal));
}

}  // namespace evenhand
