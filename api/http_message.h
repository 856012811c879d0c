// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace continuo {

enum class HttpMethod : uint8_t { kGet, kHead, kPost, kPatch, kDelete, kOptions, kOther };

// A request as the endpoints see it: bounded, decoded, and with only the header fields that some
// endpoint uses. What was not sent is empty.
struct HttpRequest {
  HttpMethod method = HttpMethod::kOther;
  std::vector<std::string> path;  // percent-decoded segments: {"rooms", "crisis", "session"}
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  std::string authorization;
  std::string content_type;
  std::string if_match;
  std::string if_none_match;
  std::string websocket_protocols;
  std::string body;

  std::vector<std::string> params;  // what the router's {…} stood for, in order

  // The first of that name; empty when there is none.
  std::string_view Query(std::string_view name) const;
  // The token of "Authorization: Bearer …" (RFC 6750); empty when there is none.
  std::string_view BearerToken() const;
  // The media type without its parameters, in lower case.
  std::string MediaType() const;
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Answers one request; called at most once, at once or later.
using HttpReply = std::function<void(HttpResponse)>;

// Fills path and query from a request target in origin form (RFC 9112 section 3.2.1). kMalformed
// when it is none.
Status ParseTarget(std::string_view target, HttpRequest& request);

// A sentence for a person, never cached.
HttpResponse PlainResponse(int status, std::string_view sentence);
// The status that the error's code stands for, and its text. What went wrong inside stays inside.
HttpResponse ErrorResponse(const Error& error);

}  // namespace continuo
