// SPDX-License-Identifier: Apache-2.0
#include "cli/control_commands.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "api/control_client.h"
#include "cli/duration.h"
#include "cli/output.h"

namespace continuo {
namespace {

std::string DefaultControl() {
  const char* const set = std::getenv("CONTINUO_CONTROL");
  return set != nullptr && *set != '\0' ? set : "unix:./state/control.sock";
}

// What the options of all commands filled in; lives as long as the commands that use it.
struct Arguments {
  std::string control = DefaultControl();
  bool json = false;
  std::string room;
  std::string name;
  std::string duration = "1d";
  std::string request_id;
  std::string device;
  uint32_t participant = 0;
};
using Shared = std::shared_ptr<Arguments>;
using Action = Status (*)(ControlClient&, const Arguments&);

Status Print(const std::string& text) {
  std::cout << text << std::flush;
  return {};
}

Status CreateRoom(ControlClient& client, const Arguments& arguments) {
  const auto room = client.CreateRoom(arguments.room, arguments.request_id);
  if (!room) return tl::unexpected(room.error());
  return Print(arguments.json ? RoomJson(*room) : RoomText(*room));
}

Status ListRooms(ControlClient& client, const Arguments& arguments) {
  const auto rooms = client.ListRooms();
  if (!rooms) return tl::unexpected(rooms.error());
  return Print(arguments.json ? RoomsJson(*rooms) : RoomsTable(*rooms));
}

Status GetRoom(ControlClient& client, const Arguments& arguments) {
  const auto room = client.GetRoom(arguments.room);
  if (!room) return tl::unexpected(room.error());
  return Print(arguments.json ? RoomJson(*room) : RoomText(*room));
}

Status DeleteRoom(ControlClient& client, const Arguments& arguments) {
  return client.DeleteRoom(arguments.room);
}

Status WatchRoom(ControlClient& client, const Arguments& arguments) {
  return client.WatchRoom(arguments.room, [&](const RoomUpdate& update) {
    return Print(arguments.json ? UpdateJson(update) : UpdateText(update)).has_value() &&
           std::cout.good();
  });
}

Status Invite(ControlClient& client, const Arguments& arguments) {
  const auto span = ParseDuration(arguments.duration);
  if (!span) return tl::unexpected(span.error());
  const auto made = client.CreateInvitation(arguments.room, arguments.name, *span);
  if (!made) return tl::unexpected(made.error());
  // One line and nothing else: it is piped into messages and QR codes.
  return Print(arguments.json ? InvitationJson(*made) : made->url + "\n");
}

Status ListParticipants(ControlClient& client, const Arguments& arguments) {
  const auto participants = client.ListParticipants(arguments.room);
  if (!participants) return tl::unexpected(participants.error());
  return Print(arguments.json ? ParticipantsJson(arguments.room, *participants)
                              : ParticipantsTable(*participants));
}

Status RemoveParticipant(ControlClient& client, const Arguments& arguments) {
  return client.RemoveParticipant(arguments.room, ParticipantId(arguments.participant));
}

Status MoveRoom(ControlClient& client, const Arguments& arguments) {
  const auto room = client.MoveRoom(arguments.room, arguments.device);
  if (!room) return tl::unexpected(room.error());
  return Print(arguments.json ? RoomJson(*room) : RoomText(*room));
}

Status ListDevices(ControlClient& client, const Arguments& arguments) {
  const auto devices = client.ListDevices();
  if (!devices) return tl::unexpected(devices.error());
  return Print(arguments.json ? DevicesJson(*devices) : DevicesTable(*devices));
}

// The id of a device that may have been named by its path or spec, as `devices list` shows them.
Result<std::string> IdOf(ControlClient& client, const std::string& device) {
  const auto devices = client.ListDevices();
  if (!devices) return tl::unexpected(devices.error());
  for (const DeviceView& one : *devices) {
    const std::string_view spec = one.spec;
    const std::string_view path = spec.substr(spec.find(':') + 1);  // all of it without a ':'
    if (one.id == device || spec == device || path == device) return one.id;
  }
  return Fail(ErrorCode::kNotFound, "There is no such device", device);
}

Status TestDevice(ControlClient& client, const Arguments& arguments) {
  const auto id = IdOf(client, arguments.device);
  if (!id) return tl::unexpected(id.error());
  const auto device = client.TestDevice(*id);
  if (!device) return tl::unexpected(device.error());
  if (auto printed = Print(arguments.json ? DeviceJson(*device) : DevicesTable({*device}));
      !printed) {
    return printed;
  }
  if (device->state == DeviceState::kReady) return {};
  return Fail(ErrorCode::kUnavailable, "The device is not used", device->reason);
}

CLI::App* AddCommand(CLI::App& group, const char* name, const char* help, const Shared& arguments,
                     Command& command, Action action) {
  CLI::App* added = group.add_subcommand(name, help);
  added->add_flag("--json", arguments->json, "Print JSON, one object a line");
  added
      ->add_option("--control", arguments->control,
                   "The server's control socket, as unix:PATH; else $CONTINUO_CONTROL")
      ->capture_default_str();
  added->callback([arguments, &command, action] {
    command = [arguments, action] {
      ControlClient client(arguments->control);
      return action(client, *arguments);
    };
  });
  return added;
}

CLI::App* AddRoomCommand(CLI::App& group, const char* name, const char* help,
                         const Shared& arguments, Command& command, Action action) {
  CLI::App* added = AddCommand(group, name, help, arguments, command, action);
  added->add_option("ROOM", arguments->room, "The room's name")->required();
  return added;
}

void AddRooms(CLI::App& app, const Shared& arguments, Command& command) {
  CLI::App& rooms = *app.add_subcommand("rooms", "Create, list, watch and delete rooms");
  rooms.require_subcommand(1);
  AddRoomCommand(rooms, "create", "Create a room", arguments, command, CreateRoom)
      ->add_option("--request-id", arguments->request_id,
                   "Repeating a request with the same id changes nothing");
  AddCommand(rooms, "list", "List all rooms", arguments, command, ListRooms);
  AddRoomCommand(rooms, "get", "Show one room", arguments, command, GetRoom);
  AddRoomCommand(rooms, "delete", "Delete a room and end every session in it", arguments, command,
                 DeleteRoom);
  AddRoomCommand(rooms, "watch", "Follow a room until it is deleted", arguments, command,
                 WatchRoom);
  AddRoomCommand(rooms, "move", "Say where a room's pictures are made", arguments, command,
                 MoveRoom)
      ->add_option("--device", arguments->device,
                   "auto, cpu, or a device as `devices list` shows it")
      ->required();
  CLI::App* invite = AddRoomCommand(rooms, "invite", "Print a link that lets its holder join",
                                    arguments, command, Invite);
  invite->add_option("--as", arguments->name, "The name that the others will see")->required();
  invite->add_option("--for", arguments->duration, "How long it is good for: 45m, 8h, 7d")
      ->capture_default_str();
}

void AddParticipants(CLI::App& app, const Shared& arguments, Command& command) {
  CLI::App& participants = *app.add_subcommand("participants", "List and remove participants");
  participants.require_subcommand(1);
  AddRoomCommand(participants, "list", "List who is in a room", arguments, command,
                 ListParticipants);
  AddRoomCommand(participants, "remove", "End somebody's session", arguments, command,
                 RemoveParticipant)
      ->add_option("ID", arguments->participant, "As `participants list` shows it")
      ->required();
}

void AddDevices(CLI::App& app, const Shared& arguments, Command& command) {
  CLI::App& devices = *app.add_subcommand("devices", "List and test what makes pictures");
  devices.require_subcommand(1);
  AddCommand(devices, "list", "List the devices and say which are used", arguments, command,
             ListDevices);
  AddCommand(devices, "test", "Test a device again, and use it if it passes", arguments, command,
             TestDevice)
      ->add_option("DEVICE", arguments->device, "As `devices list` shows it")
      ->required();
}

}  // namespace

void AddControlCommands(CLI::App& app, Command& command) {
  const auto arguments = std::make_shared<Arguments>();
  AddRooms(app, arguments, command);
  AddParticipants(app, arguments, command);
  AddDevices(app, arguments, command);
}

}  // namespace continuo
