// SPDX-License-Identifier: Apache-2.0
#include "cli/join/whip_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace continuo {
namespace {

constexpr size_t kMaxBody = 64 * 1024;
constexpr long kTimeoutSeconds = 10;

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Response {
  long status = 0;
  std::string body;
  std::string location;
};

size_t OnBody(char* data, size_t size, size_t count, void* user) {
  auto& response = *static_cast<Response*>(user);
  if (response.body.size() + size * count > kMaxBody) return 0;
  response.body.append(data, size * count);
  return size * count;
}

size_t OnHeader(char* data, size_t size, size_t count, void* user) {
  auto& response = *static_cast<Response*>(user);
  const std::string_view line(data, size * count);
  constexpr std::string_view kLocation = "location:";
  std::string name(line.substr(0, kLocation.size()));
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name != kLocation) return size * count;
  std::string_view value = line.substr(kLocation.size());
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) value.remove_suffix(1);
  response.location = value;
  return size * count;
}

struct Request {
  std::string method;
  std::string url;
  std::string token;
  std::string body;
};

Result<Response> Send(const Request& request, const WhipClient::Options& options) {
  const std::unique_ptr<CURL, FreeCurl> curl(curl_easy_init());
  if (!curl) return Fail(ErrorCode::kInternal, "cannot start an HTTP client");
  Response response;
  curl_slist* raw = curl_slist_append(nullptr, "Content-Type: application/sdp");
  raw = curl_slist_append(raw, ("Authorization: Bearer " + request.token).c_str());
  const std::unique_ptr<curl_slist, FreeCurl> headers(raw);
  curl_easy_setopt(curl.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &response);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &response);
  if (!request.body.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
  }
  if (!options.ca_file.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_CAINFO, options.ca_file.c_str());
  }
  if (options.insecure) {
    curl_easy_setopt(curl.get(), CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    return Fail(ErrorCode::kUnavailable, "cannot reach the server", curl_easy_strerror(code), code);
  }
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &response.status);
  return response;
}

}  // namespace

Result<JoinLink> ParseJoinLink(const std::string& url) {
  const size_t path = url.find("/join/");
  const size_t fragment = url.find('#');
  const bool http = url.starts_with("https://") || url.starts_with("http://");
  if (!http || path == url.npos || fragment == url.npos || fragment < path) {
    return Fail(ErrorCode::kInvalidArgument, "not a join link: https://HOST:PORT/join/ROOM#TOKEN");
  }
  const size_t room = path + std::string_view("/join/").size();
  JoinLink link{url.substr(0, path), url.substr(room, fragment - room), url.substr(fragment + 1)};
  link.room = link.room.substr(0, link.room.find('?'));
  return link;
}

WhipClient::WhipClient(JoinLink link, Options options)
    : link_(std::move(link)), options_(std::move(options)) {}

WhipClient::~WhipClient() { Leave(); }

Result<std::string> WhipClient::Join(const std::string& offer, const std::string& rendition) {
  const auto response =
      Send({"POST", link_.origin + "/rooms/" + link_.room + "/session?rendition=" + rendition,
            link_.token, offer},
           options_);
  if (!response) return tl::unexpected(response.error());
  if (response->status != 201) {
    return Fail(ErrorCode::kPermissionDenied, "the server refused", response->body,
                response->status);
  }
  session_url_ =
      response->location.starts_with("/") ? link_.origin + response->location : response->location;
  return response->body;
}

void WhipClient::Leave() {
  if (session_url_.empty()) return;
  // The server notices our absence in any case.
  [[maybe_unused]] const auto ignored = Send({"DELETE", session_url_, link_.token, {}}, options_);
  session_url_.clear();
}

}  // namespace continuo
