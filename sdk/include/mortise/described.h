// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include <boost/describe.hpp>

namespace mortise {

/// A struct described with BOOST_DESCRIBE_STRUCT. Its members go over the wire in camelCase.
template <class T>
concept Described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

namespace detail {

template <class T>
using MembersOf =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

}

}  // namespace mortise
