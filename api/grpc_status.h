// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include "base/result.h"

namespace continuo {

// An error as gRPC carries it: the code, a sentence, and a google.rpc.ErrorInfo whose reason is the
// code in capitals and whose domain is "continuo".
grpc::Status ToGrpcStatus(const Error& error);

// And back, for clients. The sentence is in `detail`.
Error FromGrpcStatus(const grpc::Status& status);

}  // namespace continuo
