#include "plugins/kit/crossing.h"

namespace evenhand::plugins {

namespace {

class Watched : public Runner {
 public:
  Watched(std::shared_ptr<Runner> inner, std::shared_ptr<Crossing> crossing) : inner_(std::move(inner)), crossing_(std::move(crossing)) {}

  Result<std::string> run(std::string_view ability, std::string_view input) override {
    const bool is_replaced = crossing_->instead && crossing_->instead->ability == ability;
    const std::string bytes(is_replaced ? crossing_->instead->bytes : input);
    crossing_->inputs.push_back(bytes);
    const std::size_t deaths = inner_->deaths();
    auto answer = inner_->run(ability, bytes);
    crossing_->deaths += inner_->deaths() - deaths;
    crossing_->refusal = answer ? std::nullopt : std::optional(answer.error());
    return answer;
  }
  std::size_t deaths() const override { return inner_->deaths(); }

 private:
  std::shared_ptr<Runner> inner_;
  std::shared_ptr<Crossing> crossing_;
};

}  // namespace

std::shared_ptr<Runner> watched(std::shared_ptr<Runner> inner, std::shared_ptr<Crossing> crossing) {
  return std::make_shared<Watched>(std::move(inner), std::move(crossing));
}

}  // namespace evenhand::plugins
