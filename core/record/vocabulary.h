/// The vocabulary: every record type with its fields, in one declarative table.
///
/// From this table come the codec's field ids, validation on entry and import, command help,
/// docs/data-dictionary.md and the field names of the plugin SDK. To add a field, add a row with the
/// next free id; never renumber, never reuse an id, never change a merge rule (old replicas hold old events).
///
/// Threads: constant data. Lifetime: the whole program.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace evenhand {

/// How a field's value is written. The encoding of each is in docs/formats/event.md.
enum class FieldType : std::uint8_t {
  word,        ///< one line of text, 1..300 bytes of UTF-8
  prose,       ///< Markdown text, up to 60 KiB
  integer,     ///< whole number
  decimal,     ///< number with 0..6 decimals, kept as written (7.50 stays 7.50)
  grade,       ///< 0..3 in steps of 0.5; stored as half points 0..6
  flag,        ///< yes or no
  date,        ///< day, month, quarter, year, end of year, ongoing: precision kept with the words as written
  choice,      ///< one word out of `choices`
  code,        ///< outcome, domain or question code of the framework ("1A", "2", "3.2")
  reference,   ///< another record
  words,       ///< a set of lines (observed-remove set)
  references,  ///< a set of records (observed-remove set)
  blob,        ///< an attachment: address, bytes, media type
};

/// What a field may give away about a living person. Ordered: a document inherits the highest it reads.
enum class DataClass : std::uint8_t { none, aggregate, pseudonymous, free_text, personal, special };

/// What happens when two replicas changed the field, unseen by each other (DESIGN section 3).
enum class MergeRule : std::uint8_t {
  single,         ///< multi-value register: all values shown until a person decides
  text,           ///< the same, and a paragraph-wise 3-way merge is offered
  worse_rag,      ///< the same; until decided roll-ups use the worse colour
  earlier_date,   ///< the same; until decided roll-ups use the earlier date
  not_graded,     ///< the same; until decided the outcome counts as not graded
  withdrawal,     ///< the most restrictive concurrent value wins (consent)
  items,          ///< observed-remove set: additions and removals of items merge
};

/// Where records of a type are at home. Sharing elsewhere is an explicit copy.
enum class HomeSpace : std::uint8_t { organisation, people, cycle };

struct FieldSpec {
  std::uint16_t id;            ///< 1..; never reused within its record type
  std::string_view name;       ///< as in JSON, flags and the SDK
  FieldType type;
  DataClass data_class;
  MergeRule merge;
  std::string_view choices;    ///< choice: "a|b|c"; reference(s): the record type, or "a|b"
  std::string_view unit;       ///< "people", "percent", "votes", …; empty where none
  std::string_view meaning;    ///< one line for help and the data dictionary
  std::string_view example;
  bool required = false;       ///< must be present when a record is created
  std::uint16_t since = 1;     ///< schema version that introduced it
};

struct RecordSpec {
  std::uint16_t id;              ///< 1..; never reused; 0: declared by a plugin
  std::string_view name;         ///< singular, as on the command line
  std::string_view plural;       ///< as in headings
  HomeSpace home;
  std::string_view meaning;
  std::string_view title_field;  ///< the field that names a record in lists
  std::span<const FieldSpec> fields;
  std::uint16_t version = 1;

  const FieldSpec* find_field(std::string_view name) const;
  const FieldSpec* find_field(std::uint16_t id) const;
};

/// All record types that ship, ascending by id.
std::span<const RecordSpec> vocabulary();
/// Finds what a plugin declared too (core/record/declared_types.h). Null: no such type, or declared elsewhere and not known here.
const RecordSpec* find_record_type(std::string_view name);
const RecordSpec* find_record_type(std::uint16_t id);

std::string_view to_word(FieldType type);
std::string_view to_word(DataClass data_class);
std::string_view to_word(MergeRule rule);
std::string_view to_word(HomeSpace space);

}  // namespace evenhand
