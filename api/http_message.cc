// SPDX-License-Identifier: Apache-2.0
#include "api/http_message.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace continuo {
namespace {

// Enough for every address that we hand out; anything longer is not ours.
constexpr size_t kMaxSegments = 8;
constexpr size_t kMaxQueryParameters = 16;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int HttpStatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kMalformed:
      return 400;
    case ErrorCode::kUnauthenticated:
      return 401;
    case ErrorCode::kPermissionDenied:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kAlreadyExists:
      return 409;
    case ErrorCode::kUnsupported:
      return 422;
    case ErrorCode::kResourceExhausted:
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeviceFailed:
      return 503;
    case ErrorCode::kInternal:
      break;
  }
  return 500;
}

}  // namespace

std::string_view HttpRequest::Query(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

std::string_view HttpRequest::BearerToken() const {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view field = authorization;
  if (field.size() <= kScheme.size() || !std::equal(kScheme.begin(), kScheme.end(), field.begin(),
                                                    [](char a, char b) { return a == Lower(b); })) {
    return {};
  }
  const size_t begin = field.find_first_not_of(' ', kScheme.size());
  return begin == std::string_view::npos ? std::string_view() : field.substr(begin);
}

std::string HttpRequest::MediaType() const {
  std::string type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(), Lower);
  return type;
}

Status ParseTarget(std::string_view target, HttpRequest& request) {
  const auto parsed = boost::urls::parse_origin_form({target.data(), target.size()});
  if (parsed.has_error()) return Fail(ErrorCode::kMalformed, "The request target is malformed");
  const auto segments = parsed->segments();
  const auto params = parsed->params();
  if (segments.size() > kMaxSegments || params.size() > kMaxQueryParameters) {
    return Fail(ErrorCode::kMalformed, "The request target has too many parts");
  }
  for (const std::string& segment : segments) request.path.push_back(segment);
  for (const auto& param : params) request.query.emplace_back(param.key, param.value);
  return {};
}

HttpResponse PlainResponse(int status, std::string_view sentence) {
  HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
  response.body.append(sentence).append("\n");
  return response;
}

HttpResponse ErrorResponse(const Error& error) {
  std::string sentence(error.text);
  if (error.code == ErrorCode::kInternal) {
    sentence = "Something went wrong inside the server.";
  } else {
    if (!error.detail.empty()) sentence.append(": ").append(error.detail);
    if (!sentence.ends_with('.')) sentence.push_back('.');
  }
  HttpResponse response = PlainResponse(HttpStatusOf(error.code), sentence);
  if (response.status == 503) response.headers.emplace_back("Retry-After", "5");
  if (response.status == 401) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"continuo\"");
  }
  return response;
}

}  // namespace continuo
