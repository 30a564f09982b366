#include "plugins/host/built_in.h"

#include <exception>

namespace evenhand::plugins {

namespace {

/// What a plugin has said so far.
struct Answer {
  std::string bytes;
  std::string complaint;
  std::size_t room = 0;
};

std::int32_t take(void* host, const std::uint8_t* bytes, std::size_t length) noexcept {
  auto& answer = *static_cast<Answer*>(host);
  if (length > answer.room - answer.bytes.size()) {
    answer.complaint = "its answer is larger than it may be";
    return 1;
  }
  answer.bytes.append(reinterpret_cast<const char*>(bytes), length);
  return 0;
}

void complain(void* host, const char* sentence) noexcept {
  static_cast<Answer*>(host)->complaint = sentence != nullptr ? sentence : "";
}

class BuiltInRunner : public Runner {
 public:
  BuiltInRunner(const evenhand_plugin& plugin, std::size_t room) : plugin_(plugin), room_(room) {}

  Result<std::string> run(std::string_view ability_name, std::string_view input) override {
    Answer answer;
    answer.room = room_;
    try {
      const evenhand_ability* ability = plugin_.find_ability(std::string(ability_name).c_str());
      if (ability == nullptr || ability->size < sizeof(evenhand_ability)) return refused("the plugin has no such ability", std::string(ability_name));
      const evenhand_sink sink{sizeof(evenhand_sink), &answer, take, complain};
      const std::int32_t failed = ability->run(reinterpret_cast<const std::uint8_t*>(input.data()), input.size(), &sink);
      if (failed == 0) return std::move(answer.bytes);
    } catch (const std::exception& error) {
      answer.complaint = error.what();
    } catch (...) {
      answer.complaint = "it threw something without words";
    }
    return refused(answer.complaint.empty() ? "it failed without saying why" : answer.complaint);
  }

 private:
  const evenhand_plugin& plugin_;
  std::size_t room_;
};

}  // namespace

Result<std::shared_ptr<Runner>> run_built_in(evenhand_plugin_entry entry, std::uint32_t output_mib) {
  const evenhand_plugin* plugin = entry != nullptr ? entry() : nullptr;
  if (plugin == nullptr || plugin->size < sizeof(evenhand_plugin) || plugin->abi != EVENHAND_PLUGIN_ABI || plugin->find_ability == nullptr) {
    return refused("the plugin was built for another border than version 1");
  }
  return std::shared_ptr<Runner>(std::make_shared<BuiltInRunner>(*plugin, std::size_t{output_mib} << 20));
}

}  // namespace evenhand::plugins
