// SPDX-License-Identifier: Apache-2.0
// The one symbol that libva looks for in a driver: it tries the name of its own version first, then
// older ones, so the oldest version whose table this fills serves all.
#include <va/va_backend.h>

#include <memory>
#include <string>
#include <utility>

#include "softva/calls/buffer_calls.h"
#include "softva/calls/config_calls.h"
#include "softva/calls/picture_calls.h"
#include "softva/calls/refused_calls.h"
#include "softva/calls/surface_calls.h"
#include "softva/core/driver.h"

namespace softva {
namespace {

VAStatus Terminate(VADriverContextP context) {
  const std::unique_ptr<Driver> driver(static_cast<Driver*>(context->pDriverData));
  context->pDriverData = nullptr;
  if (driver->journal().Enter("Terminate")) driver->journal().Violation("Terminate: went wrong");
  driver->WriteReport();
  return VA_STATUS_SUCCESS;
}

VAStatus Initialize(VADriverContextP context) {
  Options options;
  std::string error;
  if (!Options::FromEnvironment(&options, &error)) {
    if (context->error_callback != nullptr) context->error_callback(context, error.c_str());
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  context->str_vendor = options.personality == Personality::kIntel
                            ? "Intel iHD driver for Intel(R) Gen Graphics - softva, in software"
                            : "Mesa Gallium driver softva for AMD, in software";
  context->version_major = VA_MAJOR_VERSION;
  context->version_minor = VA_MINOR_VERSION;
  context->max_profiles = 32;
  context->max_entrypoints = 8;
  context->max_attributes = VAConfigAttribTypeMax;
  context->max_image_formats = static_cast<int>(kImageFormats.size());
  context->max_subpic_formats = 1;
  context->max_display_attributes = 1;
  context->pDriverData = new Driver(std::move(options));
  context->vtable->vaTerminate = Terminate;
  FillConfigCalls(context->vtable, context->vtable_vpp);
  FillSurfaceCalls(context->vtable);
  FillBufferCalls(context->vtable);
  FillImageCalls(context->vtable);
  FillPictureCalls(context->vtable);
  FillRefusedCalls(context->vtable);
  return VA_STATUS_SUCCESS;
}

}  // namespace
}  // namespace softva

extern "C" __attribute__((visibility("default"))) VAStatus
__vaDriverInit_1_17(VADriverContextP context) {
  return softva::Initialize(context);
}
