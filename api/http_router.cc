// SPDX-License-Identifier: Apache-2.0
#include "api/http_router.h"

#include <algorithm>
#include <optional>

namespace continuo {
namespace {

std::vector<std::string> Split(std::string_view pattern) {
  std::vector<std::string> segments;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // the slash
    const size_t end = std::min(pattern.find('/'), pattern.size());
    segments.emplace_back(pattern.substr(0, end));
    pattern.remove_prefix(end);
  }
  return segments;
}

// The values of the pattern's {…}; none when the path is another.
std::optional<std::vector<std::string>> Match(const std::vector<std::string>& pattern,
                                              const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  std::vector<std::string> params;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i].starts_with('{')) {
      if (path[i].empty()) return std::nullopt;
      params.push_back(path[i]);
    } else if (pattern[i] != path[i]) {
      return std::nullopt;
    }
  }
  return params;
}

}  // namespace

std::string_view ToString(HttpMethod method) {
  switch (method) {
    case HttpMethod::kGet:
      return "GET";
    case HttpMethod::kHead:
      return "HEAD";
    case HttpMethod::kPost:
      return "POST";
    case HttpMethod::kPatch:
      return "PATCH";
    case HttpMethod::kDelete:
      return "DELETE";
    case HttpMethod::kOptions:
      return "OPTIONS";
    case HttpMethod::kOther:
      break;
  }
  return "other";
}

void HttpRouter::Add(HttpMethod method, std::string_view pattern, Handler handler) {
  routes_.push_back({method, Split(pattern), std::move(handler)});
}

void HttpRouter::Handle(HttpRequest request, const HttpReply& reply) const {
  const HttpMethod wanted = request.method == HttpMethod::kHead ? HttpMethod::kGet : request.method;
  std::string allowed;
  for (const Route& route : routes_) {
    auto params = Match(route.pattern, request.path);
    if (!params) continue;
    if (route.method == wanted) {
      request.params = std::move(*params);
      return route.handler(request, reply);
    }
    if (!allowed.empty()) allowed.append(", ");
    allowed.append(ToString(route.method));
    if (route.method == HttpMethod::kGet) allowed.append(", HEAD");
  }
  if (allowed.empty()) return reply(PlainResponse(404, "There is nothing at this address."));
  const bool asks = request.method == HttpMethod::kOptions;
  HttpResponse response =
      asks ? HttpResponse{204, {}, {}} : PlainResponse(405, "This address does not do that.");
  response.headers.emplace_back("Allow", allowed);
  reply(std::move(response));
}

}  // namespace continuo
