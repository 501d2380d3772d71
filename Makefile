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
PACKAGES_TEST := $(PACKAGES_BUILD) clang libclang-rt-14-dev libcmocka-dev postfix dovecot-core dovecot-imapd dovecot-lmtpd dovecot-submissiond swaks \
    sqlite3 strace procps util-linux jq openssl

LIBRARIES := glib-2.0 gio-2.0 gio-unix-2.0 gmime-3.0 gnutls libetpan libcurl libpcre2-8 yaml-0.1 jansson libxml-2.0 \
    uchardet libidn2 sqlite3 smartcols libseccomp

WARNINGS := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
    -Wpointer-arith -Wwrite-strings -Wundef -Wvla -Wimplicit-fallthrough -Wdate-time \
    -Werror=implicit-function-declaration -Werror=return-type $(WERROR)

# Asked for late, because `make deps` may have to install pkg-config first.
LIBRARY_CFLAGS = $(eval LIBRARY_CFLAGS := $$(shell pkg-config --cflags $(LIBRARIES) | sed 's/-I/-isystem /g'))$(LIBRARY_CFLAGS)
# Debian's libetpan names specs that switch -pie off, and libraries that only a static build needs.
LIBRARY_LIBS   = $(eval LIBRARY_LIBS := -Wl,--as-needed $$(shell pkg-config --libs $(LIBRARIES) | sed 's/-specs=[^ ]*//g'))$(LIBRARY_LIBS)

CPPFLAGS_ALL = -Iinclude -I. -D_GNU_SOURCE -DG_LOG_DOMAIN='"postern"' $(CPPFLAGS)
CFLAGS_ALL = -std=c17 $(OPTIMISE) -fstack-protector-strong -fPIE -pthread $(WARNINGS) $(SANITIZE) $(LIBRARY_CFLAGS) $(CFLAGS)
LDFLAGS_ALL = -pie -pthread -Wl,-z,relro,-z,now $(SANITIZE) $(LDFLAGS)

SOURCES := $(wildcard parsers/*/*.c gateway/*/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
MAIN    := $(BUILD)/gateway/app/main.o
LIBRARY := $(BUILD)/libpostern.a
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test_*.c))
SCORE   := $(BUILD)/tests/support/scoring/score
TOOLS   := $(patsubst tests/support/%.c,$(BUILD)/tests/support/%,$(wildcard tests/support/*.c)) $(SCORE)

TEST_PROGRAM := $(BUILD)/postern-stops

.PHONY: all help deps deps-test demo test check crash unit asan bench fuzz fuzz-mail rooms tidy format install score clean programs
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/postern

## make              builds build/postern
## make demo         installs what is missing, builds, and shows the whole way of some mails
## make test         installs what is missing, builds, and runs every test
## make crash        kill -9 by the hundreds: CRASH_ROUNDS (200) by LMTP, CRASH_MAILBOX_ROUNDS (300) from IMAP to SMTP
## make asan         the same tests under AddressSanitizer and UndefinedBehaviorSanitizer (ASAN_KINDS="unit flow crash")
## make bench        speed beside Dovecot's LMTP delivery, a bare IMAP fetch loop and smtp-source, 1,000 rules beside 10, and reading beside plain GMime, in interleaved runs
## make fuzz         each fuzz target for FUZZ_SECONDS (60)
## make fuzz-mail    whole mails through the reader with an instrumented GMime, FUZZ_RUNS (10000000) times
## make score        precision and recall of the starter rules on tests/mail/fields; with CORPUS=folder reading and
##                   conversations on a corpus, too
## make rooms        includes point down, and every library has one home
## make tidy         clang-tidy over the sources
## make format       clang-format over the sources
## make install      into PREFIX (/usr/local)
## make deps         installs the packages that a build needs (deps-test: that tests need)
help:
	@sed -n 's/^## //p' Makefile

deps:
	@tests/support/packages.sh $(PACKAGES_BUILD)

deps-test:
	@tests/support/packages.sh $(PACKAGES_TEST)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# The files that are taken into the program as they are.
$(BUILD)/gateway/base/starter.o: templates/postern.yaml templates/rules.yaml $(wildcard templates/notices/*)

$(LIBRARY): $(filter-out $(MAIN),$(OBJECTS))
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/postern: $(MAIN) $(LIBRARY)
	@echo "  LINK $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $(MAIN) $(LIBRARY) $(LIBRARY_LIBS)

# The same program with named stop points (include/postern/base/stop.h) for the crash tests.
STOP_SOURCES := gateway/base/stop.c $(shell grep -ls stop_point $(SOURCES))
STOP_OBJECTS := $(patsubst %.c,$(BUILD)/stops/%.o,$(sort $(STOP_SOURCES)))
$(BUILD)/stops/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $< (stop points)"
	@$(CC) $(CPPFLAGS_ALL) -DPOSTERN_STOP_POINTS $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(TEST_PROGRAM): $(MAIN) $(STOP_OBJECTS) $(LIBRARY)
	@echo "  LINK $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $(MAIN) $(STOP_OBJECTS) $(LIBRARY) $(LIBRARY_LIBS)

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIBRARY)
	@echo "  LINK $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $< $(LIBRARY) $(LIBRARY_LIBS) -lcmocka

$(SCORE): $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/scoring/*.c)) $(LIBRARY)
	@echo "  LINK $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBRARY_LIBS)

$(BUILD)/tests/support/%: $(BUILD)/tests/support/%.o $(LIBRARY)
	@echo "  LINK $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $< $(LIBRARY) $(LIBRARY_LIBS)

# Fuzz targets are only compiled with the rest, so that they go with it.
FUZZ_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/fuzz/fuzz_*.c))

programs: $(BUILD)/postern $(TEST_PROGRAM) $(UNITS) $(TOOLS) $(FUZZ_OBJECTS)

demo: deps
	@$(MAKE) --no-print-directory -s -j$$(nproc) all $(BUILD)/tests/support/lmtp_send
	@BUILD=$(BUILD) tests/support/demo.sh

# So many that "make test" stays a matter of minutes; "make crash" has all of them.
CRASH_ROUNDS         ?= 60
CRASH_MAILBOX_ROUNDS ?= 60
ROUNDS = CRASH_ROUNDS=$(CRASH_ROUNDS) CRASH_MAILBOX_ROUNDS=$(CRASH_MAILBOX_ROUNDS)

test: deps-test
	@$(MAKE) --no-print-directory -j$$(nproc) programs
	@$(MAKE) --no-print-directory -j$$(nproc) CC=clang BUILD=build/clang all
	@$(MAKE) --no-print-directory rooms
	@BUILD=$(BUILD) $(ROUNDS) tests/run.sh

crash: programs
	@BUILD=$(BUILD) tests/run.sh crash

# Without installing and without the second compiler: while working.
check: programs rooms
	@BUILD=$(BUILD) $(ROUNDS) tests/run.sh

unit: $(UNITS) $(TOOLS)
	@BUILD=$(BUILD) tests/run.sh unit

ASAN := BUILD=build/asan OPTIMISE="-O1 -g" \
    SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
asan: deps-test
	@$(MAKE) --no-print-directory -j$$(nproc) $(ASAN) programs
	@BUILD=build/asan CRASH_ROUNDS=20 CRASH_MAILBOX_ROUNDS=20 tests/run.sh $(ASAN_KINDS)

bench: deps-test
	@$(MAKE) --no-print-directory -j$$(nproc) programs
	@BUILD=$(BUILD) tests/bench/bench.sh
	@BUILD=$(BUILD) tests/bench/imap.sh
	@BUILD=$(BUILD) tests/bench/smtp.sh
	@BUILD=$(BUILD) tests/bench/rules.sh
	@BUILD=$(BUILD) tests/bench/replay.sh
	@BUILD=$(BUILD) CORPUS=$(CORPUS) tests/bench/reading.sh

FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz: deps-test
	@$(MAKE) --no-print-directory -j$$(nproc) CC=clang BUILD=build/fuzz OPTIMISE="-O1 -g" WERROR= \
	    SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" fuzzers
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run.sh build/fuzz/tests/fuzz

# The whole reader with a GMime built from its source package, so that the fuzzer sees into both.
MAIL_FUZZ  := build/fuzz-mail
MAIL_FLAGS := -O2 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-sanitize-coverage=trace-cmp
fuzz-mail: deps-test
	@tests/fuzz/gmime.sh $(MAIL_FUZZ)/gmime clang $(MAIL_FLAGS)
	@$(MAKE) --no-print-directory -j$$(nproc) CC=clang BUILD=$(MAIL_FUZZ) OPTIMISE= WERROR= SANITIZE="$(MAIL_FLAGS)" \
	    $(MAIL_FUZZ)/libpostern.a $(MAIL_FUZZ)/tests/fuzz/fuzz_mail.o
	@clang -fsanitize=fuzzer,address,undefined -o $(MAIL_FUZZ)/fuzz_mail $(MAIL_FUZZ)/tests/fuzz/fuzz_mail.o \
	    $(MAIL_FUZZ)/libpostern.a $(MAIL_FUZZ)/gmime/libgmime.a $(LIBRARY_LIBS) -lz -lidn2
	@tests/fuzz/mail.sh $(MAIL_FUZZ)/fuzz_mail $(MAIL_FUZZ)

.PHONY: fuzzers
fuzzers: $(FUZZERS)
build/fuzz/tests/fuzz/%: build/fuzz/tests/fuzz/%.o $(LIBRARY)
	@echo "  LINK $@"
	@$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $< $(LIBRARY) $(LIBRARY_LIBS)

rooms:
	@tests/support/rooms.sh

tidy:
	clang-tidy --quiet $(SOURCES) -- $(CPPFLAGS_ALL) -std=c17 $(LIBRARY_CFLAGS)

format:
	clang-format -i $(shell git ls-files '*.c' '*.h')

install: all
	install -D -m 0755 $(BUILD)/postern $(DESTDIR)$(PREFIX)/bin/postern
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' templates/postern.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/postern.service
	chmod 0644 $(DESTDIR)$(PREFIX)/lib/systemd/system/postern.service

score: $(BUILD)/postern $(SCORE) $(BUILD)/tests/support/groups
	@$(BUILD)/postern rules score tests/mail/fields --rules templates/rules.yaml
	@if [ -d "$(CORPUS)" ]; then $(SCORE) "$(CORPUS)"; code=$$?; $(BUILD)/tests/support/groups "$(CORPUS)" && exit $$code; \
	else echo "score: reading and conversations skipped, there is no folder '$(CORPUS)'; name one: make score CORPUS=folder"; fi

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

clean:
	rm -rf build
