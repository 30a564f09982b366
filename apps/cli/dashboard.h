/// dashboard: the cards of all plugins, on the terminal or as one file.
///
/// Threads: one.
#pragma once

#include "core/base/result.h"
#include "plugins/document/model.h"

namespace CLI {
class App;
}

namespace evenhand::cli {

struct Console;

void add_dashboard(CLI::App& root, Console& console);

/// A document as people read it on a terminal: headings, paragraphs, tables; charts as their tables.
void print_document(Console& console, const document::Document& document);

}  // namespace evenhand::cli
