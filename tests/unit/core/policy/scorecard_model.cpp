// The range against a model that knows no rule but "try everything": every settlement of every half point.
#include <catch2/catch.hpp>
#include <algorithm>
#include <random>
#include <set>

#include "core/policy/scorecard.h"

using namespace evenhand;

namespace {

struct Sheet {
  std::vector<std::vector<int>> services;  // half points, four each
  std::vector<int> others;                 // seven
};

int domain_one(const std::vector<std::vector<int>>& services) {
  std::vector<int> totals;
  for (const auto& grades : services) totals.push_back(grades[0] + grades[1] + grades[2] + grades[3]);
  std::sort(totals.begin(), totals.end());
  return totals[(totals.size() - 1) / 2];
}

int organisation(const Sheet& sheet) {
  int sum = domain_one(sheet.services);
  for (const int grade : sheet.others) sum += grade;
  return sum;
}

// All totals in whole points that some settlement gives.
std::set<int> all_totals(const Sheet& sheet) {
  Sheet work = sheet;
  std::vector<int*> halves;
  for (auto& grades : work.services) {
    for (int& grade : grades) if (grade % 2 != 0) halves.push_back(&grade);
  }
  for (int& grade : work.others) if (grade % 2 != 0) halves.push_back(&grade);
  for (int* half : halves) *half -= 1;  // down; a set bit below means up
  std::set<int> totals;
  for (unsigned choice = 0; choice < 1u << halves.size(); ++choice) {
    for (std::size_t i = 0; i < halves.size(); ++i) *halves[i] += (choice >> i & 1) ? 2 : 0;
    totals.insert(organisation(work) / 2);
    for (std::size_t i = 0; i < halves.size(); ++i) *halves[i] -= (choice >> i & 1) ? 2 : 0;
  }
  return totals;
}

ScorecardInput input_of(const Sheet& sheet, const Framework& framework) {
  ScorecardInput input;
  for (std::size_t i = 0; i < sheet.services.size(); ++i) {
    ServiceFigures service{"S" + std::to_string(i), {}};
    for (std::size_t j = 0; j < 4; ++j) service.figures.grades[framework.domains[0].outcomes[j].code] = {sheet.services[i][j]};
    input.services.push_back(std::move(service));
  }
  for (std::size_t j = 0; j < 4; ++j) input.domains["2"].grades[framework.domains[1].outcomes[j].code] = {sheet.others[j]};
  for (std::size_t j = 0; j < 3; ++j) input.domains["3"].grades[framework.domains[2].outcomes[j].code] = {sheet.others[4 + j]};
  return input;
}

Sheet random_sheet(std::mt19937& random) {
  int halves_left = 10;
  const auto grade = [&] {
    int value = static_cast<int>(random() % 7);
    if (value % 2 != 0 && (random() % 2 == 0 || halves_left-- <= 0)) value -= 1;
    return value;
  };
  Sheet sheet;
  sheet.services.resize(1 + random() % 5);
  for (auto& grades : sheet.services) grades = {grade(), grade(), grade(), grade()};
  for (int i = 0; i < 7; ++i) sheet.others.push_back(grade());
  return sheet;
}

std::string word_of(const ScoringPolicy& policy, int points) {
  const Band* band = policy.band_of(points);
  return band != nullptr ? band->word : "";
}

}  // namespace

TEST_CASE("range and band agree with every settlement tried one by one, under both EDS 2022 policies") {
  const auto framework = built_in_framework("eds-2022");
  std::mt19937 random(20260214);
  for (const char* name : {"nhs-eds-2022", "nhs-eds-2022-achieving-22-30"}) {
    const auto policy = built_in_policy(name);
    for (int round = 0; round < 400; ++round) {
      const Sheet sheet = random_sheet(random);
      const auto totals = all_totals(sheet);
      const Scorecard card = make_scorecard(input_of(sheet, *framework), *framework, *policy);
      REQUIRE(card.score.total);
      REQUIRE(card.score.total->count == organisation(sheet));
      REQUIRE(card.score.range == PointRange{*totals.begin(), *totals.rbegin()});
      std::set<std::string> words;
      for (const int points : totals) words.insert(word_of(*policy, points));
      const std::string expected = words.size() == 1 ? *words.begin() : "";
      REQUIRE(card.band.value_or("") == expected);
    }
  }
}
