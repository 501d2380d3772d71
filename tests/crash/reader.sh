#!/bin/bash
# Mails that kill whoever reads them: they become tickets that say so, with the original byte for byte, and nobody else
# notices. The same when the gate itself dies while it reads, and when readers are killed under load.
. "$(dirname "$0")/../support/gate.sh"
. "$(dirname "$0")/../support/proof.sh"

TROUBLE=$BUILD/tests/support/gate_trouble
GATE_PREFIX=setsid
GATE_LISTEN="\"127.0.0.1:$(flow_port)\""
GATE_EXTRA=$'limits:\n  acknowledgements_per_sender_hour: 1000\n  acknowledgements_per_hour: 1000000\n  automatic_per_hour: 10000000'
gate_config

# mail NAME TROUBLE [LINES]: a mail of so many lines, in files of its own as sent and as it should be kept
mail() {
    local i
    {
        printf 'From: %s@customer.test\nTo: support@desk.test\nSubject: About %s\nMessage-ID: <%s@customer.test>\n' "$1" "$1" "$1"
        printf 'X-Trouble: %s\n\n' "$2"
        for ((i = 0; i < ${3:-3}; i++)); do echo "line $i, and what I wanted to say"; done
    } >"$FLOW_FOLDER/$1.eml"
    sed 's/$/\r/' "$FLOW_FOLDER/$1.eml" >"$FLOW_FOLDER/$1.kept"
}

hand_in() {
    local name
    for name in "$@"; do
        "$BUILD/tests/support/lmtp_send" "$GATE_PORT" "$name@customer.test" support@desk.test "$FLOW_FOLDER/$name.eml" >/dev/null ||
            { echo "FAIL $name was not taken"; FLOW_FAILED=1; }
    done
}

mail_id() { # of the mail that came from NAME
    postern ticket list --json | jq -r ".[] | select(.requester.address == \"$1@customer.test\") | .ref" |
        while read -r ref; do postern ticket show "$ref" --json | jq -r '.messages[0].id'; done
}

# The ticket of NAME says that it could not be read and that WHY; its original is there; nobody was acknowledged.
is_unread() {
    local id show
    id=$(mail_id "$1")
    [ -n "$id" ] || { echo "$1 has no ticket"; return 1; }
    postern ticket raw "$id" | cmp - "$FLOW_FOLDER/$1.kept" || return 1
    show=$(postern ticket why "$id")
    grep -q "could not be read.*$2" <<<"$show" || { echo "$show"; return 1; }
    [ "$(proof_sql "SELECT t.subject FROM tickets t WHERE requester_address = '$1@customer.test'")" = "(could not be read)" ] ||
        { echo "another subject"; return 1; }
    [ "$(proof_sql "SELECT attempts FROM intake WHERE envelope_from = '$1@customer.test'")" = "${3:-3}" ] || { echo "another number of attempts"; return 1; }
    [ "$(proof_sql "SELECT group_concat(o.kind) FROM outbox o JOIN tickets t ON t.id = o.ticket_id
        WHERE requester_address = '$1@customer.test'")" = notice ] || { echo "not exactly one notice to the agent"; return 1; }
}

is_read() {
    [ "$(proof_sql "SELECT m.subject || ' ' || (m.reply LIKE '%what I wanted%') || ' ' || (SELECT count(*) FROM outbox o
        WHERE o.mail_id = m.id AND o.kind = 'acknowledgement') FROM messages m WHERE from_address = '$1@customer.test'")" = "About $1 1 1" ] ||
        { proof_sql "SELECT m.subject, m.findings, m.reply FROM messages m WHERE from_address = '$1@customer.test'"; return 1; }
}

attempts_are() { # NAME COUNT
    [ "$(proof_sql "SELECT attempts FROM intake WHERE envelope_from = '$1@customer.test'")" = "$2" ]
}

is_waiting() {
    [ "$(proof_sql "SELECT count(*) FROM intake WHERE envelope_from = '$1@customer.test' AND fate IS NULL")" = 1 ]
}

gate_pid() {
    ps -o stat=,pid=,args= -s "$GATE_PID" | awk '$1 !~ /^Z/ && $NF == "gate" { print $2 }'
}

another_gate() {
    local pid
    pid=$(gate_pid)
    [ -n "$pid" ] && [ "$pid" != "$1" ] && flow_listens "$GATE_PORT"
}

# Kills the gate (or all) while NAME is being read for the COUNTth time, and waits for the next gate.
kill_while_reading() {
    local pid
    flow_wait 20 attempts_are "$1" "$2" || { echo "no attempt $2: $(proof_sql 'SELECT attempts, fate FROM intake')"; return 1; }
    sleep 0.2
    is_waiting "$1" || { echo "it was read too soon"; return 1; }
    if [ -n "${3:-}" ]; then
        # By itself the gate would come back after longer and longer pauses.
        kill -9 -- "-$GATE_PID"
        wait "$GATE_PID" 2>/dev/null
        gate_start "$TROUBLE" || { echo "does not start"; return 1; }
        return 0
    fi
    pid=$(gate_pid)
    kill -9 "$pid"
    flow_wait 20 another_gate "$pid" || { echo "the gate does not come back"; return 1; }
}

kill_times() { # NAME COUNT
    local i
    for ((i = 1; i <= $2; i++)); do
        kill_while_reading "$1" $i "${3:-}" || return 1
    done
}

all_words() { # of the log
    cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" 2>/dev/null
}

# A mail that kills its reader, small and large, among others.
mail good1 none
mail dies die
mail good2 none
mail dies-large die 3000
mail crashes crash
mail good3 none 3000
gate_start "$TROUBLE" || { echo "FAIL start: $(cat "$FLOW_FOLDER/serve.log")"; exit 1; }
hand_in good1 dies good2 dies-large crashes good3
flow_check "all settled" flow_wait 60 settled 6
flow_check "killed three times, becomes a ticket" is_unread dies SIGKILL
flow_check "the same from a file" is_unread dies-large SIGKILL
if [ "$(basename "$BUILD")" = asan ]; then crash=ended; else crash=SIGSEGV; fi
flow_check "crashed three times, becomes a ticket" is_unread crashes "$crash"
for name in good1 good2 good3; do
    flow_check "$name is not touched" is_read $name
done
flow_equals "every attempt is in the log" 9 "$(all_words | grep -c 'reading attempt [123]: the reader failed on this mail')"

# The gate dies while it reads.
mail patient slow
hand_in patient
flow_check "gate killed twice while it reads" kill_times patient 2
mail good4 none
hand_in good4
flow_check "both settled" flow_wait 30 settled 8
flow_check "the third reading counts" is_read patient
flow_check "a younger mail is read" is_read good4
mail fatal slow
hand_in fatal
if kill_times fatal 10 all >"$FLOW_FOLDER/output"; then # in this shell, whose child the gate is
    echo "ok gate killed while it reads, again and again"
else
    echo "FAIL gate killed while it reads, again and again: $(cat "$FLOW_FOLDER/output")"
    FLOW_FAILED=1
fi
flow_check "that is settled, too" flow_wait 30 settled 9
flow_check "given up after ten" is_unread fatal "begun 10 times and never ended" 10
flow_check "store sound" proof_store
flow_check "originals byte for byte" proof_raw
gate_stop
flow_equals "ends in order" 0 $?

# Readers killed under load.
rm -rf "$FLOW_FOLDER/store" "$FLOW_FOLDER/outgoing"
GATE_AGENTS=
gate_config
gate_start || { echo "FAIL start: $(cat "$FLOW_FOLDER/serve.log")"; exit 1; }
"$BUILD/tests/support/lmtp_load" --to=support@desk.test --port="$GATE_PORT" --sessions=4 --count=400 --senders=100000 \
    --mix=80:3072,15:51200,5:400000 --seed=$RANDOM --ledger="$FLOW_FOLDER/ledger" >"$FLOW_FOLDER/load.txt" 2>&1 &
load=$!
killed=0
while ((killed < 40)) && { kill -0 $load 2>/dev/null || ! settled 400; }; do
    pid=$(ps -o stat=,pid=,args= -s "$GATE_PID" | awk '$1 !~ /^Z/ && $NF == "reader" { print $2 }' | shuf -n 1)
    if [ -n "$pid" ] && kill -9 "$pid" 2>/dev/null; then killed=$((killed + 1)); fi
    sleep "0.0$((RANDOM % 6 + 2))"
done
wait $load
flow_equals "load is all answered 250" 0 $?
flow_check "load is settled" flow_wait 60 settled 400
echo "killed $killed readers, $(grep -c 'reading attempt' "$FLOW_FOLDER/serve.log") of them while they read"
enough() {
    [ "$killed" -ge 5 ] || { echo "only $killed"; return 1; }
}
# A mail whose reader was killed three times is kept unread, by design; among forty kills that must stay rare.
all_read() {
    local unread
    unread=$(proof_sql "SELECT count(*) FROM messages WHERE findings LIKE '%could-not-be-read%'")
    [ "$unread" -le 4 ] || { echo "$unread mails were not read"; return 1; }
}
flow_check "readers were killed" enough
flow_check "nothing lost" proof_ledger "$FLOW_FOLDER/ledger"
flow_check "nothing doubled" proof_nothing_doubled
flow_check "all were read" all_read
flow_check "one acknowledgement each" proof_acknowledged
# The mail that crashes its reader on purpose makes a sanitizer speak.
unexpected() {
    all_words | grep -aE '^(error|warning) |AddressSanitizer|runtime error' |
        grep -avE 'gate was killed by signal 9; it starts again' |
        grep -avE 'AddressSanitizer(:DEADLYSIGNAL|: SEGV on unknown address 0x0+ |.*can not provide additional info|: SEGV .*/gate_trouble)' |
        grep -avE 'reading attempt [123]: (the reader failed on this mail: (killed by SIG(KILL|SEGV)|ended with code)|no reader can be started: killed by SIGKILL)' |
        proof_none "words that nobody expected"
}
flow_check "no unexpected words" unexpected
gate_stop
flow_equals "ends in order again" 0 $?
flow_end
