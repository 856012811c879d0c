// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace continuo {

// One open WebSocket, as its feed sees it. Policy KeepLatest: while the peer is still taking one
// message, only the newest of those after it is kept, so what is sent must be whole states.
class EventStream {
 public:
  virtual ~EventStream() = default;
  virtual void Send(std::string text) = 0;
  // After what was sent last. The feed is destroyed once the stream is closed.
  virtual void Close() = 0;
};

// Who fills one stream: made when a request is accepted, destroyed when the stream has ended for
// whatever reason. Control thread only.
class EventFeed {
 public:
  virtual ~EventFeed() = default;
  // Called once. `stream` lives as long as this.
  virtual void Opened(EventStream& stream) = 0;
};

}  // namespace continuo
