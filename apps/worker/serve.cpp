#include "apps/worker/serve.h"

#include <dlfcn.h>
#include <unistd.h>

#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "apps/worker/confine.h"
#include "apps/worker/filter.h"
#include "apps/worker/talk.h"
#include "apps/worker/traps.h"
#include "plugins/abi/plugin.h"

namespace evenhand::worker {

namespace {

constexpr const char* kNoMemory = "it needs more memory than it may have";
constexpr std::size_t kSentenceBytesMax = 2000;

/// One call under way, as the plugin's sink sees it. Room for a complaint is there from the start: there may be no memory left to complain with.
struct Answering {
  explicit Answering(std::size_t room) : sink(room) { complaint.reserve(kSentenceBytesMax + 100); }
  AnswerSink sink;
  std::string complaint;
};

std::int32_t take(void* host, const std::uint8_t* bytes, std::size_t length) noexcept {
  auto& answering = *static_cast<Answering*>(host);
  if (answering.sink.take(bytes, length)) return 0;
  answering.complaint = "its answer is larger than it may be";
  return 1;
}

void complain(void* host, const char* sentence) noexcept {
  auto& answering = *static_cast<Answering*>(host);
  if (!answering.complaint.empty()) return;  // the first one names the cause
  const std::string_view said(sentence != nullptr ? sentence : "");
  answering.complaint = said == "std::bad_alloc" ? std::string_view(kNoMemory) : said.substr(0, kSentenceBytesMax);
}

/// What the plugin threw, as a sentence. Only within a catch block.
void put_thrown(std::string& sentence) {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    sentence = kNoMemory;
  } catch (const std::exception& error) {
    sentence = "it threw: ";
    sentence += std::string_view(error.what()).substr(0, kSentenceBytesMax);
  } catch (...) {
    sentence = "it threw something without words";
  }
}

/// The first thing about the library that cannot be; empty when it is in order, and then `plugin` is it.
std::string load(const evenhand_plugin*& plugin) {
  ::lseek(EVENHAND_WORKER_LIBRARY, 0, SEEK_SET);  // where the host, or the worker before this one, left off
  void* library = ::dlopen(kLibraryPath, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* why = ::dlerror();
    return "its library cannot be loaded: " + std::string(why != nullptr ? why : "no reason was given").substr(0, kSentenceBytesMax);
  }
  auto entry = reinterpret_cast<evenhand_plugin_entry>(::dlsym(library, EVENHAND_PLUGIN_ENTRY));
  if (entry == nullptr) return "its library has no function called " EVENHAND_PLUGIN_ENTRY;
  plugin = entry();
  if (plugin == nullptr || plugin->size < sizeof(evenhand_plugin) || plugin->find_ability == nullptr) return "it does not say what it can do";
  if (plugin->abi != EVENHAND_PLUGIN_ABI) {
    return "it was built for version " + std::to_string(plugin->abi) + " of the border; this program knows version " + std::to_string(EVENHAND_PLUGIN_ABI);
  }
  return "";
}

std::string load_and_say(const evenhand_plugin*& plugin) {
  std::string wrong;
  wrong.reserve(kSentenceBytesMax + 100);
  try {
    wrong = load(plugin);
  } catch (...) {
    put_thrown(wrong);
  }
  return wrong;
}

/// Without a complaint, it has answered.
void call(const evenhand_plugin& plugin, const Frame& frame, Answering& answering) {
  std::string& complaint = answering.complaint;
  const std::size_t end = frame.payload.find('\0');
  if (frame.kind != EVENHAND_WORKER_CALL || end == std::string::npos) {
    complaint = "the host asked in a way that this worker does not know";
    return;
  }
  const evenhand_ability* ability = plugin.find_ability(frame.payload.c_str());
  if (ability == nullptr || ability->size < sizeof(evenhand_ability) || ability->run == nullptr) {
    complaint = "it has no such ability";
    return;
  }
  const evenhand_sink sink{sizeof(evenhand_sink), &answering, take, complain};
  const std::string_view input = std::string_view(frame.payload).substr(end + 1);
  const std::int32_t failed = ability->run(reinterpret_cast<const std::uint8_t*>(input.data()), input.size(), &sink);
  if (failed != 0 && complaint.empty()) complaint = "it failed without saying why";
}

[[noreturn]] void end_without_memory() {
  send_frame(EVENHAND_WORKER_MEMORY, {});
  ::_exit(1);
}

Frame next_question() {
  try {
    return next_frame();
  } catch (...) {  // the rest of it was not read, so nothing more can be
    end_without_memory();
  }
}

void answer_next(const evenhand_plugin& plugin, std::size_t room) {
  const Frame question = next_question();
  Answering answering(room);
  try {
    call(plugin, question, answering);
    if (answering.complaint.empty()) return answering.sink.finish();
  } catch (...) {
    put_thrown(answering.complaint);
  }
  if (answering.complaint == kNoMemory) end_without_memory();
  send_frame(EVENHAND_WORKER_FAILED, answering.complaint);
}

void refuse(std::string_view sentence) { send_frame(EVENHAND_WORKER_REFUSED, sentence); }

}  // namespace

void serve() {
  const Frame start = next_frame();
  if (start.kind != EVENHAND_WORKER_START || start.payload.size() != 8) return refuse("the host and its worker are of different versions");
  const std::uint64_t memory = std::uint64_t{number_at(start.payload, 0)} << 20;
  const std::size_t room = std::size_t{number_at(start.payload, 4)} << 20;
  const FilterProgram while_loading = make_filter(Phase::loading);
  const FilterProgram for_good = make_filter(Phase::working);
  if (while_loading.empty() || for_good.empty() || !give_up_rights() || !set_traps() || !limit_resources(memory) || !enforce(while_loading)) {
    return refuse("this system does not let a worker be locked in, and without that no plugin is run");
  }
  const evenhand_plugin* plugin = nullptr;
  const std::string wrong = load_and_say(plugin);
  end_of_loading();
  ::close(EVENHAND_WORKER_LIBRARY);
  if (!enforce(for_good)) return refuse("this system does not let a worker be locked in, and without that no plugin is run");
  if (!wrong.empty()) return refuse(wrong);
  send_frame(EVENHAND_WORKER_READY, {});
  for (;;) answer_next(*plugin, room);
}

}  // namespace evenhand::worker
