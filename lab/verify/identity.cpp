// SPDX-License-Identifier: MIT

// Runs the groups of a document of recorded keys, signatures, requests, key files or weights. All
// cases are found first, then run, by two threads because some open key files, which takes seconds.

#include <algorithm>
#include <atomic>
#include <deque>
#include <thread>
#include <utility>

#include "lab/report/text.hpp"
#include "lab/verify/identity_groups.hpp"

namespace yuma::lab {

namespace {

constexpr const char* kClient = "the chain client";
constexpr const char* kUnknown = "a later version";
constexpr const char* kPatience = "a run that may take seconds a case";

struct Task {
  const Group* group;
  const Json* json;
  JsonPath at;
  CaseResult result;
  absl::Status status;
};

/// All that a document holds, found before anything is run.
class Plan {
 public:
  Plan(const Json& document, const std::string& file, Effort effort)
      : document_(document), file_(file), effort_(effort) {}

  void add_groups(const Json& object, const JsonPath& at, std::span<const Group> groups,
                  VerifyReport& report) {
    for (const auto& item : object.items()) {
      const JsonPath& place = paths_.emplace_back(at / item.key());
      const auto group = std::find_if(groups.begin(), groups.end(),
                                      [&](const Group& g) { return g.field == item.key(); });
      if (group == groups.end()) {
        const std::size_t cases = item.value().is_structured() ? item.value().size() : 1;
        report.add_pending(one_line(place.text()), cases, kUnknown);
      } else if (group->shape == Shape::kGroups && item.value().is_object()) {
        add_groups(item.value(), place, group->groups, report);
      } else {
        add_cases(*group, item.key(), item.value(), place, report);
        add_parts(*group, item.value(), place, report);
      }
    }
  }

  void run() {
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (std::size_t i = next++; i < tasks_.size(); i = next++) run(tasks_[i]);
    };
    if (effort_ == Effort::kCheap) return work();
    const std::jthread second(work);
    work();
  }

  /// Up to the first case that is malformed.
  absl::Status report_to(VerifyReport& report) {
    for (Task& task : tasks_) {
      if (!task.status.ok()) return task.status;
      if (task.result.left_out) {
        report.add_pending(task.group->suite, 1, kPatience);
        continue;
      }
      for (Difference& d : task.result.differences) {
        absl::StrAppend(&d.place, " (", one_line(task.result.name), ")");
      }
      report.add_case(task.group->suite, std::move(task.result.differences));
    }
    return absl::OkStatus();
  }

 private:
  /// Cases of another suite inside one.
  void add_parts(const Group& group, const Json& value, const JsonPath& place,
                 VerifyReport& report) {
    for (const Group& part : group.groups) {
      const std::string field(part.field);
      if (!value.is_object() || !value.contains(field)) continue;
      add_cases(part, field, value[field], paths_.emplace_back(place / part.field), report);
    }
  }

  void add_cases(const Group& group, const std::string& key, const Json& value,
                 const JsonPath& place, VerifyReport& report) {
    if (group.shape == Shape::kNote) return;
    const bool each = group.shape == Shape::kEach;
    if (group.run == nullptr && group.shape != Shape::kGroups) {
      const std::size_t cases = each && value.is_structured() ? value.size() : 1;
      return report.add_pending(group.suite, cases, kClient);
    }
    if (!each) return add_task(group, value, place, key);
    if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        add_task(group, value[i], place[i], name_of(value[i]));
      }
    } else if (value.is_object()) {
      for (const auto& item : value.items()) {
        add_task(group, item.value(), place / item.key(), item.key());
      }
    } else {
      add_task(group, value, place, key);
    }
  }

  void add_task(const Group& group, const Json& json, const JsonPath& at, const std::string& name) {
    tasks_.push_back({&group, &json, at, {name, {}, 0, false}, absl::OkStatus()});
  }

  static std::string name_of(const Json& json) {
    if (!json.is_object()) return "";
    for (const char* field : {"name", "why", "text", "ss58", "path"}) {
      const auto found = json.find(field);
      if (found != json.end() && found->is_string()) return found->get<std::string>();
    }
    return "";
  }

  void run(Task& task) {
    IdentityRun run{document_, file_, effort_, {}};
    Case recorded(*task.json, task.at, run, task.result);
    if (task.group->run != nullptr) {
      task.group->run(recorded);
    } else {
      run.reader.is_object(*task.json, task.at);  // a group of groups: refused, since it is none
    }
    const bool proves_nothing = task.result.compared == 0 && !task.result.left_out;
    if (proves_nothing) run.reader.fail(task.at, "has no result to compare");
    task.status = run.reader.status();
  }

  const Json& document_;
  const std::string& file_;
  Effort effort_;
  std::deque<JsonPath> paths_;
  std::vector<Task> tasks_;
};

}  // namespace

bool is_identity(const Json& document) { return !groups_of(document).empty(); }

absl::Status verify_identity(const Json& document, const std::string& file, VerifyReport& report,
                             Effort effort) {
  const JsonPath top("");
  Plan plan(document, file, effort);
  plan.add_groups(document, top, groups_of(document), report);
  plan.run();
  return plan.report_to(report);
}

}  // namespace yuma::lab
