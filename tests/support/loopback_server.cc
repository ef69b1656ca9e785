// SPDX-License-Identifier: Apache-2.0
#include "support/loopback_server.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

constexpr int kPollMilliseconds = 20;

void send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

std::string ServedRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equals_ignore_case(key, name)) return value;
  }
  return {};
}

std::map<std::string, std::string> ServedRequest::form() const {
  std::map<std::string, std::string> fields;
  for (const std::string_view pair : split(body, '&')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    fields[percent_decode(pair.substr(0, equals)).value_or("?")] =
        percent_decode(pair.substr(equals + 1)).value_or("?");
  }
  return fields;
}

LoopbackServer::LoopbackServer(Answer answer) : answer_(std::move(answer)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, plain, size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, plain, &size) != 0) {
    throw std::runtime_error("no port on loopback");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

LoopbackServer::~LoopbackServer() {
  ending_ = true;
  acceptor_.join();
  for (std::thread& each : workers_) each.join();
  close(listener_);
}

std::string LoopbackServer::url() const {
  return fmt::format("http://127.0.0.1:{}", port_);
}

std::vector<ServedRequest> LoopbackServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void LoopbackServer::accept_all() {
  while (!ending_) {
    pollfd wait{listener_, POLLIN, 0};
    if (poll(&wait, 1, kPollMilliseconds) <= 0) continue;
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    ++connections_;
    workers_.emplace_back([this, socket] { serve(socket); });
  }
}

void LoopbackServer::serve(int socket) {
  std::string buffer;
  while (serve_one(socket, buffer)) {
  }
  close(socket);
}

bool LoopbackServer::fill(int socket, std::string& buffer) const {
  std::array<char, 16384> block{};
  while (!ending_) {
    pollfd wait{socket, POLLIN, 0};
    if (poll(&wait, 1, kPollMilliseconds) <= 0) continue;
    const ssize_t got = recv(socket, block.data(), block.size(), 0);
    if (got <= 0) return false;
    buffer.append(block.data(), static_cast<std::size_t>(got));
    return true;
  }
  return false;
}

bool LoopbackServer::serve_one(int socket, std::string& buffer) {
  std::size_t head = 0;
  while ((head = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!fill(socket, buffer)) return false;
  }
  ServedRequest request;
  std::size_t length = 0;
  for (std::string_view line : split(std::string_view(buffer).substr(0, head), '\n')) {
    line = trim(line);
    const std::size_t colon = line.find(": ");
    if (request.method.empty()) {
      const auto words = split(line, ' ');
      request.method = words[0];
      request.path = words.size() > 1 ? words[1] : "";
    } else if (colon != std::string_view::npos) {
      request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
  }
  const std::string size = request.header("Content-Length");
  std::from_chars(size.data(), size.data() + size.size(), length);
  buffer.erase(0, head + 4);
  while (buffer.size() < length) {
    if (!fill(socket, buffer)) return false;
  }
  request.body = buffer.substr(0, length);
  buffer.erase(0, length);
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const ServedAnswer answer = answer_(request);
  const std::string headers = fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n{}\r\n",
                                          answer.status, answer.body.size(), answer.headers);
  const std::string_view body = answer.body;
  send_all(socket,
           headers + std::string(body.substr(0, answer.cut_off ? body.size() / 2 : body.size())));
  return !answer.cut_off;
}

}  // namespace rolecall
