// SPDX-License-Identifier: Apache-2.0
#include "api/page_endpoint.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "api/names.h"
#include "api/web_asset.h"

namespace continuo {
namespace {

// No inline script or style, nothing from elsewhere, no framing: whoever could add a script to the
// page could listen to the call.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "media-src 'self' blob:; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

const WebAsset* FindAsset(std::string_view name) {
  const auto assets = WebAssets();
  const auto it = std::find_if(assets.begin(), assets.end(),
                               [&](const WebAsset& asset) { return asset.name == name; });
  return it == assets.end() ? nullptr : &*it;
}

HttpResponse Serve(const WebAsset& asset, const HttpRequest& request) {
  HttpResponse response;
  response.headers = {
      {"ETag", std::string(asset.etag)},
      // Kept, but asked about each time: a page and a script of two versions never meet.
      {"Cache-Control", "no-cache"},
      {"Content-Security-Policy", std::string(kContentSecurityPolicy)},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Permissions-Policy", "camera=(self), microphone=(self), geolocation=(), payment=()"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
  };
  if (request.if_none_match == asset.etag) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", std::string(asset.content_type));
  response.body = asset.bytes;
  return response;
}

}  // namespace

void AddPageRoutes(HttpRouter& router) {
  router.Add(HttpMethod::kGet, "/join/{room}",
             [](const HttpRequest& request, const HttpReply& reply) {
               const WebAsset* page = FindAsset("join.html");
               if (page == nullptr || !IsRoomName(request.params[0])) {
                 return reply(PlainResponse(404, "There is no such room."));
               }
               reply(Serve(*page, request));
             });
  router.Add(HttpMethod::kGet, "/web/{file}",
             [](const HttpRequest& request, const HttpReply& reply) {
               const WebAsset* asset = FindAsset(request.params[0]);
               reply(asset == nullptr ? PlainResponse(404, "There is no such file.")
                                      : Serve(*asset, request));
             });
  router.Add(HttpMethod::kGet, "/healthz",
             [](const HttpRequest&, const HttpReply& reply) { reply(PlainResponse(200, "ok")); });
}

}  // namespace continuo
