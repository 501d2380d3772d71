/* Whose a domain is. Domains are lower-case ASCII as address_normalise gives them. Pure.
 * There is no list of public suffixes here: small tables know the registries of countries ("co.uk") and the
 * hosts below which every name is somebody else's. So this is good enough to tell a person about, and no
 * ground to trust anybody: address_is_authentic has its own, stricter rule. */
#pragma once

#include <glib.h>

/* The organisational domain (RFC 7489 3.2), borrowed from the argument: "corp.example" of
 * "mail.corp.example". */
const char *domain_organisation(const char *domain);
/* Relaxed alignment (RFC 7489 3.1). */
gboolean domain_is_one_organisation(const char *a, const char *b);

/* TRUE when they are of two organisations, and an eye may take one for the other: letters that look alike
 * (0 and o, rn and m, Cyrillic a), or one letter off in a name of six letters or more. */
gboolean domain_looks_like(const char *domain, const char *other);
/* TRUE when a label mixes Latin letters with ones of a script that looks like it (UTS 39 5.1). */
gboolean domain_is_disguised(const char *domain);

/* TRUE when anybody can have an address there. */
gboolean domain_is_free_mail(const char *domain);
