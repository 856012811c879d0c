# SPDX-License-Identifier: Apache-2.0
# Writes FILES as bytes into OUT, a source that defines continuo::WebAssets(): see api/web_asset.h.
set(types_html "text/html; charset=utf-8")
set(types_js "text/javascript; charset=utf-8")
set(types_css "text/css; charset=utf-8")
set(types_svg "image/svg+xml")

set(arrays "")
set(table "")
set(index 0)
foreach(path IN LISTS FILES)
  get_filename_component(name ${path} NAME)
  get_filename_component(extension ${path} LAST_EXT)
  string(SUBSTRING ${extension} 1 -1 extension)
  file(READ ${path} hex HEX)
  file(SHA256 ${path} sha256)
  string(SUBSTRING ${sha256} 0 16 tag)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND arrays "constexpr char kBytes${index}[] = {${bytes}};\n")
  string(APPEND table "    {\"${name}\", \"${types_${extension}}\", \"\\\"${tag}\\\"\",\n"
                      "     std::string_view(kBytes${index}, sizeof kBytes${index})},\n")
  math(EXPR index "${index} + 1")
endforeach()

file(WRITE ${OUT} "// Generated from web/ by api/embed_web.cmake.
#include \"api/web_asset.h\"

namespace continuo {
namespace {
${arrays}
constexpr WebAsset kAssets[] = {
${table}};
}  // namespace

std::span<const WebAsset> WebAssets() { return kAssets; }

}  // namespace continuo
")
