#include "plugins/document/markdown.h"

#include <cmark-gfm.h>

#include <algorithm>
#include <memory>

namespace evenhand::document {
namespace {

struct FreeNode {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeIterator {
  void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};

std::string text_or_empty(const char* text) { return text ? text : ""; }

/// Walks the tree that cmark made and keeps what the model has a place for.
class Walk {
 public:
  void step(cmark_event_type event, cmark_node* node) {
    const bool enter = event == CMARK_EVENT_ENTER;
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_LIST) return enter ? enter_list(node) : leave_list();
    if (type == CMARK_NODE_ITEM && enter) return add_item();
    if (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING) {
      if (type == CMARK_NODE_HEADING) strong_ += enter ? 1 : -1;
      return enter ? begin_text() : end_text();
    }
    if (type == CMARK_NODE_STRONG) strong_ += enter ? 1 : -1;
    if (type == CMARK_NODE_EMPH) emphasis_ += enter ? 1 : -1;
    if (type == CMARK_NODE_LINK) link_ = enter ? text_or_empty(cmark_node_get_url(node)) : "";
    if (enter) leaf(type, node);
  }
  std::vector<Block> take() { return std::move(blocks_); }
  std::size_t runs() const { return runs_; }

 private:
  void leaf(cmark_node_type type, cmark_node* node) {
    if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) add(text_or_empty(cmark_node_get_literal(node)));
    if (type == CMARK_NODE_SOFTBREAK) add(" ");
    if (type == CMARK_NODE_LINEBREAK) add("\n");
    if (type == CMARK_NODE_CODE_BLOCK) {
      std::string code = text_or_empty(cmark_node_get_literal(node));
      while (!code.empty() && code.back() == '\n') code.pop_back();
      begin_text();
      add(std::move(code));
      end_text();
    }
  }
  void enter_list(cmark_node* node) { numbered_.push_back(cmark_node_get_list_type(node) == CMARK_ORDERED_LIST); }
  void leave_list() {
    numbered_.pop_back();
    if (numbered_.empty()) blocks_.emplace_back(std::move(list_)), list_ = {};
  }
  void add_item() {
    const auto level = static_cast<unsigned>(std::min<std::size_t>(numbered_.size() - 1, 3));
    list_.items.push_back({{}, level, numbered_.back()});
    ++runs_;
  }
  void begin_text() {
    if (numbered_.empty()) return;
    // A paragraph that comes back to an outer item after an inner list needs a place of its own.
    const auto level = static_cast<unsigned>(std::min<std::size_t>(numbered_.size() - 1, 3));
    if (list_.items.back().level != level) return add_item();
    if (!list_.items.back().runs.empty()) add("\n");
  }
  void end_text() {
    if (numbered_.empty() && !paragraph_.runs.empty()) blocks_.emplace_back(std::move(paragraph_));
    if (numbered_.empty()) paragraph_ = {};
  }
  void add(std::string text) {
    std::vector<Run>& runs = numbered_.empty() ? paragraph_.runs : list_.items.back().runs;
    const Run run{std::move(text), strong_ > 0, emphasis_ > 0, link_};
    if (!runs.empty() && runs.back().bold == run.bold && runs.back().italic == run.italic &&
        runs.back().link == run.link) {
      runs.back().text += run.text;
      return;
    }
    runs.push_back(run);
    ++runs_;
  }

  std::vector<Block> blocks_;
  Paragraph paragraph_;
  List list_;
  std::vector<bool> numbered_;  ///< one a list that is open
  int strong_ = 0, emphasis_ = 0;
  std::string link_;
  std::size_t runs_ = 0;
};

// cmark-gfm 0.29 takes time in the square of the brackets: 256 KiB of "![[]()" took 16 s (2026-11-21).
// Nobody's report holds so many, so such a text is kept word for word instead of read.
constexpr std::ptrdiff_t kBracketsMost = 1000;

}  // namespace

Result<std::vector<Block>> read_markdown(std::string_view text, std::size_t runs_max) {
  if (std::count(text.begin(), text.end(), '[') > kBracketsMost) {
    return std::vector<Block>{Paragraph{{Run{std::string(text)}}}};
  }
  const std::unique_ptr<cmark_node, FreeNode> root(cmark_parse_document(text.data(), text.size(), CMARK_OPT_DEFAULT));
  const std::unique_ptr<cmark_iter, FreeIterator> iterator(cmark_iter_new(root.get()));
  Walk walk;
  for (cmark_event_type event; (event = cmark_iter_next(iterator.get())) != CMARK_EVENT_DONE;) {
    walk.step(event, cmark_iter_get_node(iterator.get()));
    if (walk.runs() > runs_max) return refused("The text has too many pieces");
  }
  return walk.take();
}

}  // namespace evenhand::document
