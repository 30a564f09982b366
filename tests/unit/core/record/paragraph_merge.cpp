#include "core/record/paragraph_merge.h"

#include <catch2/catch.hpp>

#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

constexpr const char* kBase = "Interpreters are booked.\n\nLetters are in English.\n\nTexts go out.";

std::string merged(std::string_view base, std::string_view ours, std::string_view theirs) {
  const ParagraphMerge result = merge_paragraphs(base, ours, theirs);
  REQUIRE(result.merged.has_value());
  CHECK(result.clashes.empty());
  return *result.merged;
}

}  // namespace

TEST_CASE("changes to different paragraphs join, neighbours too") {
  CHECK(merged(kBase, "Interpreters are booked by text.\n\nLetters are in English.\n\nTexts go out.",
               "Interpreters are booked.\n\nLetters are in nine languages.\n\nTexts go out.") ==
        "Interpreters are booked by text.\n\nLetters are in nine languages.\n\nTexts go out.");
}

TEST_CASE("the same change by both counts once, and a paragraph that one removed stays removed") {
  CHECK(merged(kBase, "Interpreters are booked.\n\nTexts go out.", "Interpreters are booked.\n\nTexts go out.") == "Interpreters are booked.\n\nTexts go out.");
  CHECK(merged(kBase, "Interpreters are booked.\n\nTexts go out.", kBase) == "Interpreters are booked.\n\nTexts go out.");
}

TEST_CASE("paragraphs that both added at one place are both kept, in the same order on every replica") {
  const std::string ours = std::string(kBase) + "\n\nSignposts are new.";
  const std::string theirs = std::string(kBase) + "\n\nDoors are wide.";
  CHECK(merged(kBase, ours, theirs) == std::string(kBase).append("\n\nDoors are wide.\n\nSignposts are new."));
  CHECK(merged(kBase, ours, theirs) == merged(kBase, theirs, ours));
}

TEST_CASE("two versions of one paragraph clash, and the clash shows all three texts") {
  const ParagraphMerge result = merge_paragraphs(kBase, "Interpreters are booked.\n\nLetters are in Polish.\n\nTexts go out.",
                                                 "Interpreters are booked.\n\nLetters are in Urdu.\n\nTexts go out.");
  CHECK_FALSE(result.merged.has_value());
  REQUIRE(result.clashes.size() == 1);
  CHECK(result.clashes.front() == ParagraphClash{"Letters are in English.", "Letters are in Polish.", "Letters are in Urdu."});
}

TEST_CASE("an edit of a paragraph that the other removed clashes instead of vanishing") {
  const ParagraphMerge result = merge_paragraphs(kBase, "Interpreters are booked.\n\nTexts go out.", "Interpreters are booked.\n\nLetters are in Urdu.\n\nTexts go out.");
  REQUIRE(result.clashes.size() == 1);
  CHECK(result.clashes.front().ours.empty());
  CHECK(result.clashes.front().theirs == "Letters are in Urdu.");
}

TEST_CASE("blank lines and line ends of Windows are no change") {
  CHECK(merged(kBase, "Interpreters are booked.\r\n\r\n\r\nLetters are in English.\r\n  \r\nTexts go out.\r\n", "Interpreters are booked.\n\nLetters are in Urdu.\n\nTexts go out.") ==
        "Interpreters are booked.\n\nLetters are in Urdu.\n\nTexts go out.");
}

TEST_CASE("three versions join pairwise, and one clash among them leaves no joined text") {
  const std::vector<std::string> three = {"A2\n\nB\n\nC", "A\n\nB2\n\nC", "A\n\nB\n\nC2"};
  CHECK(merge_paragraphs("A\n\nB\n\nC", three).merged == "A2\n\nB2\n\nC2");
  const std::vector<std::string> clashing = {"A2\n\nB\n\nC", "A\n\nB2\n\nC", "A3\n\nB\n\nC"};
  CHECK_FALSE(merge_paragraphs("A\n\nB\n\nC", clashing).merged.has_value());
  CHECK_FALSE(merge_paragraphs("A", std::vector<std::string>{}).merged.has_value());
}

TEST_CASE("texts too long to compare count as changed as a whole: they clash, and nothing runs for long") {
  std::string base, ours, theirs;
  for (int i = 0; i < 10'000; ++i) {
    base += "b" + std::to_string(i) + "\n\n";
    ours += "o" + std::to_string(i) + "\n\n";
    theirs += "t" + std::to_string(i) + "\n\n";
  }
  const ParagraphMerge result = merge_paragraphs(base, ours, theirs);
  CHECK(result.clashes.size() == 1);
}

TEST_CASE("merging is symmetric, and against an unchanged version gives the other") {
  SeededRandom random(7);
  const auto some_text = [&] {
    std::string text;
    for (std::uint64_t left = random.below(6); left > 0; --left) text += (text.empty() ? "" : "\n\n") + std::string(1, static_cast<char>('a' + random.below(5)));
    return text;
  };
  for (int round = 0; round < 3000; ++round) {
    const std::string base = some_text(), a = some_text(), b = some_text();
    INFO(base << "|" << a << "|" << b);
    CHECK(merge_paragraphs(base, a, b).merged == merge_paragraphs(base, b, a).merged);
    CHECK(merge_paragraphs(base, a, base).merged == a);
    CHECK(merge_paragraphs(base, a, a).merged == a);
  }
}
