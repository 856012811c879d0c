# SPDX-License-Identifier: Apache-2.0
# Warnings, sanitizers, ccache and mold: what every target of ours is built with.
find_program(CCACHE ccache)
if(CCACHE)
  # Precompiled headers need ccache to look at what they were made of, not at their times.
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(CONTINUO_WARNINGS
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wimplicit-fallthrough -Wextra-semi)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  list(APPEND CONTINUO_WARNINGS -Wthread-safety -Wno-missing-designated-field-initializers)
else()
  # Designated initializers leave the rest at their declared defaults on purpose.
  list(APPEND CONTINUO_WARNINGS -Wno-missing-field-initializers)
  # GCC 12 at -O3 takes "text" + std::string for overlapping copies (GCC bug 105651).
  list(APPEND CONTINUO_WARNINGS $<$<CONFIG:Release>:-Wno-restrict>)
endif()

if(CONTINUO_SANITIZE)
  # -pthread, for precompiled headers want the same of all their users.
  add_compile_options(-fsanitize=${CONTINUO_SANITIZE} -fno-omit-frame-pointer -pthread)
  add_link_options(-fsanitize=${CONTINUO_SANITIZE})
  if(CONTINUO_SANITIZE MATCHES undefined)
    add_compile_options(-fno-sanitize-recover=all)
  endif()
endif()
