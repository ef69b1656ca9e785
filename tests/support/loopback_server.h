// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace rolecall {

struct ServedRequest {
  std::string method{};
  std::string path{};
  std::vector<std::pair<std::string, std::string>> headers{};  // Names as they were sent.
  std::string body{};

  [[nodiscard]] std::string header(std::string_view name) const;
  // The form of a Query call, decoded.
  [[nodiscard]] std::map<std::string, std::string> form() const;
};

struct ServedAnswer {
  int status = 200;
  std::string body{};
  bool cut_off = false;   // Close the connection half-way through the body.
  std::string headers{};  // Further ones, each with its line break.
};

// An HTTP server on 127.0.0.1, at a port of its own, for as long as it lives. Every connection has
// a thread; `answer` is called from all of them.
class LoopbackServer {
 public:
  using Answer = std::function<ServedAnswer(const ServedRequest&)>;
  explicit LoopbackServer(Answer answer);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  // `http://127.0.0.1:PORT`.
  [[nodiscard]] std::string url() const;
  // What was asked so far.
  [[nodiscard]] std::vector<ServedRequest> requests() const;
  [[nodiscard]] std::size_t connections() const { return connections_; }

 private:
  void accept_all();
  void serve(int socket);
  bool serve_one(int socket, std::string& buffer);
  bool fill(int socket, std::string& buffer) const;

  Answer answer_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> ending_ = false;
  std::atomic<std::size_t> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<ServedRequest> requests_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

}  // namespace rolecall
