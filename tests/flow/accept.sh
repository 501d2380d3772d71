#!/bin/bash
# Mail coming in over LMTP from real clients: every 250 is one message in the store, refusals carry the codes of RFC 5321 and
# RFC 3463, stops and reloads under load lose nothing, idle and surplus sessions disturb nobody.
cd "$(dirname "$0")/../.." || exit 1
GATE_LISTEN='"127.0.0.1:0", {unix: gate.sock, mode: "0600"}'
GATE_LMTP='  sessions: 1500'
GATE_EXTRA='limits:
  message_size: 1MiB
  acknowledgements_per_hour: 20'
. tests/support/gate.sh
LOAD=$BUILD/tests/support/lmtp_load
SOCKET=$FLOW_FOLDER/gate.sock
DATABASE=$FLOW_FOLDER/store/postern.db
EXPECTED=0 # mails that must be in the store by now

# mail NAME LINE…: a mail file with these header fields, or only with From, To and Subject
mail() {
    local name=$1
    shift
    printf '%s\n' 'From: Anna <anna@customer.test>' 'To: support@desk.test' "Message-ID: <$name@customer.test>" "$@" '' \
        "The text of $name." >"$FLOW_FOLDER/$name.eml"
}

is_settled() {
    flow_wait 30 settled "$EXPECTED" || {
        postern stats
        return 1
    }
}

# The gate asks for the descriptors that its sessions need.
ulimit -Sn 256
gate_config
flow_check "the gate starts" gate_start
flow_equals "the socket file has its mode" 600 "$(stat -c %a "$SOCKET")"

# Many at once, by another implementation of the protocol.
source_many() {
    smtp-source -L -s 20 -m "$1" -f anna@customer.test -t support@desk.test "$2" || return 1
    EXPECTED=$((EXPECTED + $1))
    is_settled
}
flow_check "400 mails in 20 sessions" source_many 400 "inet:127.0.0.1:$GATE_PORT"
EXPECTED=400
flow_check "200 mails over the unix socket" source_many 200 "unix:$SOCKET"
EXPECTED=600
flow_equals "each is one message, or held, as they all say the same" 600 "$(sqlite3 "$DATABASE" "SELECT
    (SELECT count(DISTINCT message_id) FROM messages WHERE direction = 'in') + (SELECT count(*) FROM intake WHERE reason = 'loop')")"
flow_equals "nothing is a copy" 0 "$(postern stats --json | jq .copies)"

# One mail, as a person would send it by hand.
mail first 'Subject: First' 
flow_contains "a mail over TCP" "$(send "$FLOW_FOLDER/first.eml")" '<-  250 2\.[0-9]\.[0-9]'
mail second 'Subject: Second'
answer=$(swaks --protocol LMTP --socket "$SOCKET" --helo flow.test --from anna@customer.test --to support@desk.test \
    --data @"$FLOW_FOLDER/second.eml" 2>&1)
flow_contains "a mail over the unix socket" "$answer" '<-  250 2\.0\.0'
flow_contains "the server offers what it should" "$(grep '<-  250' <<<"$answer" | tr '\n' ' ')" \
    'PIPELINING.*(8BITMIME|SIZE 1048576|SMTPUTF8|ENHANCEDSTATUSCODES|DSN)'
for word in PIPELINING 8BITMIME SMTPUTF8 "SIZE 1048576" ENHANCEDSTATUSCODES DSN; do
    flow_contains "LHLO offers $word" "$answer" "<-  250[- ]$word"
done
EXPECTED=602
flow_check "both are tickets" is_settled

# Refusals.
flow_contains "unknown recipient" "$(send "$FLOW_FOLDER/first.eml" anna@customer.test nobody@desk.test)" '<\*\* 550 5\.1\.1 '
flow_contains "unknown domain" "$(send "$FLOW_FOLDER/first.eml" anna@customer.test support@elsewhere.test)" '<\*\* 550 5\.1\.1 '
flow_contains "too large by SIZE" "$(talk 'LHLO flow.test' 'MAIL FROM:<anna@customer.test> SIZE=2000000' QUIT)" '^552 5\.3\.4'
{
    cat "$FLOW_FOLDER/first.eml"
    yes 'a line too much' | head -n 80000
} >"$FLOW_FOLDER/large.eml"
flow_contains "too large at the end" "$(send "$FLOW_FOLDER/large.eml")" '<\*\* 552 5\.3\.4'
flow_contains "LMTP is not SMTP" "$(talk 'EHLO flow.test' QUIT)" '^5[0-9][0-9] 5'
flow_contains "no mail without LHLO" "$(talk 'MAIL FROM:<anna@customer.test>' QUIT)" '^503 5\.5\.1'
flow_contains "bare LF does not end the data" \
    "$(talk 'LHLO f' 'MAIL FROM:<a@customer.test>' 'RCPT TO:<support@desk.test>' DATA \
        $'Subject: LF\r\n\r\nx\n.\nMAIL FROM:<b@customer.test>' . QUIT | grep -c '^250 2.0.0 kept')" '^1$'
EXPECTED=603
flow_check "refused mail is not in the store" is_settled
flow_equals "no file of a refused mail stays" 0 "$(find "$FLOW_FOLDER/store/raw" -type f | wc -l)"

# Everything at once, two recipients, one of them unknown: an answer for each that was accepted.
answer=$(talk 'LHLO flow.test' 'MAIL FROM:<anna@customer.test>' 'RCPT TO:<support@desk.test>' 'RCPT TO:<nobody@desk.test>' \
    'RCPT TO:<billing@desk.test>' DATA 'From: Anna <anna@customer.test>' 'Subject: Two' '' 'Text' . QUIT)
flow_equals "pipelining: the answers in order" "250 250 550 250 354 250 250 221" \
    "$(sed -n '/^250 /,$p' <<<"$answer" | sed 1d | cut -c1-3 | tr '\n' ' ' | sed 's/ $//')"
flow_equals "two answers after the data" 2 "$(sed -n '/^354/,$p' <<<"$answer" | grep -c '^250 2')"
EXPECTED=605
flow_check "two rows in the store" is_settled

# Copies are known by their bytes, not by their Message-ID.
copies=$(postern stats --json | jq .copies)
send "$FLOW_FOLDER/first.eml" >/dev/null
EXPECTED=606
flow_check "the same bytes again are taken" is_settled
flow_equals "and are a copy" $((copies + 1)) "$(postern stats --json | jq .copies)"
sed 's/The text/Another text/' "$FLOW_FOLDER/first.eml" >"$FLOW_FOLDER/other.eml"
send "$FLOW_FOLDER/other.eml" bert@customer.test >/dev/null
EXPECTED=607
flow_check "another mail with a known Message-ID is taken" is_settled
flow_equals "and is no copy" $((copies + 1)) "$(postern stats --json | jq .copies)"

# Reload: a good file counts from the next recipient on; a bad one changes nothing and says why.
accepts() {
    talk 'LHLO f' 'MAIL FROM:<>' "RCPT TO:<$1>" QUIT | grep -q '^250 2\.1\.5'
}
refuses() {
    talk 'LHLO f' 'MAIL FROM:<>' "RCPT TO:<$1>" QUIT | grep -q '^550 5\.1\.1'
}
flow_check "an address that no queue has" refuses sales@desk.test
sed -i 's/help@desk.test/sales@desk.test/' "$FLOW_FOLDER/postern.yaml"
kill -HUP "$GATE_PID"
flow_check "a reload brings the new address" flow_wait 10 accepts sales@desk.test
flow_check "and takes the old one away" refuses help@desk.test
sed -i 's/sales@desk.test/more@desk.test/; s/^queues:/queeus:/' "$FLOW_FOLDER/postern.yaml"
kill -HUP "$GATE_PID"
flow_check "a bad reload says so" flow_wait 10 grep -q 'reload refused' "$FLOW_FOLDER/serve.log"
flow_contains "and why, with line and column" "$(cat "$FLOW_FOLDER/serve.log")" 'postern.yaml:[0-9]+:1: error: .*queeus'
flow_check "the old addresses stay" accepts sales@desk.test
flow_check "the new ones are not there" refuses more@desk.test
gate_config

# A thousand sessions that say nothing cost nobody anything. A subshell holds them.
hold() {
    (
        trap 'exit 0' TERM
        for ((i = 0; i < $1; i++)); do
            exec {fd}<>"/dev/tcp/127.0.0.1/$GATE_PORT" || exit 1
        done
        echo held >"$FLOW_FOLDER/held"
        sleep 60 &
        wait $!
    ) 2>"$FLOW_FOLDER/hold.log" &
    HOLDER=$!
    flow_wait 30 test -s "$FLOW_FOLDER/held"
}
release() {
    pkill -P "$HOLDER" 2>/dev/null
    kill "$HOLDER" 2>/dev/null
    wait "$HOLDER" 2>/dev/null
    rm -f "$FLOW_FOLDER/held"
}
ulimit -Sn 4096 2>/dev/null || ulimit -Sn "$(ulimit -Hn)"
if [ "$(ulimit -Sn)" -ge 1100 ]; then
    flow_check "a thousand idle sessions" hold 1000
    flow_contains "a mail beside them" "$(send "$FLOW_FOLDER/first.eml")" '<-  250 2\.0\.0'
    release
    EXPECTED=608
    flow_check "it is in the store" is_settled
fi
flow_check "SIGTERM ends with 0" gate_stop
# The sender starts anew for the good reload; when it is slow, it finds the bad file and tries again.
flow_equals "no warning, no error but for the reload" "" \
    "$(grep -E '^(warning|error) ' "$FLOW_FOLDER/serve.log" | grep -vE 'reload refused|sender ended with code 78')"

# Over the limit: idle sessions make room, busy ones do not.
GATE_LMTP='  sessions: 4'
gate_config
flow_check "a gate for four sessions starts" gate_start
exec {a}<>"/dev/tcp/127.0.0.1/$GATE_PORT" {b}<>"/dev/tcp/127.0.0.1/$GATE_PORT" {c}<>"/dev/tcp/127.0.0.1/$GATE_PORT" \
    {d}<>"/dev/tcp/127.0.0.1/$GATE_PORT"
for fd in "$a" "$b" "$c" "$d"; do
    read -r -t 10 -u "$fd"
    printf 'LHLO f\r\nMAIL FROM:<>\r\nRCPT TO:<support@desk.test>\r\nDATA\r\n' >&"$fd"
    until [[ $REPLY == 354* ]]; do read -r -t 10 -u "$fd" || break; done
done
flow_contains "a fifth session is sent away" "$(talk)" '^421 4\.3\.2'
printf 'x\r\n.\r\nQUIT\r\n' >&"$a"
read -r -t 10 -u "$a"
flow_contains "the four go on" "$REPLY" '^250 2\.0\.0'
exec {a}>&- {b}>&- {c}>&- {d}>&-
EXPECTED=$((EXPECTED + 1))
flow_check "and count once" is_settled
gate_stop

# SIGTERM under load: what was answered with 250 is there, the rest was refused politely.
GATE_LMTP='  sessions: 200'
gate_config
all_read() {
    [ "$(postern stats --json | jq .waiting)" = 0 ]
}
stop_under_load() {
    local load ledger=$FLOW_FOLDER/ledger$1
    gate_start || return 1
    "$LOAD" --to support@desk.test --port "$GATE_PORT" --sessions 30 --seconds 5 --seed "$1" --mix 80:2048,19:30000,1:300000 \
        --ledger "$ledger" --tolerant --json >"$FLOW_FOLDER/load.json" 2>&1 &
    load=$!
    flow_wait 10 test -s "$ledger"
    sleep 0."$1"
    gate_stop || {
        echo "the gate ended with $?: $(tail -3 "$FLOW_FOLDER/serve.log")"
        return 1
    }
    wait "$load"
    gate_start || return 1
    flow_wait 60 all_read
    # An original of the ledger that the store has not, by its checksum.
    sqlite3 "$DATABASE" "SELECT lower(hex(r.sha256)) FROM raw r JOIN intake i ON i.raw_id = r.id WHERE i.fate = 'ticketed'" | sort >"$FLOW_FOLDER/stored"
    cut -d' ' -f2 "$ledger" | sort -u | comm -23 - "$FLOW_FOLDER/stored" >"$FLOW_FOLDER/lost"
    [ -s "$ledger" ] && [ ! -s "$FLOW_FOLDER/lost" ] || {
        echo "$(wc -l <"$FLOW_FOLDER/lost") of $(wc -l <"$ledger") are not in tickets; $(cat "$FLOW_FOLDER/load.json")"
        return 1
    }
    [ "$(jq '.begun == .messages + ([.refused[]] | add // 0)' "$FLOW_FOLDER/load.json")" = true ] || {
        echo "some mail got no answer at all: $(cat "$FLOW_FOLDER/load.json")"
        return 1
    }
    gate_stop
}
for round in 1 3 5; do
    flow_check "SIGTERM under load, round $round" stop_under_load "$round"
    gate_end
    GATE_PID=
done
flow_check "the equation holds at the end" postern stats
flow_end
