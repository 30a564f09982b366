// evenhand-dictionary > plugins/sdk/fields.h; evenhand-dictionary --markdown > docs/data-dictionary.md
#include <cstdio>
#include <string>
#include <string_view>

#include "apps/dictionary/dictionary.h"

int main(int count, char** arguments) {
  const bool is_markdown = count > 1 && std::string_view(arguments[1]) == "--markdown";
  const std::string text = is_markdown ? evenhand::dictionary::data_dictionary() : evenhand::dictionary::fields_header();
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
