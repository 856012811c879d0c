// SPDX-License-Identifier: Apache-2.0
#include "api/grpc_messages.h"

#include "api/names.h"

namespace continuo {

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

}  // namespace continuo
