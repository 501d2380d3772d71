/* Addresses that only our own network knows. */
#pragma once

#include <glib.h>
#include <sys/socket.h>

/* TRUE for loopback, private (RFC 1918, 4193), shared (RFC 6598), link-local, multicast and reserved
 * addresses, also when they hide in an IPv6 address (mapped, NAT64, 6to4), and for what is no IP address. */
gboolean private_network_has(const struct sockaddr *address);
