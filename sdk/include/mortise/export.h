// SPDX-License-Identifier: Apache-2.0
#pragma once

// Marks what libmortise-sdk.so exports; everything else in the house is hidden.
#define MORTISE_API __attribute__((visibility("default")))
