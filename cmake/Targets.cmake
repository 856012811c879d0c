# SPDX-License-Identifier: Apache-2.0
# One target per folder, named after it: transport/wire becomes continuo_transport_wire.

function(continuo_target_name folder out)
  string(REPLACE "/" "_" name ${folder})
  set(${out} continuo_${name} PARENT_SCOPE)
endfunction()

# The standard library is a third of what a file costs to compile, more with sanitizers, and it is
# the sanitizers' builds that ./test spends its time on: once for all of base's users there. The
# other builds do without, and so notice when a file includes too little.
function(continuo_precompile_for_sanitizers target)
  if(NOT CONTINUO_SANITIZE)
    return()
  endif()
  if(target STREQUAL continuo_base)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <array> <atomic> <chrono> <cstdint> <functional> <map> <memory> <mutex> <optional>
      <span> <string> <string_view> <thread> <tl/expected.hpp> <unordered_map> <utility> <vector>)
  else()
    target_precompile_headers(${target} REUSE_FROM continuo_base)
  endif()
endfunction()

# continuo_folder(DEPS folders... LIBS third-party...)
# Builds every .cc beside the calling CMakeLists.txt (and below it) into this folder's library.
function(continuo_folder)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS;EXCLUDE" ${ARGN})
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  continuo_target_name(${folder} target)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  foreach(pattern IN LISTS ARG_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX ${pattern})
  endforeach()
  if(sources)
    add_library(${target} STATIC ${sources})
    continuo_precompile_for_sanitizers(${target})
    set(scope PUBLIC)
    target_compile_options(${target} PRIVATE ${CONTINUO_WARNINGS})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR})
  foreach(dep IN LISTS ARG_DEPS)
    continuo_target_name(${dep} dep_target)
    target_link_libraries(${target} ${scope} ${dep_target})
  endforeach()
  target_link_libraries(${target} ${scope} ${ARG_LIBS})
endfunction()

# continuo_executable(name SOURCES ... DEPS folders... LIBS third-party...)
function(continuo_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${CONTINUO_WARNINGS})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  foreach(dep IN LISTS ARG_DEPS)
    continuo_target_name(${dep} dep_target)
    target_link_libraries(${name} PRIVATE ${dep_target})
  endforeach()
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} Threads::Threads)
endfunction()

# continuo_test_program(name SOURCES ... DEPS folders... LIBS third-party...)
# A gtest program, which whoever calls registers with ctest.
function(continuo_test_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LIBS" ${ARGN})
  continuo_executable(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS}
    LIBS ${ARG_LIBS} GTest::gmock GTest::gtest_main)
  # gtest, gmock and the standard library are most of what a test costs to compile: once for all,
  # and without optimisation. What is tested keeps its own.
  target_compile_options(${name} PRIVATE -O0 -pthread)
  target_precompile_headers(${name} REUSE_FROM continuo_test_headers)
endfunction()

# continuo_test(folder DEPS folders... LIBS ... LABEL unit|vectors|scenario|conformance SOFTVA)
# One gtest program for every *_test.cc below tests/<label>/<folder>. With SOFTVA it runs on the
# VA-API driver in software, once for each of the driver's behaviours; PERSONALITIES names those
# that make sense, where not all do.
function(continuo_test folder)
  cmake_parse_arguments(ARG "SOFTVA" "LABEL;TIMEOUT" "DEPS;LIBS;PERSONALITIES" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  string(REPLACE "/" "_" name ${folder})
  set(target ${ARG_LABEL}_${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/tests/${ARG_LABEL}/${folder}/*_test.cc)
  if(CONTINUO_SANITIZE MATCHES thread)
    # They count allocations with an operator new of their own, and ThreadSanitizer has one already.
    list(FILTER sources EXCLUDE REGEX "(allocation|steady_state)_test\\.cc$")
  endif()
  if(NOT sources)
    return()
  endif()
  continuo_test_program(${target} SOURCES ${sources} DEPS ${ARG_DEPS} LIBS ${ARG_LIBS})
  if(ARG_SOFTVA)
    if(NOT ARG_PERSONALITIES)
      set(ARG_PERSONALITIES intel amd)
    endif()
    continuo_tests_on_softva(${target} ${ARG_LABEL} ${ARG_TIMEOUT} ${ARG_PERSONALITIES})
  else()
    add_test(NAME ${target} COMMAND ${target})
    set_tests_properties(${target} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
  endif()
endfunction()

# continuo_softva_environment(out): what makes a program find tests/softva's driver at
# /dev/dri/renderD128.
function(continuo_softva_environment out)
  set(folder ${CMAKE_BINARY_DIR}/softva)
  set(${out} LD_PRELOAD=${folder}/libsoftva_i915.so LIBVA_DRIVERS_PATH=${folder}
    LIBVA_DRIVER_NAME=soft LIBVA_MESSAGING_LEVEL=0 PARENT_SCOPE)
endfunction()

# Whether a sanitizer build, which is several times slower, leaves this behaviour of the driver out:
# it sees Intel's asynchronous and AMD's in order.
function(continuo_softva_left_out personality async out)
  set(${out} OFF PARENT_SCOPE)
  if(CONTINUO_SANITIZE AND NOT "${personality}${async}" MATCHES "^(intel1|amd0)$")
    set(${out} ON PARENT_SCOPE)
  endif()
endfunction()

# Registers <target>_intel and <target>_intel_async, and so for each personality named.
function(continuo_tests_on_softva target label timeout)
  continuo_softva_environment(environment)
  foreach(personality IN LISTS ARGN)
    foreach(async 0 1)
      continuo_softva_left_out(${personality} ${async} left_out)
      if(left_out)
        continue()
      endif()
      set(name ${target}_${personality})
      if(async)
        string(APPEND name _async)
      endif()
      add_test(NAME ${name} COMMAND ${target})
      set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${timeout} ENVIRONMENT
        "${environment};SOFTVA_PERSONALITY=${personality};SOFTVA_ASYNC=${async}")
    endforeach()
  endforeach()
endfunction()

# continuo_fuzz(name DEPS folders...): tests/fuzz/<name>.cc, seeds in tests/fuzz/corpus/<name>/.
# With CONTINUO_FUZZ it is a libFuzzer program run for a few seconds; without it the same file is
# linked with a driver that replays the corpus, so that every past crash stays a regression test.
function(continuo_fuzz name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS" ${ARGN})
  set(target fuzz_${name})
  set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  if(CONTINUO_FUZZ)
    continuo_executable(${target} SOURCES ${CMAKE_SOURCE_DIR}/tests/fuzz/${name}.cc
      DEPS ${ARG_DEPS} LIBS ${ARG_LIBS})
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    add_test(NAME ${target}
      COMMAND ${CMAKE_SOURCE_DIR}/tests/fuzz/run_briefly $<TARGET_FILE:${target}> ${corpus})
  else()
    continuo_executable(${target} SOURCES ${CMAKE_SOURCE_DIR}/tests/fuzz/${name}.cc
      ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cc DEPS ${ARG_DEPS} LIBS ${ARG_LIBS})
    add_test(NAME ${target} COMMAND ${target} ${corpus})
  endif()
  set_tests_properties(${target} PROPERTIES LABELS fuzz TIMEOUT 120)
endfunction()
