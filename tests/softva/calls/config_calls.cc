// SPDX-License-Identifier: Apache-2.0
#include "softva/calls/config_calls.h"

#include <algorithm>
#include <memory>

#include "softva/calls/call.h"

namespace softva {
namespace {

VAStatus QueryConfigProfiles(Driver& driver, VAProfile* profiles, int* count) {
  const auto all = driver.capabilities().Profiles();
  std::ranges::copy(all, profiles);
  *count = static_cast<int>(all.size());
  return VA_STATUS_SUCCESS;
}

VAStatus QueryConfigEntrypoints(Driver& driver, VAProfile profile, VAEntrypoint* entrypoints,
                                int* count) {
  const auto all = driver.capabilities().Entrypoints(profile);
  std::ranges::copy(all, entrypoints);
  *count = static_cast<int>(all.size());
  return all.empty() ? VA_STATUS_ERROR_UNSUPPORTED_PROFILE : VA_STATUS_SUCCESS;
}

VAStatus CheckPair(const Capabilities& capabilities, VAProfile profile, VAEntrypoint entrypoint) {
  if (capabilities.Entrypoints(profile).empty()) return VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
  return capabilities.Has(profile, entrypoint) ? VA_STATUS_SUCCESS
                                               : VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT;
}

VAStatus GetConfigAttributes(Driver& driver, VAProfile profile, VAEntrypoint entrypoint,
                             VAConfigAttrib* attributes, int count) {
  const VAStatus status = CheckPair(driver.capabilities(), profile, entrypoint);
  if (status != VA_STATUS_SUCCESS) return status;
  for (int i = 0; i < count; ++i) {
    attributes[i].value = driver.capabilities()
                              .Attribute(entrypoint, attributes[i].type)
                              .value_or(VA_ATTRIB_NOT_SUPPORTED);
  }
  return VA_STATUS_SUCCESS;
}

VAStatus CheckAttribute(const Capabilities& capabilities, VAEntrypoint entrypoint,
                        const VAConfigAttrib& wanted) {
  const auto offered = capabilities.Attribute(entrypoint, wanted.type);
  if (!offered) return VA_STATUS_ERROR_ATTR_NOT_SUPPORTED;
  if (wanted.type == VAConfigAttribRTFormat && (wanted.value & *offered) == 0) {
    return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
  }
  const bool rate_control = wanted.type == VAConfigAttribRateControl;
  if (rate_control && (wanted.value & *offered) == 0) return VA_STATUS_ERROR_ATTR_NOT_SUPPORTED;
  return VA_STATUS_SUCCESS;
}

VAStatus CreateConfig(Driver& driver, VAProfile profile, VAEntrypoint entrypoint,
                      VAConfigAttrib* attributes, int count, VAConfigID* id) {
  const VAStatus status = CheckPair(driver.capabilities(), profile, entrypoint);
  if (status != VA_STATUS_SUCCESS) return status;
  auto config = std::make_shared<Config>(Config{profile, entrypoint, {}});
  for (const VAConfigAttrib& offered : driver.capabilities().Attributes(entrypoint)) {
    config->attributes[offered.type] = offered.value;
  }
  for (int i = 0; i < count; ++i) {
    const VAStatus fits = CheckAttribute(driver.capabilities(), entrypoint, attributes[i]);
    if (fits != VA_STATUS_SUCCESS) return fits;
    config->attributes[attributes[i].type] = attributes[i].value;
  }
  *id = driver.configs().Add(std::move(config));
  return VA_STATUS_SUCCESS;
}

VAStatus DestroyConfig(Driver& driver, VAConfigID id) {
  if (driver.configs().Remove(id) != nullptr) return VA_STATUS_SUCCESS;
  if (id == VA_INVALID_ID) return VA_STATUS_ERROR_INVALID_CONFIG;  // libmfx-gen does
  return driver.journal().Reject(VA_STATUS_ERROR_INVALID_CONFIG, "DestroyConfig: no such config");
}

VAStatus QueryConfigAttributes(Driver& driver, VAConfigID id, VAProfile* profile,
                               VAEntrypoint* entrypoint, VAConfigAttrib* attributes, int* count) {
  const auto config = driver.configs().Find(id);
  if (config == nullptr) return VA_STATUS_ERROR_INVALID_CONFIG;
  *profile = config->profile;
  *entrypoint = config->entrypoint;
  *count = 0;
  for (const auto& [type, value] : config->attributes) attributes[(*count)++] = {type, value};
  return VA_STATUS_SUCCESS;
}

VAStatus QueryVideoProcFilters(Driver&, VAContextID, VAProcFilterType*, unsigned int* count) {
  *count = 0;
  return VA_STATUS_SUCCESS;
}

// Succeeds with nothing for every filter: libmfx-gen asks for several and gives up on an error.
VAStatus QueryVideoProcFilterCaps(Driver&, VAContextID, VAProcFilterType, void*,
                                  unsigned int* count) {
  *count = 0;
  return VA_STATUS_SUCCESS;
}

VAStatus QueryVideoProcPipelineCaps(Driver& driver, VAContextID, VABufferID*, unsigned int,
                                    VAProcPipelineCaps* caps) {
  static VAProcColorStandardType standards[] = {VAProcColorStandardBT601, VAProcColorStandardBT709};
  static uint32_t formats[] = {VA_FOURCC_NV12, VA_FOURCC_BGRA};
  *caps = {};
  caps->input_color_standards = caps->output_color_standards = standards;
  caps->num_input_color_standards = caps->num_output_color_standards = 2;
  caps->input_pixel_format = caps->output_pixel_format = formats;
  caps->num_input_pixel_formats = caps->num_output_pixel_formats = 2;
  caps->rotation_flags = 1U << VA_ROTATION_NONE;
  caps->blend_flags = driver.capabilities().BlendFlags();
  caps->max_input_width = caps->max_input_height = kMaxPictureSide;
  caps->max_output_width = caps->max_output_height = kMaxPictureSide;
  caps->min_input_width = caps->min_input_height = 16;
  caps->min_output_width = caps->min_output_height = 16;
  return VA_STATUS_SUCCESS;
}

}  // namespace

void FillConfigCalls(VADriverVTable* table, VADriverVTableVPP* process_table) {
  table->vaQueryConfigProfiles = Call<"QueryConfigProfiles", QueryConfigProfiles>::Enter;
  table->vaQueryConfigEntrypoints = Call<"QueryConfigEntrypoints", QueryConfigEntrypoints>::Enter;
  table->vaGetConfigAttributes = Call<"GetConfigAttributes", GetConfigAttributes>::Enter;
  table->vaCreateConfig = Call<"CreateConfig", CreateConfig>::Enter;
  table->vaDestroyConfig = Call<"DestroyConfig", DestroyConfig>::Enter;
  table->vaQueryConfigAttributes = Call<"QueryConfigAttributes", QueryConfigAttributes>::Enter;
  process_table->version = VA_DRIVER_VTABLE_VPP_VERSION;
  process_table->vaQueryVideoProcFilters =
      Call<"QueryVideoProcFilters", QueryVideoProcFilters>::Enter;
  process_table->vaQueryVideoProcFilterCaps =
      Call<"QueryVideoProcFilterCaps", QueryVideoProcFilterCaps>::Enter;
  process_table->vaQueryVideoProcPipelineCaps =
      Call<"QueryVideoProcPipelineCaps", QueryVideoProcPipelineCaps>::Enter;
}

}  // namespace softva
