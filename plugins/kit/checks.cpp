#include "plugins/kit/checks.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/base/bytes.h"
#include "core/os/files.h"
#include "plugins/document/html.h"
#include "plugins/host/people_views.h"
#include "plugins/host/read_types.h"
#include "plugins/kit/trial.h"
#include "plugins/sdk/input.h"

namespace evenhand::plugins {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kGoldenBytesMax = 16777216;
constexpr std::size_t kDifferenceLines = 60;
constexpr int kSmallFrom = 1, kSmallTo = 7;  // what the strictest of our policies hides

void add_line(std::string& all, const std::string& line) { all += (all.empty() ? "" : "\n") + line; }
std::string list_of(const std::set<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

/// All checks of one plugin. What a trial did at the border stands in the crossing until the next one.
class Kit {
 public:
  Kit(const Workbench& bench, const CheckOptions& options) : bench_(bench), options_(options), canaries_(canaries(bench.own_types)) {}

  Result<std::vector<CheckResult>> run() {
    EVENHAND_TRY(own_, own_sample(bench_.folder, bench_.own_types));
    for (const std::string& name : sample_names()) {
      EVENHAND_TRY(SampleModel sample, sample_called(name, bench_.own_types));
      samples_.emplace_back(name, std::move(sample));
    }
    bool is_any = false;
    for (const auto& trial : trials_of(bench_)) {
      if (!options_.only.empty() && options_.only != trial->id()) continue;
      is_any = true;
      EVENHAND_CHECK(check(*trial));
    }
    if (!is_any && !options_.only.empty()) return not_found("the plugin contributes nothing of this id", options_.only, "plugin.json names them.");
    tell_unused();
    return std::move(results_);
  }

 private:
  Result<void> check(Trial& trial) {
    const auto first = make(trial, own_);
    EVENHAND_CHECK(golden(trial, first));
    if (first) determinism(trial, first->text);
    arrival(trial);
    samples(trial);
    canary(trial);
    odd_inputs(trial);
    if (first) determinism_again(trial);
    return {};
  }

  void add(const char* check, const Trial& trial, Verdict verdict, std::string text) { results_.push_back({check, trial.name(), verdict, std::move(text)}); }
  Result<Made> make(Trial& trial, const SampleModel& model) {
    bench_.crossing->forget();
    return trial.make(model);
  }
  /// How to see what failed under that seed, and little else.
  std::string again(const Trial& trial, std::uint64_t seed) const {
    return "\nAgain: evenhand plugin test " + shell_word(bench_.folder) + " --only " + trial.id() + " --seed " + std::to_string(seed) + " --orders 1 --odd-inputs 1";
  }
  static std::string with_seed(std::uint64_t seed) { return "seed " + std::to_string(seed) + ": "; }

  Result<void> golden(const Trial& trial, const Result<Made>& made) {
    if (!made) return add("golden", trial, Verdict::failed, made.error().sentence()), Result<void>();
    const std::string name = trial.golden_file();
    const auto before = read_file(bench_.folder / name, kGoldenBytesMax);
    if (!before && before.error().code != ErrorCode::not_found) return before.error();
    const std::string was(before ? text_of(*before) : std::string_view());
    if (before && was == made->text) return add("golden", trial, Verdict::passed, name + " is what it makes"), Result<void>();
    const std::string difference = before ? readable_difference(was, made->text, kDifferenceLines) : "";
    if (!options_.accept) {
      add("golden", trial, Verdict::failed,
          (before ? name + " is not what it makes:\n" + difference : "there is no " + name) + "\nIf it is right now: evenhand plugin test " + shell_word(bench_.folder) + " --accept");
      return {};
    }
    if (options_.is_dry_run) {
      add("golden", trial, Verdict::noted, "would write " + name + (before ? " anew:\n" + difference : ""));
      return {};
    }
    std::error_code ignored;
    fs::create_directories((bench_.folder / name).parent_path(), ignored);
    EVENHAND_CHECK(write_file_durably(bench_.folder / name, view_of(made->text)));
    add("golden", trial, Verdict::noted, before ? "wrote " + name + " anew:\n" + difference : "wrote " + name);
    return {};
  }

  void determinism(Trial& trial, const std::string& wanted) {
    for (unsigned i = 0; i < options_.orders; ++i) {
      const std::uint64_t seed = options_.seed + i;
      SampleModel other = own_;
      other.shuffle(seed);
      const auto made = make(trial, other);
      if (made && made->text == wanted) continue;
      const std::string how = made ? "another order of arrival gives another answer:\n" + readable_difference(wanted, made->text, kDifferenceLines) : made.error().sentence();
      return add("determinism", trial, Verdict::failed, with_seed(seed) + how + again(trial, seed));
    }
    add("determinism", trial, Verdict::passed, "the same answer in " + std::to_string(options_.orders) + " orders of arrival");
  }

  // After all else was asked of it: a plugin that keeps something from call to call shows it now.
  void determinism_again(Trial& trial) {
    const auto first = make(trial, own_), second = make(trial, own_);
    const bool is_same = first && second && first->text == second->text;
    add("determinism, run again", trial, is_same ? Verdict::passed : Verdict::failed, is_same ? "the same answer after all other calls" : "the second run gives another answer than the first");
  }

  void arrival(Trial& trial) {
    const auto stands = [&](const std::string& name, const SampleModel& sample, std::uint64_t seed) {
      const auto wrong = trial.arrive(sample, seed);
      if (wrong && !wrong->empty()) add("arrival", trial, Verdict::failed, name + ", " + with_seed(seed) + *wrong + again(trial, seed));
      return wrong && wrong->empty();
    };
    for (unsigned i = 0; i < options_.orders; ++i) {
      if (!stands("its own sample", own_, options_.seed + i)) return;
    }
    for (const auto& [name, sample] : samples_) {
      if (!stands(name, sample, options_.seed)) return;
    }
    add("arrival", trial, Verdict::passed,
        "the same rows when records arrive bit by bit in " + std::to_string(options_.orders) + " orders (and once in each of our samples), cut into any batches, stopped and gone on with, and after a rebuild");
  }

  // Nothing to say about nothing, or about nonsense, is an answer; it has to be a sentence all the same.
  void samples(Trial& trial) {
    std::string made_of, refused, wrong, accessibility, small, scripts;
    bool is_document = false;
    for (const auto& [name, sample] : samples_) {
      const auto made = make(trial, sample);
      if (!made) {
        const bool may_refuse = (name == "empty" || name == "hostile") && bench_.crossing->deaths == 0 && !bench_.crossing->has_answered() && made.error().code != ErrorCode::unavailable;
        add_line(may_refuse ? refused : wrong, name + ": " + made.error().sentence());
        continue;
      }
      made_of += (made_of.empty() ? "" : ", ") + name;
      if (!made->document) continue;
      is_document = true;
      for (const std::string& one : accessibility_findings(*made->document)) add_line(accessibility, name + ": " + one);
      for (const std::string& one : small_number_findings(*made->document, kSmallFrom, kSmallTo)) add_line(small, name + ": " + one);
      if (has_script(*made)) add_line(scripts, name + ": a text became a script in the page");
    }
    if (!wrong.empty()) add("samples", trial, Verdict::failed, wrong);
    else add("samples", trial, refused.empty() ? Verdict::passed : Verdict::noted, "made of " + made_of + (refused.empty() ? "" : "\n" + refused));
    if (!is_document) return;
    add("injection", trial, scripts.empty() ? Verdict::passed : Verdict::failed, scripts.empty() ? "no text became a script" : scripts);
    if (trial.is_report()) add("accessibility", trial, accessibility.empty() ? Verdict::passed : Verdict::failed, accessibility.empty() ? "captions, headings, alternatives and links are in order" : accessibility);
    if (!can_count_people()) return;
    add("small numbers", trial, small.empty() ? Verdict::passed : Verdict::failed, small.empty() ? "no count of people from 1 to 7" : small);
  }

  // Numbers of people come to it as the policy lets them through; rows that stand for people it can count itself.
  bool can_count_people() const {
    if (bench_.manifest.data_class >= DataClass::personal || reads_people(bench_.manifest)) return true;
    const auto views = views_read_by(bench_.registry, bench_.manifest);
    return !views || !people_views(*views).empty();
  }

  static bool has_script(const Made& made) { return made.document && document::write_html(*made.document).find("<script") != std::string::npos; }

  bool is_declared(const std::string& place) const {
    const std::size_t dot = place.find('.');
    return bench_.manifest.may_read(name_for(bench_.manifest, place.substr(0, dot)), place.substr(dot + 1));
  }

  // Computed rows and views are declared in their own right, and made from fields that need not be.
  std::set<std::string> tokens_of_computed_rows() const {
    std::set<std::string> tokens;
    for (const std::string& bytes : bench_.crossing->inputs) {
      const sdk::Input input(bytes);
      for (const auto& [type, fields] : bench_.manifest.reads) {
        if (type_written_as(bench_.manifest, type) != nullptr) continue;
        for (const sdk::Row& row : input.rows(type)) {
          for (const std::string& field : fields) tokens.merge(tokens_in(canaries_, row.text(field)));
        }
      }
    }
    return tokens;
  }

  void canary(Trial& trial) {
    const auto made = make(trial, canaries_.model);
    const std::string all = made ? made->text : made.error().sentence();
    std::set<std::string> crossed;
    for (const std::string& bytes : bench_.crossing->inputs) crossed.merge(tokens_in(canaries_, bytes));
    const std::set<std::string> shown = tokens_in(canaries_, all), computed = tokens_of_computed_rows();
    const auto place_of = [&](const std::string& token) -> const std::string& { return canaries_.places.find(token)->second; };
    const auto may_have = [&](const std::string& token) { return computed.contains(token) || is_declared(place_of(token)); };
    std::string leaks;
    for (const std::string& token : crossed) {
      if (!may_have(token)) add_line(leaks, place_of(token) + " reached the plugin and is not declared");
    }
    for (const std::string& token : shown) {
      if (!may_have(token)) add_line(leaks, place_of(token) + " stands in its answer and is not declared");
    }
    // What a validator says goes into receipts and the reports of imports: it names the field, and does not repeat what stands in it.
    for (const std::string& token : made ? tokens_in(canaries_, made->findings) : std::set<std::string>()) {
      add_line(leaks, place_of(token) + " is repeated in a sentence: name the field, and leave out what stands in it");
    }
    for (const std::string& token : crossed) crossed_.insert(place_of(token));
    for (const std::string& token : shown) shown_.insert(place_of(token));
    if (!leaks.empty()) return add("canaries", trial, Verdict::failed, leaks);
    const std::string text = std::to_string(crossed.size()) + " of " + std::to_string(canaries_.places.size()) + " texts reached it, " + std::to_string(shown.size()) + " stand in its answer, all declared";
    add("canaries", trial, made ? Verdict::passed : Verdict::noted, made ? text : text + "; " + made.error().sentence());
  }

  // Validators and commands look at texts that they show to nobody.
  void tell_unused() {
    const Manifest& manifest = bench_.manifest;
    if (!options_.only.empty() || !manifest.validators.empty() || !manifest.commands.empty() || !manifest.projections.empty()) return;
    std::set<std::string> unused;
    std::set_difference(crossed_.begin(), crossed_.end(), shown_.begin(), shown_.end(), std::inserter(unused, unused.end()));
    if (!unused.empty()) results_.push_back({"unused", "all of it", Verdict::noted, "it asks for texts that it did not show: " + list_of(unused) + ". Leave out of \"reads\" what it does not need."});
  }

  void odd_inputs(Trial& trial) {
    unsigned answered = 0, refusals = 0, survived = 0;
    for (unsigned i = 0; i < options_.odd_inputs; ++i) {
      const std::uint64_t seed = options_.seed + i;
      bench_.crossing->forget();
      const auto made = trial.make_of_odd(canaries_.model, seed);
      if (const std::string wrong = what_is_wrong(made, seed); !wrong.empty()) return add("odd inputs", trial, Verdict::failed, with_seed(seed) + wrong + again(trial, seed));
      if (made) ++answered;
      else if (is_beyond(seed)) ++survived;
      else ++refusals;
    }
    add("odd inputs", trial, Verdict::passed,
        std::to_string(answered) + " answered, " + std::to_string(refusals) + " refused in a sentence, " + std::to_string(survived) + " refused that hold more than a record can, such as a text of 1 MB");
  }

  // Of an odd input: a sentence is as good as an answer, a death or nonsense is not.
  std::string what_is_wrong(const Result<Made>& made, std::uint64_t seed) const {
    if (made) return has_script(*made) ? "a text became a script in the page" : "";
    const Error& error = made.error();
    if (bench_.crossing->deaths > 0) return "it died or had to be stopped: " + error.sentence();
    const bool is_ours = error.code == ErrorCode::unavailable || !bench_.crossing->was_asked();
    const bool is_nonsense = error.code == ErrorCode::corrupt && !is_beyond(seed);
    return is_ours || is_nonsense ? error.sentence() : "";
  }

  const Workbench& bench_;
  const CheckOptions& options_;
  const Canaries canaries_;
  SampleModel own_;
  std::vector<std::pair<std::string, SampleModel>> samples_;
  std::set<std::string> crossed_, shown_;  ///< by place: "evidence.text"
  std::vector<CheckResult> results_;
};

}  // namespace

Result<std::vector<CheckResult>> run_checks(const Workbench& bench, const CheckOptions& options) { return Kit(bench, options).run(); }

}  // namespace evenhand::plugins
