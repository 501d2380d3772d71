/* Domains of addresses, for this room. */
#pragma once

#include <glib.h>

/* 64 octets of local part, "@", 255 of domain (RFC 5321 4.5.3.1): nothing longer can be delivered. */
#define ADDRESS_BYTES 320u
#define DOMAIN_BYTES 253u
#define LABEL_BYTES 63u

/* Lower-case ASCII form (IDNA 2008) of a domain or an address literal; NULL when it is neither. The caller
 * frees. */
char *domain_to_ascii(const char *domain, gsize length);

/* Of "kim@corp.example", "@corp.example", "corp.example." in the same form; NULL when it is none, or `value`
 * is NULL. The caller frees. */
char *domain_of_value(const char *value);

/* DMARC's relaxed alignment without siblings: equal, or one lies below the other by whole labels, and both
 * are of one organisation (organisation.h). A name of one label is above everything, so it is aligned with
 * nothing but itself. */
gboolean domain_is_aligned(const char *a, const char *b);
