#!/bin/bash
# The SMTP transport against smtp-sink(1), which can be told to refuse, delay and hang up at each command.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/flow.sh
SEND=${BUILD:-build}/tests/support/smtp_send
AS=()
[ "$(id -u)" -eq 0 ] && AS=(-u nobody)
mkdir "$FLOW_FOLDER/dump" && chmod 777 "$FLOW_FOLDER/dump"

# sink OPTIONS…: starts one; its port is in $PORT
sink() {
    PORT=$(flow_port)
    smtp-sink "${AS[@]}" "$@" "127.0.0.1:$PORT" 10 &
    SINK=$!
    flow_at_exit "kill $SINK 2>/dev/null"
    flow_wait 10 flow_listens "$PORT"
}

unsink() {
    kill "$SINK"
    wait "$SINK" 2>/dev/null
}

# send EXPECTED ARGUMENTS…: EXPECTED are the first words of the output lines
send() {
    local expected=$1 output words
    shift
    output=$("$SEND" -h 127.0.0.1 -p "$PORT" --hello gate.example.com -f support@example.com "$@")
    words=$(cut -d' ' -f1 <<<"$output" | tr '\n' ' ')
    [ "$words" = "$expected " ] || {
        echo "expected $expected, got: $output"
        return 1
    }
}

# The dump has LF line ends, the dots unstuffed, a few lines about the session before and an empty line after.
dumped() {
    local dump=$1 mail=$2
    sed -n '/^Subject: dots/,$p' "$dump" | head -c -1 | cmp - <(tr -d '\r' <"$mail")
}

has_line() {
    grep -qxF "$2" "$1" || {
        cat "$1"
        return 1
    }
}

count_mails() {
    local count
    count=$(grep -c '^X-Mail-Args:' "$1")
    [ "$count" -eq "$2" ] || {
        echo "$count mails instead of $2"
        return 1
    }
}

printf 'Subject: dots\r\n\r\n.\r\n..\r\n.a line\r\nan end.\r\n\r\n.\r\n' >"$FLOW_FOLDER/dots.eml"
{
    printf 'Subject: large\r\n\r\n'
    seq -f '.line %.0f of a mail that no socket buffer can hold at once' 1 40000 | sed 's/$/\r/'
} >"$FLOW_FOLDER/large.eml"

for options in "" "-p" "-e" "-a" "-N"; do
    name="sink${options:+ with $options}"
    dump=$FLOW_FOLDER/dump/exact$options
    # shellcheck disable=SC2086
    sink $options -D "$dump"
    flow_check "$name: one mail is sent" send sent "$FLOW_FOLDER/dots.eml" anna@example.org
    flow_check "$name: same bytes" dumped "$dump" "$FLOW_FOLDER/dots.eml"
    # -e speaks no EHLO, -N offers no DSN.
    asked=" NOTIFY=FAILURE,DELAY ORCPT=rfc822;anna@example.org"
    [[ $options == *[eN]* ]] && asked=
    flow_check "$name: recipient" has_line "$dump" "X-Rcpt-Args: <anna@example.org>$asked"
    flow_check "$name: large mails" send "sent sent" "$FLOW_FOLDER/large.eml" anna@example.org berta@example.org
    flow_check "$name: a mail each" count_mails "$dump" 3
    unsink
done

sink -D "$FLOW_FOLDER/dump/null"
flow_check "null sender" send sent -f "" "$FLOW_FOLDER/dots.eml" anna@example.org
flow_check "null sender on the wire" grep -q '^X-Mail-Args: <>' "$FLOW_FOLDER/dump/null"
flow_check "and wants no report" has_line "$FLOW_FOLDER/dump/null" "X-Rcpt-Args: <anna@example.org> NOTIFY=NEVER"
flow_check "1000 mails over one connection" test "$("$SEND" -h 127.0.0.1 -p "$PORT" -n 1000 "$FLOW_FOLDER/dots.eml" anna@example.org | grep -c ^sent)" -eq 1000
flow_check "1000 mails arrived" count_mails "$FLOW_FOLDER/dump/null" 1001
unsink

# Refusals at each command, and hanging up.
while read -r options expected; do
    # shellcheck disable=SC2086
    sink $options
    flow_check "sink with $options: $expected" send "$expected" "$FLOW_FOLDER/dots.eml" anna@example.org berta@example.org
    unsink
done <<END
-fMAIL refused refused
-fRCPT refused refused
-fDATA refused refused
-f. refused refused
-rMAIL later later
-rRCPT later later
-rDATA later later
-r. later later
-fCONNECT later later
-rCONNECT later later
-qMAIL later later
-qRCPT later later
-qDATA later later
-q. unknown unknown
-QMAIL later later
-Q. later later
-A0 refused refused
END
flow_check "nobody listens" send later "$FLOW_FOLDER/dots.eml" anna@example.org
flow_end
