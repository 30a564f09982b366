#include <catch2/catch.hpp>

#include <sys/syscall.h>

#include "plugins/worker/words.h"

using namespace evenhand::plugins;

TEST_CASE("what a plugin says keeps its letters and loses what a terminal or a reader could take for more") {
  CHECK(harmless("Dim digon o bobl: tŷ bach, 5 €") == "Dim digon o bobl: tŷ bach, 5 €");
  CHECK(harmless("a\x1b[2J\n\tb\x7f") == "a\\x1b[2J\\x0a\\x09b\\x7f");
  CHECK(harmless("\xE2\x80\xAE" "evil\xE2\x81\xA6\xEF\xBB\xBF\xC2\x9B") == "\\xe2\\x80\\xaeevil\\xe2\\x81\\xa6\\xef\\xbb\\xbf\\xc2\\x9b");
  CHECK(harmless(std::string("\xff\xc3(\0", 4)) == "\\xff\\xc3(\\x00");
  CHECK(harmless("\x80\x80\x80\x80\x80") == "\\x80\\x80\\x80\\x80\\x80");
}

TEST_CASE("a forbidden system call is told by what it is for, an unknown one by its number") {
  CHECK(sentence_for_call(SYS_connect) == "it tried to open a network connection (system call connect), which no plugin may");
  CHECK(sentence_for_call(99999) == "it tried to do something that no plugin may (system call number 99999)");
}
