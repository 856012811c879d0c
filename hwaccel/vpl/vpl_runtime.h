// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vpl/mfx.h>

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "hwaccel/vaapi/vaapi_display.h"

namespace continuo {

class VplSession;

// Intel's oneVPL runtime for one render node, found and loaded by the dispatcher and told to work
// on our VADisplay. Makes a session per decoder and encoder: calls of one session wait for each
// other, those of different sessions do not. The runtime gives every session as many threads as
// there are cores, so all are joined to one that does nothing else, and share its threads; we never
// have more calls under way than cores. Any thread. Outlives its sessions, and the display it.
class VplRuntime {
 public:
  // kUnavailable when there is no runtime for that node, kDeviceFailed when it fails.
  static Result<std::unique_ptr<VplRuntime>> Load(const VaapiDisplay& display);
  ~VplRuntime();
  VplRuntime(const VplRuntime&) = delete;
  VplRuntime& operator=(const VplRuntime&) = delete;

  Result<VplSession> CreateSession();
  // "mfx-gen, API 2.8": what it says of itself.
  const std::string& name() const { return name_; }

 private:
  friend class VplSession;
  struct Unload {
    void operator()(mfxLoader loader) const { MFXUnload(loader); }
  };
  using Loader = std::unique_ptr<_mfxLoader, Unload>;

  VplRuntime(VADisplay display, Loader loader) : display_(display), loader_(std::move(loader)) {}
  Status Start();
  Result<mfxSession> Open();
  void Close(mfxSession session);

  const VADisplay display_;
  const Loader loader_;
  std::string name_;
  std::mutex mutex_;             // guards joining and leaving
  mfxSession parent_ = nullptr;  // has the threads
};

// A session of its own, closed with whatever it was decoding or encoding. One thread at a time.
class VplSession {
 public:
  VplSession(VplRuntime& runtime, mfxSession session) : session_(session, Close{&runtime}) {}

  mfxSession get() const { return session_.get(); }
  // Waits until a submitted picture is there, or for two seconds: then the device has failed.
  mfxStatus Wait(mfxSyncPoint submitted) const;

 private:
  struct Close {
    VplRuntime* runtime;
    void operator()(mfxSession session) const { runtime->Close(session); }
  };
  std::unique_ptr<_mfxSession, Close> session_;
};

}  // namespace continuo
