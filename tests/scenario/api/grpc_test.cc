// SPDX-License-Identifier: Apache-2.0
// The real gRPC server on a UNIX socket, with our own client and bare channels.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "api/control_client.h"
#include "api/grpc_server.h"
#include "base/clock.h"
#include "base/unique_fd.h"
#include "continuo/v1/rooms.grpc.pb.h"
#include "crypto/init.h"
#include "tests/support/control_thread.h"
#include "tests/support/fake_conference.h"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;
using namespace std::chrono_literals;

class GrpcTest : public ::testing::Test {
 protected:
  GrpcTest() {
    char directory[] = "/tmp/continuo-grpc-XXXXXX";
    EXPECT_NE(::mkdtemp(directory), nullptr);
    directory_ = directory;
    path_ = directory_ + "/control.sock";
    EXPECT_TRUE(Start());
  }
  ~GrpcTest() override {
    Stop();
    std::remove(path_.c_str());
    ::rmdir(directory_.c_str());
  }

  Status Start() {
    return control_.Do([this]() -> Status {
      auto server = GrpcServer::Start(control_.loop(), conference_, invitations_,
                                      {"unix:" + path_, "https://10.0.0.5:8443/"});
      if (!server) return tl::unexpected(server.error());
      server_ = std::move(*server);
      return {};
    });
  }
  void Stop() {
    control_.Do([this] { server_.reset(); });
  }
  std::unique_ptr<ControlClient> Client() {
    return std::make_unique<ControlClient>("unix:" + path_);
  }
  void Join(std::string_view room, std::string_view name) {
    control_.Do([&] {
      conference_.Join({std::string(room), std::string(name), Rung::kHd, "v=0"},
                       [](auto answer) { EXPECT_TRUE(answer); });
    });
  }

  const Status ready_ = InitCrypto();
  const SigningKey key_ = SigningKey::Generate();
  const Invitations invitations_{key_};
  FakeConference conference_;
  std::string directory_;
  std::string path_;
  ControlThread control_;
  std::unique_ptr<GrpcServer> server_;
};

TEST_F(GrpcTest, RoomsComeAndGo) {
  const auto client = Client();
  const auto made = client->CreateRoom("crisis", "");
  ASSERT_TRUE(made) << ToString(made.error());
  EXPECT_EQ(made->name, "crisis");
  EXPECT_TRUE(client->CreateRoom("annex", ""));
  const auto rooms = client->ListRooms();
  ASSERT_TRUE(rooms);
  ASSERT_THAT(*rooms, SizeIs(2));
  EXPECT_EQ((*rooms)[0].name, "annex");
  EXPECT_TRUE(client->DeleteRoom("annex"));
  EXPECT_EQ(client->GetRoom("annex").error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(client->GetRoom("crisis"));
}

TEST_F(GrpcTest, ManyRoomsComeInPages) {
  control_.Do([this] {
    for (int i = 0; i < 120; ++i) {
      EXPECT_TRUE(conference_.CreateRoom("room-" + std::to_string(i)));
    }
  });
  EXPECT_THAT(*Client()->ListRooms(), SizeIs(120));
}

TEST_F(GrpcTest, ARepeatedRequestChangesNothing) {
  const auto client = Client();
  EXPECT_TRUE(client->CreateRoom("crisis", "request-1"));
  EXPECT_TRUE(client->CreateRoom("crisis", "request-1"));
  EXPECT_EQ(client->CreateRoom("crisis", "").error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(client->CreateRoom("crisis", "request-2").error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(client->CreateRoom("annex", "request-1").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(GrpcTest, BadNamesAreRefusedWithASentence) {
  const auto refused = Client()->CreateRoom("no such/room", "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().detail, HasSubstr("1 to 64 letters"));
}

TEST_F(GrpcTest, ParticipantsAreListedAndRemoved) {
  const auto client = Client();
  EXPECT_TRUE(client->CreateRoom("crisis", ""));
  Join("crisis", "Ana");
  Join("crisis", "Bao");
  const auto participants = client->ListParticipants("crisis");
  ASSERT_TRUE(participants);
  ASSERT_THAT(*participants, SizeIs(2));
  EXPECT_EQ((*participants)[0].name, "Ana");
  EXPECT_TRUE(client->RemoveParticipant("crisis", (*participants)[0].id));
  EXPECT_THAT(*client->ListParticipants("crisis"), SizeIs(1));
  EXPECT_EQ(client->RemoveParticipant("crisis", ParticipantId(99)).error().code,
            ErrorCode::kNotFound);
}

TEST_F(GrpcTest, ARoomIsMovedToADevice) {
  const auto client = Client();
  EXPECT_TRUE(client->CreateRoom("crisis", ""));
  const auto moved = client->MoveRoom("crisis", "devices/renderD128");
  ASSERT_TRUE(moved) << ToString(moved.error());
  EXPECT_EQ(moved->engine.device, "vaapi:/dev/dri/renderD128");
  EXPECT_EQ(client->GetRoom("crisis")->engine.device, "vaapi:/dev/dri/renderD128");
  EXPECT_EQ(client->MoveRoom("crisis", "auto")->engine.device, "cpu");
  EXPECT_EQ(client->MoveRoom("crisis", "renderD200").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(client->MoveRoom("none", "cpu").error().code, ErrorCode::kNotFound);
}

TEST_F(GrpcTest, DevicesAreListed) {
  const auto devices = Client()->ListDevices();
  ASSERT_TRUE(devices);
  ASSERT_THAT(*devices, SizeIs(2));
  EXPECT_EQ((*devices)[0].id, "cpu");
  EXPECT_EQ((*devices)[1].driver, "Software 1.0");
  EXPECT_EQ((*devices)[1].state, DeviceState::kReady);
  EXPECT_EQ((*devices)[1].load, 0.25);
}

TEST_F(GrpcTest, ATestAnswersWhenItHasEnded) {
  control_.Do([this] { conference_.hold_tests = true; });
  auto testing = std::async(std::launch::async, [&] { return Client()->TestDevice("renderD128"); });
  while (control_.Do([this] { return conference_.held_tests(); }) == 0) {
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(Client()->ListDevices());  // the server does not wait for it
  EXPECT_EQ(testing.wait_for(0s), std::future_status::timeout);
  control_.Do([this] {
    conference_.devices[1].state = DeviceState::kRefused;
    conference_.EndTests();
  });
  const auto tested = testing.get();
  ASSERT_TRUE(tested) << ToString(tested.error());
  EXPECT_EQ(tested->state, DeviceState::kRefused);
  EXPECT_EQ(Client()->TestDevice("renderD200").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Client()->TestDevice("no such/device").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(GrpcTest, StoppingDoesNotWaitForATest) {
  control_.Do([this] { conference_.hold_tests = true; });
  auto testing = std::async(std::launch::async, [&] { return Client()->TestDevice("renderD128"); });
  while (control_.Do([this] { return conference_.held_tests(); }) == 0) {
    std::this_thread::sleep_for(1ms);
  }
  Stop();
  EXPECT_EQ(testing.get().error().code, ErrorCode::kUnavailable);
  control_.Do([this] { conference_.EndTests(); });  // nobody is there to hear it
}

TEST_F(GrpcTest, AnInvitationIsALinkThatLetsItsHolderIn) {
  const auto client = Client();
  EXPECT_FALSE(client->CreateInvitation("crisis", "Ana", TimeDelta::Seconds(60)));
  EXPECT_TRUE(client->CreateRoom("crisis", ""));
  const auto made = client->CreateInvitation("crisis", "Ana", TimeDelta::Seconds(60));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->url, "https://10.0.0.5:8443/join/crisis#" + made->token);
  const auto invitation = invitations_.Verify(made->token, UnixSeconds());
  ASSERT_TRUE(invitation);
  EXPECT_EQ(invitation->display_name, "Ana");
  EXPECT_EQ(invitation->expires_unix_seconds, made->expires_unix_seconds);
  EXPECT_FALSE(client->CreateInvitation("crisis", "", TimeDelta::Seconds(60)));
}

TEST_F(GrpcTest, AWatchBeginsWithTheRoomAndFollowsItToItsEnd) {
  EXPECT_TRUE(Client()->CreateRoom("crisis", ""));
  std::vector<std::string> seen;
  std::promise<void> began;
  auto watching = std::async(std::launch::async, [&] {
    return Client()->WatchRoom("crisis", [&](const RoomUpdate& update) {
      std::string names;
      for (const ParticipantView& participant : update.participants) names += participant.name;
      seen.push_back(update.deleted ? "deleted" : names);
      if (seen.size() == 1) began.set_value();
      return true;
    });
  });
  began.get_future().wait();
  Join("crisis", "Ana");
  std::this_thread::sleep_for(100ms);  // two states in a row may become one
  EXPECT_TRUE(Client()->DeleteRoom("crisis"));
  EXPECT_TRUE(watching.get());
  EXPECT_THAT(seen, ElementsAre("", "Ana", "deleted"));
}

TEST_F(GrpcTest, AWatcherThatLeavesIsForgotten) {
  EXPECT_TRUE(Client()->CreateRoom("crisis", ""));
  EXPECT_TRUE(Client()->WatchRoom("crisis", [](const RoomUpdate&) { return false; }));
  for (int i = 0; i < 500 && control_.Do([this] { return conference_.subscriptions(); }) > 0; ++i) {
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_EQ(control_.Do([this] { return conference_.subscriptions(); }), 0u);
}

TEST_F(GrpcTest, WatchingNothingIsNotFound) {
  const Status watched = Client()->WatchRoom("none", [](const RoomUpdate&) { return true; });
  ASSERT_FALSE(watched);
  EXPECT_EQ(watched.error().code, ErrorCode::kNotFound);
}

TEST_F(GrpcTest, StoppingEndsWatchesAndLateCalls) {
  EXPECT_TRUE(Client()->CreateRoom("crisis", ""));
  std::promise<void> began;
  auto watching = std::async(std::launch::async, [&] {
    return Client()->WatchRoom("crisis", [&](const RoomUpdate&) {
      began.set_value();
      return true;
    });
  });
  began.get_future().wait();
  Stop();
  const Status watched = watching.get();
  ASSERT_FALSE(watched);
  EXPECT_EQ(watched.error().code, ErrorCode::kUnavailable);
  const auto late = Client()->GetRoom("crisis");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(ToString(late.error()), HasSubstr(path_));
}

TEST_F(GrpcTest, ItStopsEvenWhenTheLoopHasEndedWithCallsWaiting) {
  std::promise<void> blocked, release;
  control_.loop().Post([&] {
    blocked.set_value();
    release.get_future().wait();
  });
  blocked.get_future().wait();
  auto waiting = std::async(std::launch::async, [&] { return Client()->GetRoom("crisis"); });
  std::this_thread::sleep_for(200ms);  // until the call has reached the loop's queue
  control_.loop().Stop();
  release.set_value();
  control_.Stop();
  server_.reset();
  const auto answer = waiting.get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
}

TEST_F(GrpcTest, OnlyItsOwnerMayOpenTheSocket) {
  struct stat info{};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(GrpcTest, ALiveServersSocketIsNotTaken) {
  auto second = control_.Do([this] {
    return GrpcServer::Start(control_.loop(), conference_, invitations_, {"unix:" + path_, ""});
  });
  ASSERT_FALSE(second);
  EXPECT_THAT(ToString(second.error()), StartsWith("Another server is listening"));
  EXPECT_TRUE(Client()->CreateRoom("crisis", ""));  // the first is none the worse
}

TEST_F(GrpcTest, ADeadServersSocketIsReplaced) {
  Stop();
  {
    // Bound and closed without unlinking: what kill -9 leaves.
    const UniqueFd dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ASSERT_EQ(::access(path_.c_str(), F_OK), 0);
  EXPECT_TRUE(Start());
  EXPECT_TRUE(Client()->CreateRoom("crisis", ""));
}

TEST_F(GrpcTest, SomethingElseAtThatPathIsLeftAlone) {
  Stop();
  std::fclose(std::fopen(path_.c_str(), "w"));
  EXPECT_FALSE(Start());
  EXPECT_EQ(::access(path_.c_str(), F_OK), 0);
}

TEST_F(GrpcTest, NetworksAreRefused) {
  const auto server = control_.Do([this] {
    return GrpcServer::Start(control_.loop(), conference_, invitations_, {"0.0.0.0:5000", ""});
  });
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::kUnsupported);
}

TEST_F(GrpcTest, AnOversizedRequestIsRefused) {
  const auto channel = grpc::CreateChannel("unix:" + path_, grpc::InsecureChannelCredentials());
  const auto stub = v1::RoomService::NewStub(channel);
  v1::CreateRoomRequest request;
  request.set_room_id(std::string(200'000, 'a'));
  v1::CreateRoomResponse response;
  grpc::ClientContext context;
  EXPECT_EQ(stub->CreateRoom(&context, request, &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

// By tools that know nothing of us.
TEST_F(GrpcTest, ItsHealthCanBeAsked) {
  const auto channel = grpc::CreateChannel("unix:" + path_, grpc::InsecureChannelCredentials());
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  const grpc::Slice none;
  const grpc::ByteBuffer request(&none, 1);  // an empty HealthCheckRequest: the whole server
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request, &response,
                 [&](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  ASSERT_TRUE(status.ok()) << status.error_message();
  grpc::Slice slice;
  ASSERT_TRUE(response.DumpToSingleSlice(&slice).ok());
  // status: SERVING
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(slice.begin()), slice.size()), "\x08\x01");
}

}  // namespace
}  // namespace continuo
