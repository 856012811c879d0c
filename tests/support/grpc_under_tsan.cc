// SPDX-License-Identifier: Apache-2.0
// Debian's gRPC is not built for ThreadSanitizer, which therefore misses how its threads wait for
// each other and reports the templates of its headers that were compiled into our programs. What is
// between gRPC's own threads is not looked at; what is between ours still is.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:libgrpc\n"
         "race:libgpr\n"
         "race:libabsl\n"
         "race:libprotobuf\n";
}
#endif
#endif
