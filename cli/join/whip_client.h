// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace continuo {

// A join link as people pass it on: https://HOST:PORT/join/ROOM#TOKEN.
struct JoinLink {
  std::string origin;  // https://HOST:PORT
  std::string room;
  std::string token;
};
Result<JoinLink> ParseJoinLink(const std::string& url);

// The HTTP side of joining, by WHIP's rules (RFC 9725): offers, takes the answer, and deletes the
// session at the end. Blocks; used before and after the media runs.
class WhipClient {
 public:
  struct Options {
    std::string ca_file;    // PEM; empty: the system's authorities
    bool insecure = false;  // accept any certificate: said on the command line, never by default
  };
  WhipClient(JoinLink link, Options options);
  ~WhipClient();
  WhipClient(const WhipClient&) = delete;
  WhipClient& operator=(const WhipClient&) = delete;

  // The SDP answer. `rendition` is a rung's name.
  Result<std::string> Join(const std::string& offer, const std::string& rendition);
  void Leave();

 private:
  const JoinLink link_;
  const Options options_;
  std::string session_url_;
};

}  // namespace continuo
