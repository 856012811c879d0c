// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http_message.h"

namespace continuo {

// Finds who answers a request, by method and path. A pattern is literal segments and `{name}`,
// which stands for any one segment and lands in HttpRequest::params: "/rooms/{room}/session". The
// first pattern that matches wins. Answers 404 and 405 itself, and OPTIONS with the methods there
// are unless the path has a handler for it. HEAD goes to GET's handler; who writes the response
// leaves out the body.
class HttpRouter {
 public:
  using Handler = std::function<void(const HttpRequest&, HttpReply)>;

  void Add(HttpMethod method, std::string_view pattern, Handler handler);
  void Handle(HttpRequest request, const HttpReply& reply) const;

 private:
  struct Route {
    HttpMethod method;
    std::vector<std::string> pattern;
    Handler handler;
  };
  std::vector<Route> routes_;
};

std::string_view ToString(HttpMethod method);

}  // namespace continuo
