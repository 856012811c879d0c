// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_encoder.h"

#include <va/va_enc_h264.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "codecs/video_encoder_limits.h"
#include "hwaccel/vaapi/h264_headers.h"
#include "hwaccel/vaapi/vaapi_coded_buffer.h"
#include "hwaccel/vaapi/vaapi_h264_parameters.h"
#include "hwaccel/vaapi/vaapi_limits.h"
#include "hwaccel/vaapi/vaapi_objects.h"
#include "hwaccel/vaapi/vaapi_status.h"
#include "hwaccel/vaapi/vaapi_surface.h"

namespace continuo {
namespace {

// Pictures in a row that the driver may get wrong.
constexpr int kMaxFailures = 5;

// §7.3.5: no macroblock is longer than 3200 bits; and room for headers.
size_t CapacityFor(const H264Sequence& sequence) {
  return static_cast<size_t>(sequence.macroblocks.area()) * 400 + (size_t{64} << 10);
}

struct Session {
  VaConfig config;
  VaContext context;
  uint32_t packed_headers = 0;  // that the application writes: VA_ENC_PACKED_HEADER_...
};

Result<Session> OpenSession(const VaapiDisplay& display, const H264Sequence& sequence) {
  const auto entrypoint = EncodeEntrypoint(display);
  if (!entrypoint) return Fail(ErrorCode::kUnsupported, "the device does not encode H.264");
  constexpr uint32_t kOurs =
      VA_ENC_PACKED_HEADER_SEQUENCE | VA_ENC_PACKED_HEADER_PICTURE | VA_ENC_PACKED_HEADER_SLICE;
  const uint32_t offered =
      display.Attribute(kEncodeProfile, *entrypoint, VAConfigAttribEncPackedHeaders);
  // All or none: headers by two authors need not fit together.
  const uint32_t packed = (offered & kOurs) == kOurs ? kOurs : 0;
  std::vector<VAConfigAttrib> attributes{{VAConfigAttribRTFormat, VA_RT_FORMAT_YUV420},
                                         {VAConfigAttribRateControl, VA_RC_CBR}};
  if (packed != 0) attributes.push_back({VAConfigAttribEncPackedHeaders, packed});
  auto config = CreateVaConfig(display.handle(), kEncodeProfile, *entrypoint, attributes);
  if (!config) return tl::unexpected(std::move(config.error()));
  auto context =
      CreateVaContext(*config, {sequence.macroblocks.width * 16, sequence.macroblocks.height * 16});
  if (!context) return tl::unexpected(std::move(context.error()));
  return Session{*std::move(config), *std::move(context), packed};
}

// A parameter buffer that is made once and written over for every picture.
class Parameter {
 public:
  template <typename T>
  Status Set(const VaContext& context, VABufferType type, const T& value) {
    if (buffer_) return OverwriteVaBuffer(buffer_, &value, sizeof(T));
    auto buffer = CreateVaBuffer(context, type, sizeof(T), &value);
    if (!buffer) return tl::unexpected(std::move(buffer.error()));
    buffer_ = *std::move(buffer);
    return {};
  }
  VABufferID id() const { return buffer_.id(); }

 private:
  VaBuffer buffer_;
};

// A header that we wrote ourselves: what it is, and its bits. The latter are made anew each time,
// for their number varies, and drivers take a buffer's length for theirs.
class PackedHeader {
 public:
  Status Set(const VaContext& context, uint32_t type, BitWriter header) {
    const VAEncPackedHeaderParameterBuffer described{
        type, static_cast<uint32_t>(header.bit_count()), 1, {}};
    auto set = what_.Set(context, VAEncPackedHeaderParameterBufferType, described);
    if (!set) return set;
    const ByteView bytes = header.bytes();
    auto bits =
        CreateVaBuffer(context, VAEncPackedHeaderDataBufferType, bytes.size(), bytes.data());
    if (!bits) return tl::unexpected(std::move(bits.error()));
    bits_ = *std::move(bits);
    return {};
  }
  VABufferID what() const { return what_.id(); }
  VABufferID bits() const { return bits_.id(); }

 private:
  Parameter what_;
  VaBuffer bits_;
};

class VaapiEncoder final : public VideoEncoder {
 public:
  VaapiEncoder(const Device& device, const VideoEncoderConfig& config, const H264Sequence& sequence,
               Session session, VaapiCodedBuffer coded,
               std::array<std::unique_ptr<VaapiPicture>, 2> references)
      : device_(device),
        config_(config),
        sequence_(sequence),
        session_(std::move(session)),
        coded_(std::move(coded)),
        references_(std::move(references)) {}

  Result<EncodedFrame> Encode(const PictureView& view, uint32_t rtp_timestamp,
                              Timestamp capture_time, ForceKeyFrame force) override;
  Status SetRate(DataRate rate) override;
  Status SetRegions(std::span<const QualityRegion> regions) override;

 private:
  Status CheckPicture(const PictureView& view) const;
  Status Submit(VASurfaceID input, const H264Picture& picture);
  Status PrepareSequence();
  Status PreparePicture(const H264Picture& picture);
  Status PrepareRefreshAndRegions(const H264Picture& picture);
  Status PrepareHeaders(const H264Picture& picture);
  void Add(VABufferID buffer) { buffers_[buffer_count_++] = buffer; }
  // An access unit, or nothing if the driver failed on this picture alone.
  Result<bool> EncodeOnce(VASurfaceID input, const H264Picture& picture);

  const Device& device_;
  VideoEncoderConfig config_;
  const H264Sequence sequence_;
  const Session session_;
  VaapiCodedBuffer coded_;
  // What the decoder will have: of the picture before, and of this one.
  std::array<std::unique_ptr<VaapiPicture>, 2> references_;
  Parameter sequence_buffer_;
  Parameter rate_buffer_;
  Parameter hrd_buffer_;
  Parameter frame_rate_buffer_;
  Parameter refresh_buffer_;
  Parameter regions_buffer_;
  Parameter picture_buffer_;
  Parameter slice_buffer_;
  PackedHeader sps_;
  PackedHeader pps_;
  PackedHeader slice_header_;
  std::array<VABufferID, 16> buffers_{};
  size_t buffer_count_ = 0;
  std::vector<VAEncROI> regions_;  // where regions_buffer_ says that they are
  bool rate_changed_ = false;
  bool key_frame_due_ = true;
  int failures_ = 0;  // in a row
  uint32_t number_ = 0;
  uint32_t idr_id_ = 0;
};

Status VaapiEncoder::CheckPicture(const PictureView& view) const {
  if (view.size() != config_.size) {
    return Fail(ErrorCode::kInvalidArgument, "picture of another size");
  }
  if (view.surface() == nullptr || &view.surface()->device() != &device_) {
    return Fail(ErrorCode::kInvalidArgument, "the picture is not on this device");
  }
  return {};
}

Result<EncodedFrame> VaapiEncoder::Encode(const PictureView& view, uint32_t rtp_timestamp,
                                          Timestamp capture_time, ForceKeyFrame force) {
  if (auto checked = CheckPicture(view); !checked) return tl::unexpected(checked.error());
  const bool idr = key_frame_due_ || force == ForceKeyFrame::kYes;
  const H264Picture picture{idr, idr ? 0 : number_, idr_id_};
  key_frame_due_ = true;  // unless all goes well
  const auto encoded = EncodeOnce(VaapiSurface::Of(*view.surface()).id(), picture);
  if (!encoded) {
    // Whatever the driver calls it: what it took when it was asked is none to refuse.
    const Error& error = encoded.error();
    return Fail(ErrorCode::kDeviceFailed, error.text, error.detail, error.native);
  }
  EncodedFrame frame{VideoCodec::kH264, FrameKind::kDelta, rtp_timestamp, capture_time, {}};
  if (!*encoded) {
    if (++failures_ < kMaxFailures) return frame;
    return Fail(ErrorCode::kDeviceFailed, "the encoder fails on every picture");
  }
  failures_ = 0;
  key_frame_due_ = false;
  rate_changed_ = false;
  number_ = picture.number + 1;
  if (idr) idr_id_ ^= 1;
  references_[0].swap(references_[1]);
  if (coded_.is_key()) frame.kind = FrameKind::kKey;
  frame.payload = coded_.access_unit();
  return frame;
}

Result<bool> VaapiEncoder::EncodeOnce(VASurfaceID input, const H264Picture& picture) {
  auto done = Submit(input, picture);
  if (done) done = coded_.Wait(input);
  if (!done) {
    if (done.error().native == VA_STATUS_ERROR_ENCODING_ERROR) return false;
    return tl::unexpected(std::move(done.error()));
  }
  auto read = coded_.Read();
  if (read && *read && coded_.is_key() && !coded_.has_sps()) {
    BitWriter pps = WritePps();
    coded_.Prepend(pps.bytes());
    BitWriter sps = WriteSps(sequence_);
    coded_.Prepend(sps.bytes());
  }
  return read;
}

Status VaapiEncoder::Submit(VASurfaceID input, const H264Picture& picture) {
  buffer_count_ = 0;
  if (picture.idr || rate_changed_) {
    if (auto prepared = PrepareSequence(); !prepared) return prepared;
    if (picture.idr) Add(sequence_buffer_.id());
    for (const Parameter* const p : {&rate_buffer_, &hrd_buffer_, &frame_rate_buffer_}) {
      Add(p->id());
    }
  }
  if (auto prepared = PreparePicture(picture); !prepared) return prepared;
  Add(picture_buffer_.id());
  // What changes a picture comes behind its parameters, with which Intel's driver begins anew.
  if (auto prepared = PrepareRefreshAndRegions(picture); !prepared) return prepared;
  if (session_.packed_headers != 0) {
    if (auto prepared = PrepareHeaders(picture); !prepared) return prepared;
  }
  Add(slice_buffer_.id());
  const VADisplay display = session_.context.display();
  const VAContextID context = session_.context.id();
  const VAStatus begun = vaBeginPicture(display, context, input);
  if (begun != VA_STATUS_SUCCESS) return FailVa(begun, "vaBeginPicture of an encoder");
  const VAStatus rendered =
      vaRenderPicture(display, context, buffers_.data(), static_cast<int>(buffer_count_));
  const VAStatus ended = vaEndPicture(display, context);
  if (rendered != VA_STATUS_SUCCESS) return FailVa(rendered, "vaRenderPicture of an encoder");
  return CheckVa(ended, "vaEndPicture of an encoder");
}

Status VaapiEncoder::PrepareSequence() {
  const VaContext& context = session_.context;
  const DataRate rate = config_.rate;
  auto set = sequence_buffer_.Set(context, VAEncSequenceParameterBufferType,
                                  SequenceParameters(sequence_, rate));
  if (set) set = rate_buffer_.Set(context, VAEncMiscParameterBufferType, RateParameters(rate));
  if (set) set = hrd_buffer_.Set(context, VAEncMiscParameterBufferType, HrdParameters(rate));
  if (set) {
    set = frame_rate_buffer_.Set(context, VAEncMiscParameterBufferType,
                                 FrameRateParameters(sequence_.frames_per_second));
  }
  return set;
}

Status VaapiEncoder::PreparePicture(const H264Picture& picture) {
  const H264Surfaces surfaces{references_[1]->id(), references_[0]->id(), coded_.id()};
  const VaContext& context = session_.context;
  auto set = picture_buffer_.Set(context, VAEncPictureParameterBufferType,
                                 PictureParameters(picture, surfaces));
  if (!set) return set;
  return slice_buffer_.Set(context, VAEncSliceParameterBufferType,
                           SliceParameters(sequence_, picture, surfaces));
}

Status VaapiEncoder::PrepareRefreshAndRegions(const H264Picture& picture) {
  if (config_.intra_refresh_pictures != 0) {
    auto set = refresh_buffer_.Set(
        session_.context, VAEncMiscParameterBufferType,
        IntraRefreshParameters(sequence_, picture, config_.intra_refresh_pictures));
    if (!set) return set;
    Add(refresh_buffer_.id());
  }
  if (!regions_.empty()) {  // told again for every picture; without a word there are none
    auto set = regions_buffer_.Set(session_.context, VAEncMiscParameterBufferType,
                                   RegionParameters(regions_));
    if (!set) return set;
    Add(regions_buffer_.id());
  }
  return {};
}

Status VaapiEncoder::PrepareHeaders(const H264Picture& picture) {
  const VaContext& context = session_.context;
  if (picture.idr) {
    auto set = sps_.Set(context, VAEncPackedHeaderSequence, WriteSps(sequence_));
    if (set) set = pps_.Set(context, VAEncPackedHeaderPicture, WritePps());
    if (!set) return set;
    for (const PackedHeader* const header : {&sps_, &pps_}) {
      Add(header->what());
      Add(header->bits());
    }
  }
  auto set = slice_header_.Set(context, VAEncPackedHeaderSlice, WriteSliceHeader(picture));
  if (!set) return set;
  Add(slice_header_.what());
  Add(slice_header_.bits());
  return {};
}

Status VaapiEncoder::SetRate(DataRate rate) {
  if (auto checked = CheckVideoRate(rate); !checked) return checked;
  rate_changed_ = rate_changed_ || rate != config_.rate;
  config_.rate = rate;
  return {};
}

Status VaapiEncoder::SetRegions(std::span<const QualityRegion> regions) {
  const auto h264 = static_cast<size_t>(VideoCodec::kH264);
  const int at_most = device_.limits().encode[h264].regions_of_interest;
  auto checked = CheckQualityRegions(regions, config_.size, at_most);
  if (!checked) return checked;
  regions_.clear();
  for (const auto& [rect, qp_delta] : regions) {
    regions_.push_back(
        {.roi_rectangle = {static_cast<int16_t>(rect.x), static_cast<int16_t>(rect.y),
                           static_cast<uint16_t>(rect.width), static_cast<uint16_t>(rect.height)},
         .roi_value = static_cast<int8_t>(qp_delta)});
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<VideoEncoder>> CreateVaapiEncoder(const VaapiEncoderParts& parts,
                                                         const VideoEncoderConfig& config) {
  if (auto checked = CheckVideoConfig(config); !checked) return tl::unexpected(checked.error());
  const PixelSize max = parts.limits.max_size;
  if (config.size.width > max.width || config.size.height > max.height) {
    return Fail(ErrorCode::kUnsupported, "a picture larger than the device encodes");
  }
  if (config.intra_refresh_pictures != 0 && !parts.limits.intra_refresh) {
    return Fail(ErrorCode::kUnsupported, "the device has no intra-refresh");
  }
  const H264Sequence sequence = H264Sequence::Of(config);
  auto session = OpenSession(parts.display, sequence);
  if (!session) return tl::unexpected(std::move(session.error()));
  auto coded = VaapiCodedBuffer::Create(session->context, CapacityFor(sequence));
  if (!coded) return tl::unexpected(std::move(coded.error()));
  std::array<std::unique_ptr<VaapiPicture>, 2> references;
  for (auto& reference : references) {
    auto made = VaapiPicture::Create(parts.device, parts.display, config.size,
                                     VaapiPicture::Sides::kWholeMacroblocks);
    if (!made) return tl::unexpected(std::move(made.error()));
    reference = *std::move(made);
  }
  return std::make_unique<VaapiEncoder>(parts.device, config, sequence, *std::move(session),
                                        *std::move(coded), std::move(references));
}

}  // namespace continuo
