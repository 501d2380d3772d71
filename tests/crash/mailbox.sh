#!/bin/bash
# kill -9 at random moments while mail comes in from an IMAP mailbox and goes out by SMTP, CRASH_MAILBOX_ROUNDS times (300): of
# the whole group, the gate, a reader, the fetcher, the sender, the supervisor, or of the IMAP process of the mail server. Then the
# ledgers of both sides are compared: what lay in the mailbox is a ticket, once, byte for byte, and was moved; what the outbox
# calls sent has arrived, and nothing arrived twice beyond the unknown outcomes that the outbox has counted.
# CRASH_SEED repeats a run's choices (the moments themselves depend on the machine).
cd "$(dirname "$0")/../.." || exit 1
. tests/support/mailbox.sh
. tests/support/proof.sh
. tests/support/family.sh

ROUNDS=${CRASH_MAILBOX_ROUNDS:-300}
SEED=${CRASH_SEED:-$((RANDOM * 32768 + RANDOM))}
MAILS=12 # a round
RANDOM=$SEED
declare -A KILLS=()
echo "seed $SEED, $ROUNDS rounds"

# The server on the other side keeps each mail that it has said yes to.
SINK_PORT=$(flow_port)
ARRIVED=$FLOW_FOLDER/arrived
mkdir -m 777 "$ARRIVED"
AS=()
[ "$(id -u)" -eq 0 ] && AS=(-u nobody)
smtp-sink "${AS[@]}" -d "$ARRIVED/%M." "127.0.0.1:$SINK_PORT" 100 2>"$FLOW_FOLDER/sink.log" &
flow_at_exit "kill $! 2>/dev/null"
flow_wait 10 flow_listens "$SINK_PORT"

dovecot_user support
flow_check "a Dovecot of our own starts" dovecot_start
dovecot_adm mailbox create -u support Done
GATE_AGENTS=
GATE_OUTGOING=$(printf '  server: 127.0.0.1\n  port: %s\n  security: none' "$SINK_PORT")
MAILBOX_EXTRA=$'limits:\n  acknowledgements_per_sender_hour: 1000\n  acknowledgements_per_hour: 1000000\n  automatic_per_hour: 10000000'
mailboxes "$(mailbox support support 'start: all' 'after: move' 'move_to: Done' 'poll: 1s')"

kill_role() {
    local pid
    pid=$(family_one "$1")
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
}

# A role that was killed often starts again after a longer and longer time: then all of it is started afresh.
strike() {
    local dice=$((RANDOM % 100)) victim
    case $dice in
    [0-9] | [1-3][0-9]) victim=group ;;
    4[0-9]) victim=gate ;;
    5[0-4]) victim=reader ;;
    5[5-9] | 6[0-9]) victim=fetcher ;;
    7[0-9] | 8[0-7]) victim=sender ;;
    8[8-9] | 9[0-3]) victim=server ;;
    *) victim=supervisor ;;
    esac
    KILLS[$victim]=$((${KILLS[$victim]:-0} + 1))
    case $victim in
    group) family_kill ;;
    supervisor)
        kill -9 "$GATE_PID"
        family_await_end
        ;;
    server) pkill -9 -s "$DOVECOT_PID" -x imap ;;
    *)
        kill_role $victim
        STRUCK=$((STRUCK + 1))
        [ "$STRUCK" -lt 3 ] || family_kill
        ;;
    esac
    [ -n "$GATE_PID" ] || STRUCK=0
}
STRUCK=0

# What lies in the mailbox: small mails and now and then a large one.
fill() {
    local bytes=1500
    case $((RANDOM % 8)) in 0) bytes=30000 ;; 1) bytes=300000 ;; esac
    dovecot_fill support INBOX $MAILS $bytes
    FILLED=$((FILLED + MAILS))
}
FILLED=0

# The moment: so many more are taken, then some milliseconds.
await_progress() {
    local most=$((RANDOM % 40)) wanted
    wanted=$(($(taken) + 1 + RANDOM % MAILS))
    while [ "$(taken)" -lt "$wanted" ] && ((most-- > 0)); do
        sleep 0.01
    done
    sleep "$(printf '0.%03d' $((RANDOM % 60)))"
}
taken() {
    proof_sql 'SELECT count(*) FROM intake' 2>/dev/null || echo 0
}

round() {
    fill
    [ -n "$GATE_PID" ] || family_start "$1" || return 1
    await_progress
    strike
}

all_taken() {
    [ "$(taken)" -ge "$FILLED" ] && [ "$(postern stats --json | jq '.waiting == 0 and .holds')" = true ]
}
LOOKED=0
all_sent() {
    local id
    for id in $(proof_sql "SELECT id FROM outbox WHERE state = 'held'"); do
        LOOKED=$((LOOKED + 1))
        postern outbox retry "$id" >/dev/null
    done
    [ "$(proof_sql "SELECT count(*) FROM outbox WHERE state <> 'sent'")" = 0 ]
}
all_moved() {
    [ "$(dovecot_count support INBOX)" = 0 ]
}
settle_all() {
    [ -n "$GATE_PID" ] || family_start "$1" || return 1
    flow_wait 180 all_taken || { echo "FAIL taken after round $1: $(postern mailboxes 2>&1) $(postern stats 2>&1)"; FLOW_FAILED=1; }
    flow_wait 120 all_sent || { echo "FAIL sent after round $1: $(postern stats 2>&1)"; FLOW_FAILED=1; }
    flow_wait 60 all_moved || { echo "FAIL moved after round $1: $(dovecot_count support INBOX) left"; FLOW_FAILED=1; }
}

# Both sides, mail by mail: what the server has, with the line ends of the wire, and the originals in the store.
server_sums() {
    find "$DOVECOT_FOLDER/mail/support/Maildir/Done" -type f -path '*/cur/*' -o -type f -path '*/Done/new/*' |
        while read -r file; do sed 's/$/\r/' "$file" | sha256sum; done | cut -d' ' -f1 | sort
}
same_bytes() {
    diff <(server_sums | uniq) <(proof_sql "SELECT lower(hex(r.sha256)) FROM intake i JOIN raw r ON r.id = i.raw_id" | sort) |
        proof_none "the mailbox and the store differ"
}
# Dovecot moves by copying and then removing: a session that is cut off between the two, or that still moves while the next one
# begins, leaves a copy more in the folder that nothing is fetched from.
moved() {
    local copies
    dovecot_adm fetch -u support hdr.message-id mailbox Done | sed -n 's/^hdr.message-id: //p' | sort >"$FLOW_FOLDER/moved"
    copies=$(uniq -d "$FLOW_FOLDER/moved" | wc -l)
    echo "moved twice, as a move was cut off: $copies" >&2
    [ "$(sort -u "$FLOW_FOLDER/moved" | wc -l)" = "$FILLED" ] && [ "$copies" -le "$ROUNDS" ]
}
only_tickets() {
    proof_sql "SELECT id, fate FROM intake WHERE fate IS NOT 'ticketed'" | proof_none "neither lost nor doubled, but not a ticket"
}
unread() {
    proof_sql "SELECT id, findings FROM messages WHERE findings LIKE '%could-not-be-read%'" | proof_none "nothing is wrong with these"
}
ledger_finished() {
    proof_sql "SELECT uid, state, detail FROM fetched WHERE state <> 'finished'" | proof_none "unfinished in the ledger"
}

# Message-ID and how often it arrived, beside how often its outcome was unknown.
arrivals() {
    find "$ARRIVED" -type f -exec awk 'FNR == 1 { head = 1 } /^$/ { head = 0 }
        head && /^Message-ID: </ { gsub(/^Message-ID: <|>.*/, ""); print }' {} + | sort | uniq -c | awk '{ print $2, $1 }'
}
unknowns() {
    proof_sql "SELECT message_id || ' ' || (uncertain + lost + 1) FROM outbox" | sort
}
all_arrived() {
    join -v 2 <(arrivals) <(unknowns) | proof_none "called sent, and not arrived"
}
none_unheard_of() {
    join -v 1 <(arrivals) <(unknowns) | proof_none "arrived, and not of the outbox"
}
doubles_counted() {
    join <(arrivals) <(unknowns) | awk '$2 > $3' | proof_none "arrived more often than unknown outcomes tell"
}
few_doubles() {
    local doubles unknown
    doubles=$(arrivals | awk '{ n += $2 - 1 } END { print n + 0 }')
    unknown=$(proof_sql 'SELECT sum(uncertain + lost) FROM outbox')
    echo "arrived twice: $doubles; unknown outcomes counted: $unknown" >&2
    [ "$doubles" -le "$unknown" ]
}
unexpected() {
    cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" | grep -aE '^(error|warning) |AddressSanitizer|runtime error' |
        grep -avE '(gate|sender outgoing|fetcher support) was killed by signal 9; it starts again in' |
        grep -avE 'reading attempt [0-9]+: (the reader failed on this mail|no reader can be started): killed by SIGKILL' |
        grep -avE '^warning fetcher: mailbox support: |^(error|warning) fetcher: ' |
        proof_none "words that nobody expected"
}

for ((n = 1; n <= ROUNDS; n++)); do
    round $n || break
    ((n % 50)) || settle_all $n
done
settle_all "$ROUNDS"
echo "killed: $(for victim in "${!KILLS[@]}"; do printf '%s %d, ' "$victim" "${KILLS[$victim]}"; done)"
echo "in the mailbox: $FILLED, kept: $(taken), sent: $(proof_sql "SELECT count(*) FROM outbox WHERE state = 'sent'"), looked at by a person: $LOOKED"
flow_equals "every mail of the mailbox is here" "$FILLED" "$(taken)"
flow_check "byte for byte" same_bytes
flow_check "originals as their digests say" proof_raw
flow_check "nothing doubled" proof_nothing_doubled
flow_check "every mail a ticket" only_tickets
flow_check "every mail read" unread
flow_check "moved on the server" moved
flow_check "the ledger is finished" ledger_finished
flow_check "one acknowledgement each" proof_acknowledged
flow_check "everything sent has arrived" all_arrived
flow_check "nothing arrived that is not of the outbox" none_unheard_of
flow_check "what arrived twice was counted as unknown" doubles_counted
flow_check "in all, too" few_doubles
flow_check "store sound, equation holds" proof_store
flow_check "no unexpected words" unexpected
session=$GATE_PID
gate_stop
flow_equals "ends in order" 0 $?
GATE_PID=$session
flow_check "no stray processes" family_gone
GATE_PID=
flow_end
