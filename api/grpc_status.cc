// SPDX-License-Identifier: Apache-2.0
#include "api/grpc_status.h"

#include <grpcpp/support/error_details.h>

#include <algorithm>
#include <string>

#include "google/rpc/error_details.pb.h"

namespace continuo {
namespace {

grpc::StatusCode CodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kMalformed:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case ErrorCode::kUnsupported:
      return grpc::StatusCode::UNIMPLEMENTED;
    case ErrorCode::kNotFound:
      return grpc::StatusCode::NOT_FOUND;
    case ErrorCode::kAlreadyExists:
      return grpc::StatusCode::ALREADY_EXISTS;
    case ErrorCode::kUnauthenticated:
      return grpc::StatusCode::UNAUTHENTICATED;
    case ErrorCode::kPermissionDenied:
      return grpc::StatusCode::PERMISSION_DENIED;
    case ErrorCode::kResourceExhausted:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeviceFailed:
      return grpc::StatusCode::UNAVAILABLE;
    case ErrorCode::kInternal:
      break;
  }
  return grpc::StatusCode::INTERNAL;
}

ErrorCode CodeOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::INVALID_ARGUMENT:
      return ErrorCode::kInvalidArgument;
    case grpc::StatusCode::UNIMPLEMENTED:
      return ErrorCode::kUnsupported;
    case grpc::StatusCode::NOT_FOUND:
      return ErrorCode::kNotFound;
    case grpc::StatusCode::ALREADY_EXISTS:
      return ErrorCode::kAlreadyExists;
    case grpc::StatusCode::UNAUTHENTICATED:
      return ErrorCode::kUnauthenticated;
    case grpc::StatusCode::PERMISSION_DENIED:
      return ErrorCode::kPermissionDenied;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return ErrorCode::kResourceExhausted;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kInternal;
  }
}

std::string ReasonOf(ErrorCode code) {
  std::string reason(ToString(code));
  std::transform(reason.begin(), reason.end(), reason.begin(), [](char c) {
    return c == ' ' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  return reason;
}

}  // namespace

grpc::Status ToGrpcStatus(const Error& error) {
  google::rpc::ErrorInfo info;
  info.set_reason(ReasonOf(error.code));
  info.set_domain("continuo");
  google::rpc::Status details;
  details.set_code(CodeOf(error.code));
  details.set_message(ToString(error));
  details.add_details()->PackFrom(info);
  grpc::Status status;
  grpc::SetErrorDetails(details, &status);
  return status;
}

Error FromGrpcStatus(const grpc::Status& status) {
  return {CodeOf(status.error_code()), "The request failed", status.error_message(),
          status.error_code()};
}

}  // namespace continuo
