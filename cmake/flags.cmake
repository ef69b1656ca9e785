# Warnings and sanitizers of developer builds. Never exported to consumers.
add_library(rolecall_flags INTERFACE)
target_compile_options(rolecall_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Wcast-align -Woverloaded-virtual -Wdouble-promotion -Wformat=2
  -Wimplicit-fallthrough -Wextra-semi -Wundef
  $<$<BOOL:${ROLECALL_WERROR}>:-Werror>)
# The optimizer of gcc 12 sees these three inside <string>, <vector> and <optional> where they cannot
# happen; the dev and clang presets keep them.
target_compile_options(rolecall_flags INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release,RelWithDebInfo,MinSizeRel>>:
    -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow>)
target_compile_definitions(rolecall_flags INTERFACE
  $<$<NOT:$<CONFIG:Release>>:_GLIBCXX_ASSERTIONS>)
if(ROLECALL_SANITIZE)
  target_compile_options(rolecall_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # Every check has a record with addresses: two million to relocate at each start, were it PIE.
  target_link_options(rolecall_flags INTERFACE -fsanitize=address,undefined -no-pie)
endif()
if(ROLECALL_COVERAGE)
  target_compile_options(rolecall_flags INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(rolecall_flags INTERFACE -fprofile-instr-generate)
endif()
