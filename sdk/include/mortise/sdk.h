// SPDX-License-Identifier: Apache-2.0
#pragma once

// What most plugins need; each service's header is included by those who use it.
#include <mortise/error.h>
#include <mortise/host.h>
#include <mortise/http.h>
#include <mortise/json.h>
#include <mortise/options.h>
#include <mortise/plugin.h>
#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/services/identity.h>
#include <mortise/shape.h>
#include <mortise/socket.h>
#include <mortise/sockets.h>
#include <mortise/time.h>
