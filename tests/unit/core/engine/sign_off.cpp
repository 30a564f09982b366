#include "core/engine/sign_off.h"

#include <fstream>

#include "core/codec/json.h"
#include "core/crypto/hash.h"
#include "core/engine/seal_key.h"
#include "core/os/files.h"
#include "core/os/system_random.h"
#include "tests/support/board.h"
#include "tests/support/chain_writer.h"

using namespace evenhand;
using Catch::Contains;

TEST_CASE("a sign-off is in force once enough seats approved with different keys, and the other replica finds the same") {
  Board board;
  const EntityId id = board.requested(board.both.one(), board.wanted());
  CHECK(board.state(id) == SignState::asked);
  REQUIRE(give_verdict(board.both.one(), *sign_off_of(board.both.one(), id), "Board sponsor", true, "", board.sponsor).ok());
  CHECK(board.state(id) == SignState::asked);
  CHECK_FALSE(give_verdict(board.both.one(), *sign_off_of(board.both.one(), id), "Board sponsor", true, "", board.lead).ok());
  CHECK_FALSE(give_verdict(board.both.one(), *sign_off_of(board.both.one(), id), "EDS lead", true, "", board.sponsor).ok());
  CHECK_FALSE(give_verdict(board.both.one(), *sign_off_of(board.both.one(), id), "Cleaner", true, "", board.lead).ok());
  REQUIRE(give_verdict(board.both.one(), *sign_off_of(board.both.one(), id), "EDS lead", true, "", board.lead).ok());
  CHECK(board.state(id) == SignState::in_force);
  board.both.meet();
  const auto there = sign_off_of(board.both.two(), id);
  REQUIRE(there.ok());
  CHECK(there->state == SignState::in_force);
  CHECK(there->digest == sign_off_of(board.both.one(), id)->digest);
}

TEST_CASE("an approval whose signature was copied to another request, seat or verdict does not count") {
  Board board;
  const EntityId first = board.requested(board.both.one(), board.wanted());
  REQUIRE(give_verdict(board.both.one(), *sign_off_of(board.both.one(), first), "Board sponsor", true, "", board.sponsor).ok());
  const EntityId second = board.requested(board.both.one(), board.wanted("cycle"));
  const Record given = board.both.one().records("approval")->front();
  RecordChange copy{"approval", {}, Verb::changed, {{"sign_off", second}, said("seat", "Board sponsor"), said("verdict", "approved")}};
  copy.set.push_back(said("person_signature", given.text("person_signature")));
  copy.set.push_back(said("person_key", given.text("person_key")));
  copy.set.push_back(said("request", sign_off_of(board.both.one(), second)->request.hex()));
  TwoWorkspaces::entered(board.both.one(), copy);
  REQUIRE(sign_off_of(board.both.one(), second)->approvals.size() == 1);
  CHECK_FALSE(sign_off_of(board.both.one(), second)->approvals.front().is_good);
  board.change(board.both.one(), "approval", given.id(), said("seat", "EDS lead"));
  CHECK_FALSE(sign_off_of(board.both.one(), first)->approvals.front().is_good);
}

TEST_CASE("editing what was asked after it was signed changes nothing of what is in force") {
  Board board;
  const EntityId id = board.signed_report();
  const SignOff before = *sign_off_of(board.both.one(), id);
  TwoWorkspaces::entered(board.both.one(), {"sign_off", id, Verb::changed, {{"seats_needed", std::int64_t{9}}, said("snapshot", "sha256:00"), said("scope", "cycle")}});
  const SignOff after = *sign_off_of(board.both.one(), id);
  CHECK(after.state == SignState::in_force);
  CHECK(after.digest == before.digest);
  CHECK(after.seats_needed == 2);
  CHECK(after.subject == before.subject);
}

TEST_CASE("an open dispute blocks signing until it is waived by its name") {
  Board board;
  board.change(board.both.one(), "grade", board.grade, {"value", *GradeValue::parse("1")});
  board.change(board.both.two(), "grade", board.grade, {"value", *GradeValue::parse("3")});
  board.both.meet();
  SignRequest request = board.wanted();
  const auto refused = request_sign_off(board.both.one(), request);
  REQUIRE_FALSE(refused.ok());
  const auto blockers = find_blockers(board.both.one(), request.subject);
  REQUIRE(blockers->size() == 1);
  CHECK_THAT(blockers->front().name, Contains("in_conflict") && Contains("value"));
  request.waived = {"in_conflict nothing"};
  CHECK_FALSE(request_sign_off(board.both.one(), request).ok());
  request.waived = {blockers->front().name};
  const EntityId id = board.requested(board.both.one(), request);
  const auto snapshot = parse_json(*read_snapshot(board.both.one(), *sign_off_of(board.both.one(), id)));
  REQUIRE(snapshot.ok());
  bool disputed = false;
  for (const Json& record : snapshot->find("records")->items()) disputed = disputed || record.find("disputed") != nullptr;
  CHECK(disputed);
}

TEST_CASE("the snapshot reads back as it was signed, holds no personal value, and a changed byte is noticed") {
  Board board;
  board.both.added("person", {said("name", "Canary Name"), said("consent", "contact")});
  const EntityId id = board.signed_report();
  board.change(board.both.one(), "grade", board.grade, {"value", *GradeValue::parse("0")});
  const SignOff sign_off = *sign_off_of(board.both.one(), id);
  const auto bytes = read_snapshot(board.both.one(), sign_off);
  REQUIRE(bytes.ok());
  CHECK(bytes->find("Canary") == std::string::npos);
  CHECK_THAT(*bytes, Contains(board.grade.hex()) && Contains("Texts go out."));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(board.both.one().folder())) {
    const std::string path = entry.path().string();
    if (!entry.is_regular_file() || path.find("/blobs/") == std::string::npos) continue;
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(entry.file_size() / 2));
    file.put('~');
  }
  CHECK_FALSE(read_snapshot(board.both.one(), sign_off).ok());
}

TEST_CASE("an amended version takes the place of the first once it is approved, with nothing late any more") {
  Board board;
  const EntityId id = board.signed_report();
  board.change(board.both.one(), "grade", board.grade, {"value", *GradeValue::parse("1")});
  SignRequest request = board.wanted();
  request.replaces = id;
  const EntityId next = board.requested(board.both.one(), request);
  CHECK(board.state(id) == SignState::in_force);
  board.approve(board.both.one(), next);
  CHECK(board.state(id) == SignState::amended);
  CHECK(board.state(next) == SignState::in_force);
  CHECK(board.late(next).empty());
}

TEST_CASE("two rival complete sign-offs of one subject are contested and neither is in force, until one is kept") {
  Board board;
  const EntityId here = board.requested(board.both.one(), board.wanted());
  board.change(board.both.two(), "grade", board.grade, {"value", *GradeValue::parse("1")});
  const EntityId there = board.requested(board.both.two(), board.wanted());
  board.approve(board.both.one(), here);
  board.approve(board.both.two(), there);
  CHECK(board.state(here) == SignState::in_force);
  board.both.meet();
  CHECK(board.state(here) == SignState::contested);
  CHECK(board.state(there) == SignState::contested);
  TwoWorkspaces::entered(board.both.one(), {"sign_off", there, Verb::decided, {said("status", "superseded")}});
  CHECK(board.state(here) == SignState::in_force);
  CHECK(board.state(there) == SignState::set_aside);
}

TEST_CASE("two sign-offs that say the same are no rivals: one stands on both replicas, and an amendment of either takes its place") {
  Board board;
  const EntityId here = board.requested(board.both.one(), board.wanted());
  const EntityId there = board.requested(board.both.two(), board.wanted());
  board.approve(board.both.one(), here);
  board.approve(board.both.two(), there);
  board.both.meet();
  const EntityId stands = std::min(here, there);
  const EntityId aside = std::max(here, there);
  CHECK(board.state(stands) == SignState::in_force);
  CHECK(board.state(aside) == SignState::set_aside);
  CHECK(sign_off_of(board.both.two(), stands)->state == SignState::in_force);
  board.change(board.both.one(), "grade", board.grade, {"value", *GradeValue::parse("1")});
  SignRequest request = board.wanted();
  request.replaces = aside;
  const EntityId next = board.requested(board.both.one(), request);
  board.approve(board.both.one(), next);
  CHECK(board.state(next) == SignState::in_force);
  CHECK(board.state(stands) == SignState::amended);
}

TEST_CASE("two sign-offs of the same words are contested when they asked for different seats") {
  for (const bool by_number : {true, false}) {
    Board board;
    SignRequest less = board.wanted();
    less.seats_needed = by_number ? 1 : 2;
    if (!by_number) less.seats.push_back("Chair");
    const EntityId here = board.requested(board.both.one(), board.wanted());
    const EntityId there = board.requested(board.both.two(), less);
    board.approve(board.both.one(), here);
    board.approve(board.both.two(), there);
    board.both.meet();
    CHECK(board.state(here) == SignState::contested);
    CHECK(board.state(there) == SignState::contested);
  }
}

TEST_CASE("a subject that waits or is in force is not put forward again but in place of what stands") {
  Board board;
  SignRequest request = board.wanted();
  const EntityId id = board.requested(board.both.one(), request);
  const auto waits = request_sign_off(board.both.one(), request);
  REQUIRE_FALSE(waits.ok());
  CHECK(waits.error().code == ErrorCode::refused);
  CHECK_THAT(waits.error().sentence(), Contains("waits for approval already") && Contains("--amends " + short_id_of(id)));
  board.approve(board.both.one(), id);
  CHECK_FALSE(request_sign_off(board.both.one(), request).ok());
  request.replaces = id;
  CHECK(request_sign_off(board.both.one(), request).ok());
  CHECK(request_sign_off(board.both.one(), board.wanted("cycle")).ok());
}

TEST_CASE("signing one outcome's grade is touched by that grade alone") {
  Board board;
  const EntityId id = board.requested(board.both.one(), board.wanted("grade 2A"));
  board.change(board.both.one(), "action", board.action, said("text", "Letters go out."));
  CHECK(board.late(id).empty());
  board.change(board.both.one(), "grade", board.grade, {"value", *GradeValue::parse("1")});
  CHECK(board.late(id).size() == 1);
  CHECK_FALSE(subject_of(board.both.one(), "grade 1A", board.both.one().organisation(), board.cycle).ok());
  CHECK_FALSE(subject_of(board.both.one(), "everything", board.both.one().organisation(), board.cycle).ok());
}

TEST_CASE("a cut reads back from its text, whole and in parts, and damaged text is refused") {
  Board board;
  const auto cut = cut_of(board.both.one().spaces().front());
  REQUIRE(cut.ok());
  CHECK_FALSE(cut->chains.empty());
  std::vector<SpaceCut> cuts = {*cut, *cut};
  cuts.back().chains.front().ends.push_back({70'000, cut->chains.front().ends.front().head});  // a fork
  const CutWords whole = *cut_to_words(cuts);
  CHECK(whole.parts.empty());
  CHECK(whole.cut.starts_with("[{\"space\":"));
  CHECK(*cut_from_words_untrusted(whole) == cuts);
  CutWords parted = *cut_to_words(cuts, 200);
  REQUIRE(parted.parts.size() > 2);
  REQUIRE(parted.parts.size() <= kCutPartsMax);
  std::reverse(parted.parts.begin(), parted.parts.end());
  parted.parts.push_back("space 00\n");  // what somebody wrote beside them
  CHECK(*cut_from_words_untrusted(parted) == cuts);

  CHECK_FALSE(cut_to_words(std::vector<SpaceCut>(9, *cut), 200).ok());  // more parts than may be
  CHECK_FALSE(cut_from_words_untrusted({"[{\"space\":\"00\"}]", {}}).ok());
  CHECK_FALSE(cut_from_words_untrusted({"[", {}}).ok());
  CHECK_FALSE(cut_from_words_untrusted({"", {}}).ok());
  CHECK_FALSE(cut_from_words_untrusted({"{\"format\":\"evenhand-cut/9\",\"parts\":[]}", {}}).ok());
  CutWords lacking = parted;
  lacking.parts.erase(lacking.parts.begin());
  CHECK(cut_from_words_untrusted(lacking).error().code == ErrorCode::not_found);
  CutWords changed = parted;
  changed.parts.front().back() = ' ';
  CHECK_FALSE(cut_from_words_untrusted(changed).ok());
  for (const std::string& bad : std::vector<std::string>{"no space first\n", "space 12\n", "space " + std::string(64, '1') + "\n" + std::string(32, '2') + " x " + std::string(64, '3') + "\n", "space " + std::string(64, '1')}) {
    const std::string hash = sha256(view_of(bad)).hex();
    CHECK(cut_from_words_untrusted({"{\"format\":\"evenhand-cut/2\",\"parts\":[\"" + hash + "\"]}", {bad}}).error().code == ErrorCode::corrupt);
  }
}

TEST_CASE("a space of 2,000 chains is signed, and its cut says on both replicas what came after") {
  Board board;
  const Space& space = board.both.one().space_of(SpaceKind::cycle);
  std::vector<Bytes> commits;
  for (std::uint64_t i = 0; i < 2'000; ++i) commits.push_back(ChainWriter(space.id, 10'000 + i).commit(1, 10));
  std::vector<ByteView> views(commits.begin(), commits.end());
  REQUIRE(board.both.one().find_space(space.id)->log.append(views).ok());  // of strangers a partner could bring half as many
  REQUIRE(board.both.one().settle().ok());
  SignRequest request = board.wanted();
  request.waived = {"waiting cycle"};  // nobody certified the devices of those chains
  const EntityId id = board.requested(board.both.one(), request);
  board.approve(board.both.one(), id);
  const auto cut_of_cycle = [&](const SignOff& signed_one) {
    for (const SpaceCut& cut : signed_one.cuts) {
      if (cut.space == space.id) return cut;
    }
    return SpaceCut{};
  };
  CHECK(cut_of_cycle(*sign_off_of(board.both.one(), id)).chains.size() > 2'000);
  CHECK(cut_of_cycle(*sign_off_of(board.both.one(), id)) == *cut_of(board.both.one().space_of(SpaceKind::cycle)));
  CHECK(board.late(id).empty());
  board.change(board.both.one(), "grade", board.grade, {"value", *GradeValue::parse("1")});
  CHECK(board.late(id).size() == 1);
  // Somebody's other words beside the parts change nothing of what was signed.
  TwoWorkspaces::entered(board.both.one(), {"sign_off", id, Verb::changed, {said("cut_part", "space " + std::string(64, '1') + "\n")}});
  CHECK(board.late(id).size() == 1);
  board.both.meet();
  CHECK(late_events(board.both.two(), *sign_off_of(board.both.two(), id))->size() == 1);
  CHECK(sign_off_of(board.both.two(), id)->state == SignState::in_force);
  CHECK(cut_of_cycle(*sign_off_of(board.both.two(), id)).chains.size() > 2'000);
}

TEST_CASE("what came after a sign-off whose cut cannot be read is not said to be nothing") {
  Board board;
  const EntityId id = board.signed_report();
  SignOff unreadable = *sign_off_of(board.both.one(), id);
  CHECK(unreadable.has_cut);
  const EntityId bad = board.both.added("sign_off", {{"organisation", board.both.one().organisation()}, {"cycle", board.cycle}, said("title", "Bad"), said("cut", "{\"format\":\"evenhand-cut/2\",\"parts\":[\"00\"]}")});
  const auto read = sign_off_of(board.both.one(), bad);
  REQUIRE(read.ok());
  CHECK_FALSE(read->has_cut);
  CHECK(late_events(board.both.one(), *read).error().code == ErrorCode::corrupt);
}

TEST_CASE("a seal key reads back, is never overwritten, and one that others can read is refused") {
  Scratch scratch;
  SystemRandom random;
  const auto made = make_seal_key(scratch / "seal.key", random);
  REQUIRE(made.ok());
  CHECK(open_seal_key(scratch / "seal.key")->public_key() == made->public_key());
  CHECK_FALSE(make_seal_key(scratch / "seal.key", random).ok());
  std::filesystem::permissions(scratch / "seal.key", std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  CHECK(open_seal_key(scratch / "seal.key").error().code == ErrorCode::refused);
  CHECK(open_seal_key(scratch / "none.key").error().code == ErrorCode::not_found);
  REQUIRE(write_file_durably(scratch / "bad.key", view_of(std::string("evenhand-seal-key/1\nzz\n")), Secrecy::secret).ok());
  CHECK(open_seal_key(scratch / "bad.key").error().code == ErrorCode::corrupt);
}
