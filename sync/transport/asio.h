/// The one place that includes Boost.Asio. Private to sync/transport.
///
/// Boost 1.74 under C++20 needs <utility> before it (its awaitable uses std::exchange). What Asio can do without, it
/// does without here: no deprecated names, errors as codes.
#pragma once

#include <utility>

#define BOOST_ASIO_NO_DEPRECATED
#define BOOST_ASIO_DISABLE_CONCEPTS
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
