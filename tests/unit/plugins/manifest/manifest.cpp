#include <catch2/catch.hpp>

#include "plugins/manifest/manifest.h"

using namespace evenhand;
using plugins::read_manifest;

namespace {

std::string manifest(const std::string& data_class, const std::string& reads, const std::string& id = "org.example.test",
                     const std::string& sdk = R"({"from": 1, "to": 1})") {
  return R"({"id": ")" + id + R"(", "version": "1", "title": "T", "kind": "built-in", "sdk": )" + sdk +
         R"(, "data_class": ")" + data_class + R"(", "reads": )" + reads + "}";
}

}  // namespace

TEST_CASE("a manifest that declares what exists is taken") {
  const auto read = read_manifest(manifest("free text", R"({"evidence": ["title", "text"], "score": ["total"]})"));
  REQUIRE(read.ok());
  CHECK(read->may_read("evidence", "title"));
  CHECK_FALSE(read->may_read("evidence", "owner"));
  CHECK(read->may_read("score", "total"));
}

TEST_CASE("a manifest is refused when it names what does not exist, and the refusal says where") {
  CHECK(read_manifest(manifest("none", R"({"evidense": []})")).error().where == "reads.evidense");
  CHECK(read_manifest(manifest("none", R"({"evidence": ["titel"]})")).error().where == "reads.evidence.titel");
  CHECK(read_manifest(manifest("none", R"({"score": ["titel"]})")).error().where == "reads.score.titel");
}

TEST_CASE("a field above the declared data class is refused") {
  CHECK_FALSE(read_manifest(manifest("none", R"({"evidence": ["text"]})")).ok());
  CHECK_FALSE(read_manifest(manifest("free text", R"({"person": ["name"]})")).ok());
  CHECK_FALSE(read_manifest(manifest("personal", R"({"person": ["access_needs"]})")).ok());
  CHECK(read_manifest(manifest("special", R"({"person": ["access_needs"]})")).ok());
}

TEST_CASE("records at home in a people space need the personal class, even for fields that say nothing of anybody") {
  CHECK_FALSE(read_manifest(manifest("free text", R"({"story": ["title"]})")).ok());
  CHECK(read_manifest(manifest("personal", R"({"story": ["title"]})")).ok());
}

TEST_CASE("an id that is no reversed domain name and a foreign SDK are refused") {
  CHECK_FALSE(read_manifest(manifest("none", "{}", "report")).ok());
  CHECK_FALSE(read_manifest(manifest("none", "{}", "Org.Example.Test")).ok());
  CHECK_FALSE(read_manifest(manifest("none", "{}", "org.example.test", R"({"from": 2, "to": 3})")).ok());
  CHECK_FALSE(read_manifest("[]").ok());
  CHECK_FALSE(read_manifest("{").ok());
}
