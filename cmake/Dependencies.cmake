# SPDX-License-Identifier: Apache-2.0
# Third-party libraries, all from Debian 12. Each name here is used by the folder that owns it
# and by nobody else; tests/include_map.py guards that.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(CURL REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(Protobuf REQUIRED)  # the module: Debian's protobuf has no config package
find_package(gRPC CONFIG REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(avcodec REQUIRED IMPORTED_TARGET libavcodec libavutil)
pkg_check_modules(avformat REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil libswscale libswresample)
pkg_check_modules(vpx REQUIRED IMPORTED_TARGET vpx)
pkg_check_modules(va REQUIRED IMPORTED_TARGET libva libva-drm)
pkg_check_modules(vpl REQUIRED IMPORTED_TARGET vpl)
pkg_check_modules(x264 REQUIRED IMPORTED_TARGET x264)
pkg_check_modules(opus REQUIRED IMPORTED_TARGET opus)
pkg_check_modules(pango REQUIRED IMPORTED_TARGET pangocairo)
pkg_check_modules(speexdsp REQUIRED IMPORTED_TARGET speexdsp)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(srtp2 REQUIRED IMPORTED_TARGET libsrtp2)  # a test oracle, never in the product

find_library(YUV_LIBRARY yuv REQUIRED)  # libyuv has no .pc file
add_library(yuv INTERFACE)
target_link_libraries(yuv INTERFACE ${YUV_LIBRARY})
