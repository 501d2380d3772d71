#!/bin/bash
# Builds GMime from its Debian source package with sanitizers and coverage, so that a fuzzer sees into it.
# usage: gmime.sh FOLDER COMPILER FLAGS…    makes FOLDER/libgmime.a and FOLDER/gmime-3.2.13/, the sources
# The source package is that of the installed library. The lists of apt are FOLDER's own: nothing of the machine is changed.
set -e
folder=$(mkdir -p "$1" && cd "$1" && pwd)
shift
version=$(dpkg-query -W -f '${source:Version}' libgmime-3.0-0)
stamp="$version $*"
[ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ] && exit 0

fetch() {
    mkdir -p "$folder/apt/sources" "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial"
    cat >"$folder/apt/sources/source.sources" <<END
Types: deb-src
URIs: http://deb.debian.org/debian
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
    local options=(-q -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$folder/apt/sources"
        -o Dir::State::Lists="$folder/apt/lists" -o Dir::Cache="$folder/apt/cache" -o APT::Sandbox::User=)
    apt-get "${options[@]}" update
    (cd "$folder" && apt-get "${options[@]}" source --download-only "gmime=$version")
}

# What its configure script finds out on Debian, without cryptography.
configure() { # SOURCES
    cat >"$1/config.h" <<'END'
#define HAVE_CODESET 1
#define HAVE_FSYNC 1
#define HAVE_GETHOSTNAME 1
#define HAVE_GETDOMAINNAME 1
#define HAVE_GETADDRINFO 1
#define HAVE_NETDB_H 1
#define HAVE_SYS_PARAM_H 1
#define HAVE_SYS_MMAN_H 1
#define HAVE_MMAP 1
#define HAVE_MUNMAP 1
#define HAVE_MSYNC 1
#define HAVE_TIMEZONE 1
#define HAVE_UTSNAME_DOMAINNAME 1
#define HAVE_ICONV_DETECT_H 1
#define VERSION "3.2.13"
#define GETTEXT_PACKAGE "gmime"
END
    cat >"$1/iconv-detect.h" <<'END'
#define ICONV_ISO_INT_FORMAT "iso-%u-%u"
#define ICONV_ISO_STR_FORMAT "iso-%u-%s"
#define ICONV_SHIFT_JIS "shift-jis"
#define ICONV_10646 "iso-10646"
END
    sed 's/@GMIME_MAJOR_VERSION@/3/; s/@GMIME_MINOR_VERSION@/2/; s/@GMIME_MICRO_VERSION@/13/; s/@[A-Z_]*AGE@/0/g' \
        "$1/gmime/gmime-version.h.in" >"$1/gmime/gmime-version.h"
}

[ -e "$folder"/gmime_*.dsc ] || fetch
rm -rf "$folder"/gmime-3*
dpkg-source --no-check -x "$folder"/gmime_*.dsc "$folder/gmime-3.2.13" >"$folder/unpack.log"
configure "$folder/gmime-3.2.13"
mkdir -p "$folder/objects"
cd "$folder/gmime-3.2.13"
export folder
find gmime util -name '*.c' ! -name 'gmime-gpgme-utils.c' ! -name 'test*.c' -printf '%p\n' |
    xargs -P "$(nproc)" -I{} bash -c 'name={}; shift 0; "$@" -c -o "$folder/objects/$(basename "$name" .c).o" "$name" 2>"$folder/objects/$(basename "$name" .c).log" || { cat "$folder/objects/$(basename "$name" .c).log"; exit 255; }' \
    _ "$@" -DHAVE_CONFIG_H -w -I. -Igmime -Iutil $(pkg-config --cflags gio-2.0 gobject-2.0 zlib libidn2)
rm -f "$folder/libgmime.a"
ar rcs "$folder/libgmime.a" "$folder"/objects/*.o
echo "$stamp" >"$folder/stamp"
