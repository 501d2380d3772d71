#include "private_network.h"

#include <netinet/in.h>
#include <string.h>

typedef struct {
    guint8 prefix[8];
    guint bits;
} Network;

static const Network v4_networks[] = {
    {{0}, 8},          /* "this" network, RFC 1122: Linux takes 0.0.0.0 for loopback */
    {{10}, 8},         /* RFC 1918 */
    {{100, 64}, 10},   /* carriers, RFC 6598 */
    {{127}, 8},        /* loopback */
    {{169, 254}, 16},  /* link-local; the secrets of cloud machines */
    {{172, 16}, 12},   /* RFC 1918 */
    {{192, 0, 0}, 24}, /* RFC 6890 */
    {{192, 168}, 16},  /* RFC 1918 */
    {{198, 18}, 15},   /* laboratories, RFC 2544 */
    {{224}, 3},        /* multicast, reserved, broadcast */
};
static const Network v6_networks[] = {
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48}, /* NAT64 of one's own, RFC 8215 */
    {{0x20, 0x01, 0x00, 0x00}, 32},             /* Teredo, RFC 4380: leads to any IPv4 address */
    {{0xfc}, 7},                                /* RFC 4193 */
    {{0xfe, 0x80}, 9},                          /* link-local and the old site-local */
    {{0xff}, 8},                                /* multicast */
};

static gboolean lies_in(const guint8 *address, const Network *network)
{
    guint whole = network->bits / 8, rest = network->bits % 8;
    if (memcmp(address, network->prefix, whole) != 0)
        return FALSE;
    guint8 mask = (guint8)(0xff << (8 - rest));
    return rest == 0 || (address[whole] & mask) == (network->prefix[whole] & mask);
}

static gboolean lies_in_any(const guint8 *address, const Network *networks, gsize count)
{
    for (gsize i = 0; i < count; i++)
        if (lies_in(address, &networks[i]))
            return TRUE;
    return FALSE;
}

static gboolean is_private_v4(const guint8 *address)
{
    return lies_in_any(address, v4_networks, G_N_ELEMENTS(v4_networks));
}

static gboolean is_private_v6(const guint8 *address)
{
    static const guint8 zeros[12];
    static const guint8 mapped[12] = {[10] = 0xff, [11] = 0xff};
    static const guint8 nat64[12] = {0x00, 0x64, 0xff, 0x9b};
    static const guint8 six_to_four[2] = {0x20, 0x02};
    if (memcmp(address, zeros, sizeof zeros) == 0)
        return TRUE; /* :: and ::1, and addresses that nobody uses any more */
    if (memcmp(address, mapped, sizeof mapped) == 0 || memcmp(address, nat64, sizeof nat64) == 0)
        return is_private_v4(address + 12);
    if (memcmp(address, six_to_four, sizeof six_to_four) == 0)
        return is_private_v4(address + 2);
    return lies_in_any(address, v6_networks, G_N_ELEMENTS(v6_networks));
}

gboolean private_network_has(const struct sockaddr *address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    switch (address->sa_family) {
    case AF_INET:
        memcpy(&v4, address, sizeof v4);
        return is_private_v4((const guint8 *)&v4.sin_addr);
    case AF_INET6:
        memcpy(&v6, address, sizeof v6);
        return is_private_v6((const guint8 *)&v6.sin6_addr);
    default:
        return TRUE;
    }
}
