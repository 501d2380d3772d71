#!/bin/bash
# Reads the #include lines and holds them against the plan of the house: includes point down, rooms that face each
# other meet only in the store, and a library is used in its home alone.
cd "$(dirname "$0")/../.." || exit 1
wrong=0

# Header → the room that it is the door of. What is not listed here fails, so that a new door is thought about.
declare -A door=(
    [values]=values [decision]=values [ticket]=values [command_sheet]=command [content]=content
    [yaml]=config [config]=config [mail]=mail [address]=address [organisation]=address [ids]=ids [kind]=kind [body]=body [reply]=reply
    [rules]=rules [rules_source]=rules [meanings]=rules [rules_lint]=rules [rules_suggest]=rules [rules_parts]=rules [error_print]=errors [known_errors]=store [labels]=store [rule_versions]=store [live_rules]=gate [archive]=store [reread]=workbench [workbench]=workbench [score]=workbench [error_block]=errors [lmtp]=lmtp [template]=template [compose]=compose [notices]=compose [reading]=reading [parts]=reading
    [store]=store [raw]=store [intake_rows]=store [outbox]=store [settle]=store [tickets]=store [ticket_json]=store
    [sign_in]=wire [smtp_link]=wire [https]=wire [ledger]=store [blocks]=store [routes]=store [fetcher]=intake [watch]=gate
    [intake]=intake [reader]=reader [deliver]=deliver [desk]=desk [alerts]=desk [undelivered]=store [ticket_change]=store [letters]=desk [acts]=acts [error_acts]=acts [aside]=acts [admin_acts]=acts [senders]=store [moments]=store [pipeline]=gate [setup]=gate [announce]=acts
)
# Room of the gateway → rooms of the gateway that it may look into, besides itself, base and the parsers.
declare -A below=([base]="" [wire]="" [store]="" [intake]="store wire" [reader]="" [deliver]="store wire" [desk]=""
    [acts]="store desk" [gate]="store intake reader desk acts" [workbench]="store reader"
    [app]="wire store intake reader desk deliver acts gate workbench")
# Library header → its home.
declare -A home=([gmime/]=parsers/mail [sqlite3.h]=gateway/store [curl/]=gateway/wire [libetpan/]=gateway/intake [yaml.h]=parsers/config
    [pcre2.h]=parsers/rules [libxml/]=parsers/body [uchardet]=parsers/mail [idn2.h]=parsers/address [gnutls/]=gateway/base
    [jansson.h]=gateway/base [seccomp.h]=gateway/reader [libsmartcols/]=gateway/app)

complain() {
    echo "$1: $2"
    wrong=1
}

check_door() { # FILE HEADER
    local side room target from=$1
    case $2 in
    base/file.h | base/log.h | base/starter.h) [ "${from%%/*}" = gateway ] || complain "$from" "a parser is pure: <postern/$2> is an effect" ;;
    esac
    case $2 in base/*) return ;; esac
    room=${door[${2%.h}]:-}
    [ -n "$room" ] || { complain "$from" "<postern/$2> is the door of no room in tests/support/rooms.sh"; return; }
    [ -d "parsers/$room" ] && target=parsers || target=gateway
    side=${from%%/*}
    own=$(cut -d/ -f2 <<<"$from")
    [ "$target" = gateway ] || { [ "$side/$own" != gateway/base ] || complain "$from" "base may not include <postern/$2>"; return; }
    [ "$side" = gateway ] || { complain "$from" "a parser may not include <postern/$2> of gateway/$room"; return; }
    [ "$room" = "$own" ] || [[ " ${below[$own]} " == *" $room "* ]] ||
        complain "$from" "gateway/$own may not look into gateway/$room (<postern/$2>)"
}

while IFS=: read -r file include; do
    case $include in
    *'<postern/'*)
        header=${include#*<postern/}
        check_door "$file" "${header%%>*}"
        ;;
    *'"gateway/'* | *'"parsers/'* | *'<gateway/'* | *'<parsers/'*)
        folder=$(dirname "$(sed 's/.*["<]\(.*\)[">].*/\1/' <<<"$include")")
        [ "$folder" = "$(dirname "$file")" ] || complain "$file" "a private header of $folder"
        ;;
    esac
    for library in "${!home[@]}"; do
        [[ $include == *"<$library"* || $include == *"/$library>"* ]] && [[ $include != *'<postern/'* ]] &&
            [ "$(dirname "$file")" != "${home[$library]}" ] && complain "$file" "<$library…> lives in ${home[$library]} alone"
    done
done < <(grep -rnE --include='*.[ch]' '^ *# *include' parsers gateway | sed -E 's/^([^:]*):[0-9]+:/\1:/')

while IFS=: read -r file include; do
    header=${include#*<postern/}
    header=${header%%>*}
    case $file in
    include/postern/base/*) [[ $include != *'<postern/'* || $header == base/* ]] || complain "$file" "base may not include <postern/$header>" ;;
    esac
    for library in "${!home[@]}"; do
        [[ $include == *"<$library"* ]] && complain "$file" "a door shows <$library…>"
    done
done < <(grep -rnE --include='*.h' '^ *# *include' include | sed -E 's/^([^:]*):[0-9]+:/\1:/')

[ "$wrong" -eq 0 ] && echo "rooms: all includes point down, every library is at home"
exit "$wrong"
