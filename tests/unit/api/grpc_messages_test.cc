// SPDX-License-Identifier: Apache-2.0
#include "api/grpc_messages.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/grpc_status.h"
#include "api/page_token.h"
#include "api/request_ids.h"
#include "google/rpc/error_details.pb.h"

namespace continuo {
namespace {

TEST(GrpcStatus, CarriesTheSentenceAndAReasonForMachines) {
  const grpc::Status status =
      ToGrpcStatus({ErrorCode::kResourceExhausted, "The server is full", "8 rooms"});
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "The server is full: 8 rooms");
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  ASSERT_EQ(details.details_size(), 1);
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "RESOURCE_EXHAUSTED");
  EXPECT_EQ(info.domain(), "continuo");
}

TEST(GrpcStatus, ComesBackAsTheSameKindOfError) {
  for (const ErrorCode code :
       {ErrorCode::kInvalidArgument, ErrorCode::kUnsupported, ErrorCode::kNotFound,
        ErrorCode::kAlreadyExists, ErrorCode::kUnauthenticated, ErrorCode::kPermissionDenied,
        ErrorCode::kResourceExhausted, ErrorCode::kUnavailable, ErrorCode::kInternal}) {
    const Error back = FromGrpcStatus(ToGrpcStatus({code, "why", {}}));
    EXPECT_EQ(back.code, code);
    EXPECT_EQ(back.detail, "why");
  }
}

TEST(GrpcMessages, AParticipantSurvivesTheWire) {
  RoomView room;
  room.name = "crisis";
  const ParticipantView ana{ParticipantId(7), "Ana", Rung::kSd, VideoCodec::kH264, true, false,
                            1'700'000'000};
  const v1::Participant message = ToMessage(room, ana);
  EXPECT_EQ(message.name(), "rooms/crisis/participants/7");
  const ParticipantView back = FromMessage(message);
  EXPECT_EQ(back.id, ana.id);
  EXPECT_EQ(back.name, ana.name);
  EXPECT_EQ(back.rung, ana.rung);
  EXPECT_EQ(back.codec, ana.codec);
  EXPECT_EQ(back.sends_audio, ana.sends_audio);
  EXPECT_EQ(back.sends_video, ana.sends_video);
  EXPECT_EQ(back.joined_unix_seconds, ana.joined_unix_seconds);
}

TEST(GrpcMessages, ADeviceSurvivesTheWire) {
  const DeviceView device{"renderD128",
                          "vpl:/dev/dri/renderD128",
                          DeviceState::kFailed,
                          "it hangs",
                          1'700'000'000,
                          "Software 1.0",
                          3,
                          0.5};
  const v1::Device message = ToMessage(device);
  EXPECT_EQ(message.name(), "devices/renderD128");
  EXPECT_EQ(message.state(), v1::Device::FAILED);
  const DeviceView back = FromMessage(message);
  EXPECT_EQ(back.id, device.id);
  EXPECT_EQ(back.spec, device.spec);
  EXPECT_EQ(back.state, device.state);
  EXPECT_EQ(back.reason, device.reason);
  EXPECT_EQ(back.since_unix_seconds, device.since_unix_seconds);
  EXPECT_EQ(back.driver, device.driver);
  EXPECT_EQ(back.rooms, device.rooms);
  EXPECT_EQ(back.load, device.load);
}

TEST(GrpcMessages, ARoomSaysWhichEngineRunsEachStage) {
  RoomView room;
  room.engine = {"vaapi:/dev/dri/renderD128",
                 "",
                 {Backend::kCpu, Backend::kVaapi},
                 {Backend::kVaapi},
                 {Backend::kVpl}};
  const v1::Room message = ToMessage(room);
  EXPECT_EQ(message.engine().decode(0), v1::BACKEND_CPU);
  const EngineView back = FromMessage(message.engine());
  EXPECT_EQ(back.device, room.engine.device);
  EXPECT_EQ(back.decode, room.engine.decode);
  EXPECT_EQ(back.compose, room.engine.compose);
  EXPECT_EQ(back.encode, room.engine.encode);
}

std::string Itself(const std::string& item) { return item; }

TEST(TakePage, WalksAListWithoutRepeatingOrMissing) {
  const std::vector<std::string> all{"a", "b", "c", "d", "e"};
  std::vector<std::string> seen;
  std::string token;
  do {
    const auto page = TakePage(all, 2, token, Itself);
    seen.insert(seen.end(), page.items.begin(), page.items.end());
    token = page.next_token;
  } while (!token.empty());
  EXPECT_EQ(seen, all);
}

TEST(TakePage, SurvivesWhatIsDeletedInBetween) {
  EXPECT_EQ(TakePage(std::vector<std::string>{"a", "d"}, 2, "b", Itself).items,
            std::vector<std::string>{"d"});
  EXPECT_TRUE(TakePage(std::vector<std::string>{"a"}, 2, "z", Itself).items.empty());
}

TEST(TakePage, BoundsThePage) {
  std::vector<std::string> many(2000, "x");
  EXPECT_EQ(TakePage(many, 0, "", Itself).items.size(), 50u);
  EXPECT_EQ(TakePage(many, -1, "", Itself).items.size(), 50u);
  EXPECT_EQ(TakePage(many, 1'000'000, "", Itself).items.size(), 500u);
}

TEST(RequestIds, RemembersTheLatestOnly) {
  RequestIds ids;
  ids.Remember("first", "crisis");
  ids.Remember("", "ignored");
  EXPECT_EQ(ids.Find("first"), "crisis");
  EXPECT_FALSE(ids.Find(""));
  for (size_t i = 0; i < RequestIds::kMaxRemembered; ++i) ids.Remember(std::to_string(i), "x");
  EXPECT_FALSE(ids.Find("first"));
  EXPECT_TRUE(ids.Find("0"));
}

}  // namespace
}  // namespace continuo
