// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_runtime.h"

#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "hwaccel/vpl/vpl_status.h"

namespace continuo {
namespace {

// 128 for /dev/dri/renderD128 or a link to it; 0 for what is no render node.
mfxU32 NodeNumber(const std::string& path) {
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  const std::unique_ptr<char, Free> resolved(realpath(path.c_str(), nullptr));
  const std::string_view name = resolved == nullptr ? path.c_str() : resolved.get();
  constexpr std::string_view kNode = "/renderD";
  const size_t at = name.rfind(kNode);
  if (at == std::string_view::npos) return 0;
  mfxU32 number = 0;
  std::from_chars(name.data() + at + kNode.size(), name.data() + name.size(), number);
  return number;
}

// Only implementations with this property are considered.
void Require(mfxLoader loader, const char* property, mfxU32 value) {
  mfxVariant variant{};
  variant.Type = MFX_VARIANT_TYPE_U32;
  variant.Data.U32 = value;
  MFXSetConfigFilterProperty(MFXCreateConfig(loader), reinterpret_cast<const mfxU8*>(property),
                             variant);
}

std::string NameOf(mfxLoader loader) {
  mfxHDL handle = nullptr;
  if (MFXEnumImplementations(loader, 0, MFX_IMPLCAPS_IMPLDESCSTRUCTURE, &handle) != MFX_ERR_NONE) {
    return "oneVPL";
  }
  const auto* const description = static_cast<const mfxImplDescription*>(handle);
  std::string name = std::string(description->ImplName) + ", API " +
                     std::to_string(description->ApiVersion.Major) + "." +
                     std::to_string(description->ApiVersion.Minor);
  MFXDispReleaseImplDescription(loader, handle);
  return name;
}

}  // namespace

Result<std::unique_ptr<VplRuntime>> VplRuntime::Load(const VaapiDisplay& display) {
  Loader loader(MFXLoad());
  if (loader == nullptr) return Fail(ErrorCode::kUnavailable, "no oneVPL dispatcher");
  Require(loader.get(), "mfxImplDescription.Impl", MFX_IMPL_TYPE_HARDWARE);
  Require(loader.get(), "mfxImplDescription.AccelerationMode", MFX_ACCEL_MODE_VIA_VAAPI);
  // Media SDK's old runtime, for GPUs that VA-API serves as well, is of version 1.
  Require(loader.get(), "mfxImplDescription.ApiVersion.Version", 2 << 16);
  Require(loader.get(), "mfxExtendedDeviceId.DRMRenderNodeNum", NodeNumber(display.path()));
  std::unique_ptr<VplRuntime> runtime(new VplRuntime(display.handle(), std::move(loader)));
  if (auto started = runtime->Start(); !started) {
    return tl::unexpected(std::move(started.error()));
  }
  return runtime;
}

VplRuntime::~VplRuntime() {
  if (parent_ != nullptr) MFXClose(parent_);
}

Status VplRuntime::Start() {
  auto opened = Open();
  if (!opened) return tl::unexpected(std::move(opened.error()));
  parent_ = *opened;
  name_ = NameOf(loader_.get());
  return {};
}

Result<mfxSession> VplRuntime::Open() {
  mfxSession session = nullptr;
  const mfxStatus created = MFXCreateSession(loader_.get(), 0, &session);
  if (created == MFX_ERR_NOT_FOUND) {
    return Fail(ErrorCode::kUnavailable, "no oneVPL runtime for the device", "libmfx-gen1.2",
                created);
  }
  if (created < MFX_ERR_NONE) {
    return Fail(ErrorCode::kDeviceFailed, "MFXCreateSession", {}, created);
  }
  const mfxStatus told = MFXVideoCORE_SetHandle(session, MFX_HANDLE_VA_DISPLAY, display_);
  if (told < MFX_ERR_NONE) {
    MFXClose(session);
    return FailVpl(told, "MFXVideoCORE_SetHandle");
  }
  return session;
}

Result<VplSession> VplRuntime::CreateSession() {
  const std::lock_guard lock(mutex_);
  auto session = Open();
  if (!session) return tl::unexpected(std::move(session.error()));
  const mfxStatus joined = MFXJoinSession(parent_, *session);
  if (joined < MFX_ERR_NONE) {
    MFXClose(*session);
    return FailVpl(joined, "MFXJoinSession");
  }
  return VplSession(*this, *session);
}

void VplRuntime::Close(mfxSession session) {
  const std::lock_guard lock(mutex_);
  MFXDisjoinSession(session);
  MFXClose(session);
}

mfxStatus VplSession::Wait(mfxSyncPoint submitted) const {
  constexpr mfxU32 kMilliseconds = 2000;
  const mfxStatus status = MFXVideoCORE_SyncOperation(get(), submitted, kMilliseconds);
  return status == MFX_WRN_IN_EXECUTION ? MFX_ERR_DEVICE_FAILED : status;
}

}  // namespace continuo
