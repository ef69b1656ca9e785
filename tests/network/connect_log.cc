// SPDX-License-Identifier: Apache-2.0
// Loaded before libc: appends every address that is connected to, `127.0.0.1:80`, to the file that
// CONNECT_LOG names.
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

void append(const char* address, unsigned port) {
  const char* const path = std::getenv("CONNECT_LOG");
  if (path == nullptr) return;
  char line[128];
  const int size = std::snprintf(line, sizeof(line), "%s:%u\n", address, port);
  const int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || write(file, line, static_cast<std::size_t>(size)) != size) std::abort();
  close(file);
}

}  // namespace

extern "C" int connect(int socket, const sockaddr* address, socklen_t size) {
  char text[INET6_ADDRSTRLEN] = "a file";
  unsigned port = 0;
  if (address->sa_family == AF_INET) {
    const auto* const four = reinterpret_cast<const sockaddr_in*>(address);
    inet_ntop(AF_INET, &four->sin_addr, text, sizeof(text));
    port = ntohs(four->sin_port);
  } else if (address->sa_family == AF_INET6) {
    const auto* const six = reinterpret_cast<const sockaddr_in6*>(address);
    inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof(text));
    port = ntohs(six->sin6_port);
  }
  append(text, port);
  using Connect = int (*)(int, const sockaddr*, socklen_t);
  static const auto kNext = reinterpret_cast<Connect>(dlsym(RTLD_NEXT, "connect"));
  return kNext(socket, address, size);
}
