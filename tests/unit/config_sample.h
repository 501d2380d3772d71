/* What the tests of the configuration share. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <postern/config.h>
#include <string.h>

/* A good file in parts, so that a case replaces one. */
#define TOP "domain: Example.com\nstore: store\ntrusted_authserv_id: mx.example.com\n"
#define AGENTS "agents:\n  - {name: kim, display: Kim Lee, address: Kim@Example.com}\n"
#define QUEUES                                                                                               \
    "queues:\n  - {name: support, display: Acme Support, prefix: SUP, addresses: [support@Example.com], "    \
    "agents: [kim]}\n"
#define OUTGOING "outgoing: {folder: outgoing}\n"
#define GOOD TOP AGENTS QUEUES OUTGOING

/* `out_said` is what an admin reads of it. */
static Config *parsed(const char *text, char **out_said)
{
    g_autoptr(GPtrArray) problems = problems_new();
    Config *config = config_parse("etc/postern.yaml", text, strlen(text), problems);
    *out_said = problems_format(problems);
    assert_int_equal(config == NULL, problems_fatal(problems));
    return config;
}

static Config *good(const char *text)
{
    g_autofree char *is = NULL;
    Config *config = parsed(text, &is);
    assert_string_equal(is, "");
    assert_non_null(config);
    return config;
}
