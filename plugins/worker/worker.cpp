#include "plugins/worker/worker.h"

#include <signal.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/os/files.h"
#include "core/os/giving_way.h"
#include "core/os/helper_process.h"
#include "plugins/abi/worker_frames.h"
#include "plugins/worker/library.h"
#include "plugins/worker/words.h"

namespace evenhand::plugins {

namespace {

namespace fs = std::filesystem;
using Talk = HelperProcess::Talk;
using Deadline = HelperProcess::Deadline;

constexpr std::size_t kSentenceBytesMax = 4000;
constexpr std::size_t kInputBytesMax = std::size_t{1} << 30;

/// What the worker said last.
struct Heard {
  std::uint8_t kind = 0;
  std::string payload;
};

std::string number_bytes(std::uint64_t number) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(number >> (8 * i));
  return bytes;
}
std::uint32_t number_in(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number |= std::uint32_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  return number;
}
std::string header_of(evenhand_worker_frame kind, std::size_t length) { return std::string{static_cast<char>(kind), 0, 0, 0} + number_bytes(length); }

/// What a frame of that kind may be as long as; none: no such frame comes from a worker.
std::optional<std::pair<std::size_t, std::size_t>> lengths_of(std::uint8_t kind) {
  switch (kind) {
    case EVENHAND_WORKER_READY:
    case EVENHAND_WORKER_DONE:
    case EVENHAND_WORKER_MEMORY:
    case EVENHAND_WORKER_STACK: return std::pair<std::size_t, std::size_t>{0, 0};
    case EVENHAND_WORKER_TRIED: return std::pair<std::size_t, std::size_t>{4, 4};
    case EVENHAND_WORKER_REFUSED:
    case EVENHAND_WORKER_FAILED: return std::pair<std::size_t, std::size_t>{1, kSentenceBytesMax};
    case EVENHAND_WORKER_PIECE: return std::pair<std::size_t, std::size_t>{1, EVENHAND_WORKER_PIECE_BYTES};
    default: return std::nullopt;
  }
}

class WorkerRunner : public Runner {
 public:
  WorkerRunner(const Limits& limits, FileHandle library, fs::path program)
      : limits_(limits), library_(std::move(library)), program_(std::move(program)) {}

  Result<std::string> run(std::string_view ability, std::string_view input) override {
    if (input.size() > std::min(memory_bytes(), kInputBytesMax)) return refused("what it is to read is larger than the memory that it may have", "", "Raise limits.memory_mib in its plugin.json.");
    // One that was started giving way does so for life; nobody shall wait for it who does not.
    if (helper_ && (!helper_->is_idle() || gives_way_ != is_giving_way())) helper_.reset();
    if (!helper_) EVENHAND_CHECK(start());
    const Deadline until = begin_work();
    std::string question = header_of(EVENHAND_WORKER_CALL, ability.size() + 1 + input.size());
    question.append(ability).append(1, '\0');
    constexpr std::size_t kOneMessage = 16384;
    if (input.size() <= kOneMessage) question.append(std::exchange(input, {}));
    Talk talk = helper_->send(question, until);
    if (talk == Talk::well) talk = helper_->send(input, until);
    // One that is gone may still have said why.
    if (talk != Talk::well && talk != Talk::gone) return silent(talk);
    return listen(until);
  }
  std::size_t deaths() const override { return deaths_; }

 private:
  std::size_t memory_bytes() const { return std::size_t{limits_.memory_mib} << 20; }
  std::size_t output_bytes() const { return std::size_t{limits_.output_mib} << 20; }
  /// Six times its processor time, as a busy computer gives each of its programs a part only.
  std::uint32_t patience_s() const { return limits_.seconds * 6; }

  /// Processor time is the measure; the clock stands behind it, for one that only waits.
  Deadline begin_work() {
    helper_->forget_said();
    helper_->allow_processor_time(limits_.seconds);
    return std::chrono::steady_clock::now() + std::chrono::seconds(patience_s());
  }

  Result<void> start() {
    EVENHAND_TRY(HelperProcess helper, HelperProcess::start(program_, library_));
    helper_.emplace(std::move(helper));
    gives_way_ = is_giving_way();
    const Deadline until = begin_work();
    const Talk talk = helper_->send(header_of(EVENHAND_WORKER_START, 8) + number_bytes(limits_.memory_mib) + number_bytes(limits_.output_mib),
                                    until);
    if (talk != Talk::well && talk != Talk::gone) return silent(talk);
    EVENHAND_TRY(const Heard heard, hear(until));
    if (heard.kind == EVENHAND_WORKER_READY) return {};
    if (heard.kind == EVENHAND_WORKER_REFUSED) return fail(harmless(heard.payload));
    return fail("it answers in a way that makes no sense");
  }

  Result<std::string> listen(Deadline until) {
    std::string answer;
    for (;;) {
      EVENHAND_TRY(Heard heard, hear(until));
      if (heard.kind == EVENHAND_WORKER_DONE) return answer;
      if (heard.kind == EVENHAND_WORKER_FAILED) return with_printed(harmless(heard.payload));
      if (heard.kind != EVENHAND_WORKER_PIECE) return fail("it answers in a way that makes no sense");
      if (heard.payload.size() > output_bytes() - answer.size()) return fail("its answer is larger than it may be");
      answer += heard.payload;
    }
  }

  /// The next frame. Those that tell of the worker's end are errors.
  Result<Heard> hear(Deadline until) {
    char header[EVENHAND_WORKER_HEADER_BYTES];
    if (const Talk talk = helper_->receive(header, until); talk != Talk::well) return silent(talk);
    Heard heard{static_cast<std::uint8_t>(header[0]), {}};
    const std::size_t length = number_in({header + 4, 4});
    const auto allowed = lengths_of(heard.kind);
    if (!allowed || length < allowed->first || length > allowed->second) return fail("it answers in a way that makes no sense");
    heard.payload.resize(length);
    if (const Talk talk = helper_->receive(heard.payload, until); talk != Talk::well) return silent(talk);
    if (heard.kind == EVENHAND_WORKER_TRIED) return fail(sentence_for_call(number_in(heard.payload)));
    if (heard.kind == EVENHAND_WORKER_STACK) return fail("it calls itself without end: its stack is full");
    if (heard.kind == EVENHAND_WORKER_MEMORY) return fail("it needs more memory than it may have");
    return heard;
  }

  Error silent(Talk talk) {
    if (talk == Talk::starved) return starved();
    if (talk == Talk::out_of_time) return fail("it did not answer within " + std::to_string(patience_s()) + " s");
    if (talk == Talk::overworked) return fail(sentence_for_signal(SIGXCPU, limits_.seconds));
    const HelperProcess::Ending ending = helper_->end();
    if (ending.how == HelperProcess::Ending::How::killed_by_signal) return fail(sentence_for_signal(ending.code, limits_.seconds));
    if (ending.how == HelperProcess::Ending::How::exited) return fail("it ended its process instead of answering (exit code " + std::to_string(ending.code) + ")");
    return fail("its process ended without an answer");
  }

  /// The worker's end; the next call starts another.
  Error fail(std::string what) {
    ++deaths_;
    helper_->end();
    Error error = with_printed(std::move(what));
    helper_.reset();
    return error;
  }

  /// No fault of the plugin's, so neither a death of its own nor a reason to think ill of what it was given.
  Error starved() {
    helper_.reset();
    return unavailable("the computer was too busy with other things for this plugin to answer within " + std::to_string(patience_s()) + " s", "", "Try again when less runs beside it.");
  }

  Error with_printed(std::string what) {
    const std::string& said = helper_->said();
    if (!said.empty()) what += "; it printed: \"" + harmless(said) + "\"";
    return refused(std::move(what), "", "Everything else goes on. Tell its author.");
  }

  Limits limits_;
  FileHandle library_;  ///< sealed: what was checked is what is loaded, at every start
  fs::path program_;
  std::optional<HelperProcess> helper_;
  bool gives_way_ = false;  ///< the helper
  std::size_t deaths_ = 0;
};

}  // namespace

Result<std::shared_ptr<Runner>> run_bytes_in_worker(const Manifest& manifest, std::string_view library, const fs::path& program) {
  if (library.size() > kLibraryBytesMax) return refused("its library is larger than " + std::to_string(kLibraryBytesMax >> 20) + " MiB");
  EVENHAND_CHECK(check_library(view_of(library)));
  EVENHAND_TRY(FileHandle sealed, sealed_file(view_of(library)));
  return std::shared_ptr<Runner>(std::make_shared<WorkerRunner>(manifest.limits, std::move(sealed), program));
}

Result<std::shared_ptr<Runner>> run_in_worker(const Manifest& manifest, const fs::path& library, const fs::path& program) {
  EVENHAND_TRY(const Bytes bytes, read_file(library, kLibraryBytesMax));
  return run_bytes_in_worker(manifest, text_of(bytes), program);
}

Result<fs::path> find_worker_program() {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (failed) return unavailable("this program cannot find out where it stands", "/proc/self/exe");
  return find_worker_program(program.parent_path());
}

Result<fs::path> find_worker_program(const fs::path& folder) {
  constexpr const char* kName = "evenhand-plugin-worker";
  for (const fs::path& place : {folder / kName, folder.parent_path() / "libexec" / "evenhand" / kName}) {
    std::error_code failed;
    if (fs::is_regular_file(place, failed)) return place;
  }
  return not_found("the program that runs plugins is missing", kName, "Install Evenhand again; it belongs beside this program or in libexec/evenhand.");
}

}  // namespace evenhand::plugins
