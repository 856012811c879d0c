// SPDX-License-Identifier: Apache-2.0
#include "api/grpc_messages.h"

#include "api/names.h"

namespace continuo {
namespace {

using Backends = google::protobuf::RepeatedField<int>;

Backends ToMessage(const std::vector<Backend>& backends) {
  Backends written;
  for (const Backend backend : backends) {
    written.Add(backend == Backend::kCpu     ? v1::BACKEND_CPU
                : backend == Backend::kVaapi ? v1::BACKEND_VAAPI
                                             : v1::BACKEND_VPL);
  }
  return written;
}

std::vector<Backend> FromMessage(const Backends& message) {
  std::vector<Backend> backends;
  for (const int backend : message) {
    if (backend == v1::BACKEND_CPU) backends.push_back(Backend::kCpu);
    if (backend == v1::BACKEND_VAAPI) backends.push_back(Backend::kVaapi);
    if (backend == v1::BACKEND_VPL) backends.push_back(Backend::kVpl);
  }
  return backends;
}

v1::Engine ToMessage(const EngineView& engine) {
  v1::Engine message;
  message.set_device(engine.device);
  *message.mutable_decode() = ToMessage(engine.decode);
  *message.mutable_compose() = ToMessage(engine.compose);
  *message.mutable_encode() = ToMessage(engine.encode);
  message.set_device_failure(engine.failure);
  return message;
}

v1::Device::State ToMessage(DeviceState state) {
  switch (state) {
    case DeviceState::kTesting:
      return v1::Device::TESTING;
    case DeviceState::kReady:
      return v1::Device::READY;
    case DeviceState::kRefused:
      return v1::Device::REFUSED;
    case DeviceState::kFailed:
      return v1::Device::FAILED;
  }
  return v1::Device::STATE_UNSPECIFIED;
}

DeviceState FromMessage(v1::Device::State state) {
  if (state == v1::Device::READY) return DeviceState::kReady;
  if (state == v1::Device::REFUSED) return DeviceState::kRefused;
  return state == v1::Device::FAILED ? DeviceState::kFailed : DeviceState::kTesting;
}

}  // namespace

v1::Room ToMessage(const RoomView& room) {
  v1::Room message;
  message.set_name(RoomResource(room.name));
  message.mutable_create_time()->set_seconds(room.created_unix_seconds);
  message.set_participant_count(static_cast<int32_t>(room.participants.size()));
  message.set_mixer_running(room.mixer_running);
  v1::Canvas& canvas = *message.mutable_canvas();
  canvas.set_width(room.canvas.width);
  canvas.set_height(room.canvas.height);
  for (const Tile& tile : room.tiles) {
    v1::Tile& written = *canvas.add_tiles();
    written.set_participant(ParticipantResource(room.name, tile.participant));
    written.set_x(tile.rect.x);
    written.set_y(tile.rect.y);
    written.set_width(tile.rect.width);
    written.set_height(tile.rect.height);
  }
  *message.mutable_engine() = ToMessage(room.engine);
  return message;
}

v1::Device ToMessage(const DeviceView& device) {
  v1::Device message;
  message.set_name(DeviceResource(device.id));
  message.set_spec(device.spec);
  message.set_state(ToMessage(device.state));
  message.set_reason(device.reason);
  message.mutable_state_time()->set_seconds(device.since_unix_seconds);
  message.set_driver(device.driver);
  message.set_room_count(device.rooms);
  message.set_load(device.load);
  return message;
}

v1::Participant ToMessage(const RoomView& room, const ParticipantView& participant) {
  v1::Participant message;
  message.set_name(ParticipantResource(room.name, participant.id));
  message.set_display_name(participant.name);
  message.mutable_join_time()->set_seconds(participant.joined_unix_seconds);
  message.set_rendition(participant.rung == Rung::kHd ? v1::RENDITION_HD : v1::RENDITION_SD);
  message.set_video_codec(participant.codec == VideoCodec::kVp8 ? v1::VIDEO_CODEC_VP8
                                                                : v1::VIDEO_CODEC_H264);
  message.set_sends_audio(participant.sends_audio);
  message.set_sends_video(participant.sends_video);
  return message;
}

v1::WatchRoomResponse ToWatchMessage(const RoomView& room, bool deleted) {
  v1::WatchRoomResponse message;
  *message.mutable_room() = ToMessage(room);
  for (const ParticipantView& participant : room.participants) {
    *message.add_participants() = ToMessage(room, participant);
  }
  message.set_deleted(deleted);
  return message;
}

ParticipantView FromMessage(const v1::Participant& message) {
  ParticipantView participant;
  if (const auto name = ParseParticipantResource(message.name())) {
    participant.id = name->participant;
  }
  participant.name = message.display_name();
  participant.rung = message.rendition() == v1::RENDITION_SD ? Rung::kSd : Rung::kHd;
  participant.codec =
      message.video_codec() == v1::VIDEO_CODEC_H264 ? VideoCodec::kH264 : VideoCodec::kVp8;
  participant.sends_audio = message.sends_audio();
  participant.sends_video = message.sends_video();
  participant.joined_unix_seconds = message.join_time().seconds();
  return participant;
}

EngineView FromMessage(const v1::Engine& message) {
  return {message.device(), message.device_failure(), FromMessage(message.decode()),
          FromMessage(message.compose()), FromMessage(message.encode())};
}

DeviceView FromMessage(const v1::Device& message) {
  return {std::string(ParseDeviceResource(message.name()).value_or("")),
          message.spec(),
          FromMessage(message.state()),
          message.reason(),
          message.state_time().seconds(),
          message.driver(),
          message.room_count(),
          message.load()};
}

}  // namespace continuo
