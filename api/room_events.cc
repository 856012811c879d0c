// SPDX-License-Identifier: Apache-2.0
#include "api/room_events.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/room_json.h"

namespace continuo {
namespace {

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Of "continuo.v1, <token>": the token.
std::optional<std::string_view> TokenOf(std::string_view protocols) {
  const size_t comma = protocols.find(',');
  if (Trimmed(protocols.substr(0, comma)) != RoomEvents::kSubprotocol) return std::nullopt;
  if (comma == std::string_view::npos) return std::string_view();
  return Trimmed(protocols.substr(comma + 1));
}

}  // namespace

class RoomEvents::Feed : public EventFeed {
 public:
  Feed(RoomEvents& owner, std::string room, std::string session_id, ParticipantId you)
      : owner_(&owner), room_(std::move(room)), session_id_(std::move(session_id)), you_(you) {
    owner.feeds_.insert(this);
  }
  ~Feed() override {
    if (owner_ == nullptr) return;
    owner_->feeds_.erase(this);
    Detach();
  }

  void Opened(EventStream& stream) override {
    if (owner_ == nullptr) return stream.Close();
    stream_ = &stream;
    const auto room = owner_->conference_.GetRoom(room_);
    if (!room) return End(DeletedJson());
    if (!session_id_.empty()) owner_->sessions_.PageOpened(session_id_);
    counted_ = !session_id_.empty();
    subscription_ = owner_->conference_.Subscribe(
        room_, [this](Conference::RoomEvent event, const RoomView& now) { Changed(event, now); });
    Show(*room);
  }

  // Lets go of the Conference.
  void Detach() {
    if (subscription_) owner_->conference_.Unsubscribe(*subscription_);
    subscription_.reset();
    if (counted_) owner_->sessions_.PageClosed(session_id_);
    counted_ = false;
    owner_ = nullptr;
  }

 private:
  void Changed(Conference::RoomEvent event, const RoomView& room) {
    if (event == Conference::RoomEvent::kDeleted) {
      subscription_.reset();  // ended with the room
      return End(DeletedJson());
    }
    Show(room);
  }

  void Show(const RoomView& room) {
    if (!session_id_.empty() && owner_->sessions_.Find(session_id_) == nullptr) {
      return End(EndedJson());
    }
    stream_->Send(RoomJson(room, you_));
  }

  void End(std::string last_words) {
    stream_->Send(std::move(last_words));
    stream_->Close();
  }

  RoomEvents* owner_;  // null once it is gone
  const std::string room_;
  const std::string session_id_;
  const ParticipantId you_;
  EventStream* stream_ = nullptr;
  std::optional<Conference::SubscriptionId> subscription_;
  bool counted_ = false;  // as an open page of the session
};

RoomEvents::RoomEvents(Conference& conference, const Invitations& invitations,
                       SessionTable& sessions, WallClock wall_clock)
    : conference_(conference),
      invitations_(invitations),
      sessions_(sessions),
      wall_clock_(std::move(wall_clock)) {}

RoomEvents::~RoomEvents() {
  for (Feed* feed : feeds_) feed->Detach();
}

tl::expected<std::unique_ptr<EventFeed>, HttpResponse> RoomEvents::Open(
    const HttpRequest& request) {
  if (request.path.size() != 3 || request.path[0] != "rooms" || request.path[2] != "events") {
    return tl::unexpected(PlainResponse(404, "There is nothing at this address."));
  }
  const std::string& room = request.path[1];
  const auto token = TokenOf(request.websocket_protocols);
  if (!token) {
    return tl::unexpected(PlainResponse(400, "The subprotocol must be continuo.v1."));
  }
  const auto invitation = invitations_.Verify(*token, wall_clock_());
  if (!invitation) return tl::unexpected(ErrorResponse(invitation.error()));
  if (invitation->room != room) {
    return tl::unexpected(PlainResponse(403, "This invitation is for another room."));
  }
  if (!conference_.GetRoom(room)) {
    return tl::unexpected(PlainResponse(404, "There is no such room."));
  }
  const std::string session_id(request.Query("session"));
  ParticipantId you;
  if (!session_id.empty()) {
    const SessionTable::Session* session = sessions_.Find(session_id);
    if (session == nullptr || session->room != room) {
      return tl::unexpected(PlainResponse(404, "There is no such session."));
    }
    you = session->participant;
  }
  return std::make_unique<Feed>(*this, room, session_id, you);
}

}  // namespace continuo
