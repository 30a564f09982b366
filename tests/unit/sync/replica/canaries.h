/// A trust full of canaries, and a look into everything that leaves it.
///
/// Every record type whose home is the organisation or its people gets a record with a canary in every text, from the vocabulary,
/// so that a new type is covered by itself; so do types that a plugin declares, attachments, file names and device labels.
/// What left is opened as far as any of its readers could, and searched for canaries and for the ids and keys of what is private.
#pragma once

#include <algorithm>
#include <fstream>

#include "core/codec/archive.h"
#include "core/engine/attachments.h"
#include "core/engine/share.h"
#include "core/engine/sign_off.h"
#include "core/engine/workspace_state.h"
#include "core/record/declared_types.h"
#include "core/record/value.h"
#include "tests/support/declared_sample.h"
#include "tests/support/trusts.h"

namespace evenhand::test {

inline std::string canary_of(const RecordSpec& spec, const FieldSpec& field) { return "canary-" + std::string(spec.name) + "-" + std::string(field.name); }

inline bool is_text(const FieldSpec& field) { return field.type == FieldType::word || field.type == FieldType::prose || field.type == FieldType::words; }

inline bool has_blob(const RecordSpec& spec) {
  return std::any_of(spec.fields.begin(), spec.fields.end(), [](const FieldSpec& field) { return field.type == FieldType::blob; });
}

/// Every field of the type, texts as canaries that name type and field.
inline RecordChange full_record(const RecordSpec& spec, const EntityId& organisation, const EntityId& cycle, Random& random) {
  RecordChange change{std::string(spec.name), {}, Verb::changed, {}};
  for (const FieldSpec& field : spec.fields) {
    const std::string name(field.name);
    if (field.type == FieldType::words) {
      change.set.push_back({name, std::vector<std::string>{canary_of(spec, field)}});
    } else if (is_text(field)) {
      change.set.push_back({name, canary_of(spec, field)});
    } else if (field.type == FieldType::reference) {
      change.set.push_back({name, field.choices == "organisation" ? organisation : field.choices == "cycle" ? cycle : random.make_id<EntityId>()});
    } else if (field.type == FieldType::references) {
      change.set.push_back({name, std::vector<EntityId>{random.make_id<EntityId>()}});
    } else if (field.type == FieldType::blob) {
      change.set.push_back({name, AttachedBlob{random.make_id<Hash>(), 5, "text/plain"}});
    } else {
      const std::string text(field.type == FieldType::choice ? field.choices.substr(0, field.choices.find('|')) : field.example.empty() ? "1" : field.example);
      auto value = parse_value(field, text);
      INFO(spec.name << "." << field.name << " " << text);
      REQUIRE(value.ok());
      change.set.push_back({name, *value});
    }
  }
  return change;
}

/// A host with everything private that there can be, and a partner in its cycle space.
struct Host {
  Laptop host{21};
  Laptop guest{22};
  EntityId cycle;                           ///< the record, in the space that they share
  std::map<std::string, EntityId> records;  ///< one of each type at home in the organisation or with its people

  explicit Host(const std::string& name = "Host") {
    std::string definition = sample_definition("canary", "organisation");
    definition.replace(definition.find("A walk round"), 6, "canary");
    good(declare_record_type(definition));
    CHECK_FALSE(declare_record_type(sample_definition("canary", "people")).ok());  // there is no declared type about people
    host.found(name);
    guest.found("Guest");
    let_in(host, guest, kPartner);
    cycle = entered(*host, {"cycle", {}, Verb::changed, {{"title", std::string("EDS 2025/26")}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}}}).entities.front();
    for (const RecordSpec* spec : all_record_types()) {
      if (home_of(*spec) == SpaceKind::cycle || spec->name == "batch") continue;
      Command command;
      command.is_import = true;  // its references name nothing
      command.changes.push_back(full_record(*spec, host->organisation(), cycle, host.random));
      INFO(spec->name);
      records[std::string(spec->name)] = good(host->submit(command)).entities.front();
    }
    std::ofstream(host.scratch / "canary-file-name.txt") << "canary-file-bytes";
    const EntityId attached_to = records.at("evidence");
    records["attached"] = good(attach(*host, attached_to, host.scratch / "canary-file-name.txt", "canary-file-title")).file;
  }
};

/// Something that left, as far as a reader can open it.
struct Left {
  std::string carrier;
  std::string clear;
};

/// What must not leave, by name: canaries, and the ids and keys of whatever is private, as bytes and as hexadecimal.
class Secrets {
 public:
  explicit Secrets(Laptop& host) {
    add_text("canary", "a canary");
    for (const Space& space : host->spaces()) {
      const bool is_private = space.kind != SpaceKind::cycle;
      if (is_private) add_bytes(space.id.view(), "the id of a private space");
      if (is_private) add_key(host->current_epoch(space.id), "the key of a private space");
      if (is_private) add_blobs(space);
    }
    for (const RecordSpec* spec : all_record_types()) {
      if (home_of(*spec) == SpaceKind::cycle) continue;
      for (const Record& record : good(host->records(spec->name))) {
        if (host->organisation() == record.id() || stands_shared(*host, record)) continue;
        add_bytes(record.id().view(), "the id of a private " + std::string(spec->name));
      }
    }
    for (const Keystore::PersonKey& one : host->keystore().person_keys()) add_key(&one.key, "the key of a person");
    add_bytes(host->keystore().device().seed(), "the secret of the device");
    if (host->keystore().has_root()) add_bytes(host->keystore().root().seed(), "the secret of the organisation");
    add_text(host.scratch.folder().string(), "a path on the laptop");
  }

  /// "carrier: what", once for each.
  std::vector<std::string> found_in(const std::vector<Left>& all) const {
    std::vector<std::string> found;
    for (const Left& one : all) {
      for (const auto& [bytes, what] : wanted_) {
        if (one.clear.find(bytes) != std::string::npos) found.push_back(one.carrier + ": " + what);
      }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }
  std::size_t size() const { return wanted_.size(); }

  void add_bytes(ByteView bytes, const std::string& what) {
    wanted_.emplace_back(std::string(text_of(bytes)), what);
    wanted_.emplace_back(to_hex(bytes), what + ", in hexadecimal");
  }

 private:
  void add_text(const std::string& text, const std::string& what) {
    add_bytes(view_of(text), what);
    std::string wide;
    for (const char letter : text) wide += {letter, '\0'};
    wanted_.emplace_back(std::move(wide), what + ", in UTF-16");
  }
  // An import has one batch in all spaces that it touches; all that a shared one has of it is that id.
  static bool stands_shared(const Workspace& workspace, const Record& record) {
    if (record.spec().name != "batch") return false;
    return std::any_of(workspace.spaces().begin(), workspace.spaces().end(), [&](const Space& space) { return space.kind == SpaceKind::cycle && good(space.fold.find(record.id())).has_value(); });
  }
  void add_key(const SealKey* key, const std::string& what) {
    REQUIRE(key != nullptr);
    add_bytes(key->bytes, what);
  }
  void add_blobs(const Space& space) {
    std::error_code none;
    if (!std::filesystem::exists(space.folder / "blobs", none)) return;
    for (const BlobAddress& address : good(good(BlobStore::open(space.folder / "blobs", OpenMode::read_only)).list())) add_bytes(address.view(), "the address of a private attachment");
  }

  std::vector<std::pair<std::string, std::string>> wanted_;
};

/// Every byte of every file below the folder, each file by itself.
inline std::vector<Left> files_below(const std::filesystem::path& folder, const std::string& carrier) {
  std::vector<Left> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.push_back({carrier, std::string(std::istreambuf_iterator<char>(file), {})});
    all.push_back({carrier, entry.path().lexically_relative(folder).string()});
  }
  return all;
}

}  // namespace evenhand::test
