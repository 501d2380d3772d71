# Postern: `make help` lists what can be asked of this file.

CC       ?= gcc
BUILD    ?= build
WERROR   ?= -Werror
OPTIMISE ?= -O2 -g
SANITIZE ?=
PREFIX   ?= /usr/local
CORPUS   ?=

PACKAGES_BUILD := gcc make pkg-config libglib2.0-dev libgmime-3.0-dev libetpan-dev libgnutls28-dev \
    libpcre2-dev libyaml-dev libjansson-dev libxml2-dev libuchardet-dev libidn2-dev libsqlite3-dev \
    libsmartcols-dev libseccomp-dev
PACKAGES_TEST := $(PACKAGES_BUILD) clang libcmocka-dev postfix dovecot-core dovecot-lmtpd swaks sqlite3 \
    strace procps util-linux

LIBRARIES := glib-2.0 gio-2.0 gio-unix-2.0 gmime-3.0 gnutls libcurl libpcre2-8 yaml-0.1 jansson libxml-2.0 \
    uchardet libidn2 sqlite3 smartcols libseccomp

WARNINGS := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
    -Wpointer-arith -Wwrite-strings -Wundef -Wvla -Wimplicit-fallthrough -Wcast-qual -Wdate-time \
    -Werror=implicit-function-declaration -Werror=return-type $(WERROR)

# Asked for late, because `make deps` may have to install pkg-config first.
LIBRARY_CFLAGS = $(eval LIBRARY_CFLAGS := $$(shell pkg-config --cflags $(LIBRARIES) | sed 's/-I/-isystem /g'))$(LIBRARY_CFLAGS)
LIBRARY_LIBS   = $(eval LIBRARY_LIBS := $$(shell pkg-config --libs $(LIBRARIES)))$(LIBRARY_LIBS)

CPPFLAGS_ALL = -Iinclude -I. -D_GNU_SOURCE -DG_LOG_DOMAIN='"postern"' $(CPPFLAGS)
CFLAGS_ALL = -std=c17 $(OPTIMISE) -fstack-protector-strong -fPIE -pthread $(WARNINGS) $(SANITIZE) $(LIBRARY_CFLAGS) $(CFLAGS)
LDFLAGS_ALL = -pie -pthread -Wl,-z,relro,-z,now $(SANITIZE) $(LDFLAGS)

SOURCES := $(wildcard parsers/*/*.c gateway/*/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
MAIN    := $(BUILD)/gateway/app/main.o
LIBRARY := $(BUILD)/libpostern.a
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test_*.c))
TOOLS   := $(patsubst tests/support/%.c,$(BUILD)/tests/support/%,$(wildcard tests/support/*.c))

.PHONY: all help deps deps-test demo test unit asan bench fuzz rooms tidy format install score clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/postern

help:
	@sed -n 's/^## //p' Makefile

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(LIBRARY): $(filter-out $(MAIN),$(OBJECTS))
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/postern: $(MAIN) $(LIBRARY)
	@echo "  LINK $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $(MAIN) $(LIBRARY) $(LIBRARY_LIBS)

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIBRARY)
	@echo "  LINK $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $< $(LIBRARY) $(LIBRARY_LIBS) -lcmocka

$(BUILD)/tests/support/%: $(BUILD)/tests/support/%.o $(LIBRARY)
	@echo "  LINK $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $< $(LIBRARY) $(LIBRARY_LIBS)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

clean:
	rm -rf $(BUILD)
