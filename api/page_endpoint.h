// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/http_router.h"

namespace continuo {

// The join page and its files, from inside the program, under a policy that lets the browser run
// and load nothing but them:
//   GET /join/{room}   the page; the invitation stands behind '#' and never comes here
//   GET /web/{file}
//   GET /healthz
void AddPageRoutes(HttpRouter& router);

}  // namespace continuo
