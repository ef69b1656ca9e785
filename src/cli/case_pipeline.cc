// SPDX-License-Identifier: Apache-2.0
#include "cli/case_pipeline.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/report/simulate_report.h"

namespace rolecall::cli {

namespace {

struct Job {
  LineBlock block{};
  std::string results{};
  std::size_t decided = 0;
  bool done = false;
};

// A queue of jobs in the order of the input. Threads that decide take the next job nobody took; the
// thread that writes takes the first one once it is done; the one that reads waits while the queue
// is full.
class JobQueue {
 public:
  explicit JobQueue(std::size_t most) : most_(most) {}

  void push(LineBlock block) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return jobs_.size() < most_; });
    jobs_.push_back(std::make_unique<Job>());
    jobs_.back()->block = std::move(block);
    work_.notify_one();
  }
  // No more jobs will be pushed.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    work_.notify_all();
    done_.notify_all();
  }
  // Null when there is nothing left to decide.
  Job* take() {
    std::unique_lock lock(mutex_);
    work_.wait(lock, [&] { return taken_ < jobs_.size() || closed_; });
    return taken_ < jobs_.size() ? jobs_[taken_++].get() : nullptr;
  }
  void finish(Job& job) {
    const std::lock_guard lock(mutex_);
    job.done = true;
    done_.notify_one();
  }
  // Null when everything was written.
  std::unique_ptr<Job> pop_done() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return jobs_.empty() ? closed_ : jobs_.front()->done; });
    if (jobs_.empty()) return nullptr;
    std::unique_ptr<Job> first = std::move(jobs_.front());
    jobs_.pop_front();
    --taken_;
    room_.notify_one();
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable work_;
  std::condition_variable done_;
  std::deque<std::unique_ptr<Job>> jobs_;
  std::size_t taken_ = 0;
  std::size_t most_;
  bool closed_ = false;
};

NeutralResult too_long(const LineBlock::Line& line, std::size_t most) {
  NeutralResult result;
  result.error = fmt::format("line {}: longer than {} bytes; raise the limit with --max-line-bytes",
                             line.number, most);
  return result;
}

void decide_lines(Job& job, NeutralEvaluator& evaluator, std::size_t max_line_bytes) {
  JsonWriter out(/*indent=*/0);
  for (const LineBlock::Line& line : job.block.lines) {
    const std::string_view text =
        std::string_view(job.block.text).substr(line.begin, line.end - line.begin);
    if (line.too_long) {
      write_neutral_result(out, too_long(line, max_line_bytes));
    } else if (!trim(text).empty()) {
      write_neutral_result(out, evaluator.decide(text, line.number));
    } else {
      continue;  // A blank line is not a case.
    }
    out.end_line();
    ++job.decided;
  }
  job.results = out.text();
}

}  // namespace

std::optional<Diagnostic> run_case_pipeline(LineReader& lines, std::ostream& out,
                                            const PipelineOptions& options) {
  constexpr std::size_t kWaitingPerThread = 4;
  JobQueue queue(options.jobs * kWaitingPerThread);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < options.jobs; ++i) {
    threads.emplace_back([&] {
      NeutralEvaluator evaluator(options.cases);
      while (Job* job = queue.take()) {
        decide_lines(*job, evaluator, options.max_line_bytes);
        queue.finish(*job);
      }
    });
  }
  threads.emplace_back([&] {
    std::size_t decided = 0;
    while (const auto job = queue.pop_done()) {
      out << job->results << std::flush;
      decided += job->decided;
      if (options.progress) options.progress(decided);
    }
  });
  std::optional<Diagnostic> fault;
  while (true) {
    auto block = lines.next();
    if (!block) fault = std::move(block.error());
    if (!block || block->lines.empty()) break;
    queue.push(*std::move(block));
  }
  queue.close();
  threads.clear();
  return fault;
}

}  // namespace rolecall::cli
