#!/bin/bash
# Stops the program at every named point (include/postern/base/stop.h), lets it go on, and compares with the undisturbed
# run: the same tickets, messages, fields, events and outgoing mail. The client sends again what got no 250, as a mail
# server does; what was kept although the 250 did not arrive is then a copy, and counted.
. "$(dirname "$0")/../support/gate.sh"
. "$(dirname "$0")/../support/proof.sh"

STOPS=$BUILD/postern-stops
MAILS=$FLOW_FOLDER/mails
GATE_PREFIX=setsid
GATE_LISTEN="\"127.0.0.1:$(flow_port)\""
# One reader: the order in which mails are settled is the order in which they came.
GATE_EXTRA=$'readers:\n  count: 1'
gate_config

# mail NUMBER FROM SUBJECT [HEADER LINE…] <text
mail() {
    local number=$1 from=$2 subject=$3
    shift 3
    {
        printf 'From: %s\nTo: support@desk.test\nSubject: %s\nDate: Mon, 02 Nov 2026 10:%02d:00 +0000\n' "$from" "$subject" "$number"
        printf 'Message-ID: <%d@customer.test>\nMIME-Version: 1.0\n' "$number"
        [ $# -eq 0 ] || printf '%s\n' "$@"
        echo
        cat
    } >"$MAILS/$number.eml"
}

write_mails() {
    local i
    mkdir "$MAILS"
    mail 1 'Anna <anna@customer.test>' 'Publishing fails' <<<$'Hello,\n\napp id: 4711\n\nError: could not publish\n    at push (main.js:3)\n\nAnna'
    mail 2 'Anna <anna@customer.test>' 'Re: Publishing fails' 'In-Reply-To: <1@customer.test>' <<<'It happens on http://shop.test/a, too.'
    mail 3 'Bert <bert@customer.test>' 'A long log' < <(for ((i = 0; i < 900; i++)); do echo "line $i of a log that is longer than a row may be"; done)
    mail 4 'Bert <bert@customer.test>' 'Out of office' 'Auto-Submitted: auto-replied' <<<'I am away.'
    mail 5 'Carla <carla@customer.test>' 'Too far' < <(echo "Where am I?")
    for ((i = 0; i < 60; i++)); do echo "Received: from a by b; Mon, 02 Nov 2026 09:00:00 +0000"; done | cat - "$MAILS/5.eml" >"$MAILS/5.tmp"
    mv "$MAILS/5.tmp" "$MAILS/5.eml"
    cp "$MAILS/1.eml" "$MAILS/6.eml" # a copy, whoever sent it
    mail 7 'Dora <dora@customer.test>' 'Another long one' 'Content-Type: text/html' < <(echo '<p>HTTP 500</p>'
        for ((i = 0; i < 900; i++)); do echo "<p>line $i of a page that is longer than a row</p>"; done)
    mail 8 'Emil <emil@customer.test>' 'The last one' <<<'Thank you.'
}

listens() {
    flow_listens "$GATE_PORT"
}

# Until it is answered 250. Counts in RESENT what was sent more than once.
send_until_taken() {
    local tries
    for ((tries = 0; tries < 20; tries++)); do
        "$BUILD/tests/support/lmtp_send" "$GATE_PORT" "$2" support@desk.test "$1" >>"$FLOW_FOLDER/sent.log" 2>&1 && return 0
        RESENT=$((RESENT + 1))
        flow_wait 20 listens
    done
    return 1
}

rows_are_done() {
    [ "$(postern stats --json | jq ".waiting == 0 and .holds and .received >= $1")" = true ] &&
        [ "$(proof_sql "SELECT count(*) FROM outbox WHERE state <> 'sent'")" = 0 ]
}

settle_all() {
    flow_wait 60 rows_are_done 8
}

# References, ids, tokens and times differ from run to run, and nothing else may.
hide_chance() {
    sed -E -e 's/\b(SUP|BIL)-[0-9A-Z]{6}\b/REF/g' -e 's/[0-9a-z]{13,14}\.[0-9a-z]{36,}@/ID@/g' -e 's/\+[0-9a-z]{36,}@/+TOKEN@/g' \
        -e 's/[0-9a-z]{13,14}\.ticket@/TICKET@/g' -e 's/[0-9]+\.O[0-9]+I[0-9a-f]+\.postern/FILE/' -e 's/127\.0\.0\.1:[0-9]+/PEER/g' \
        -e 's/=_[0-9a-f]{24}/BOUNDARY/' -e 's/^(X.)?Date: .*/Date/' -e 's/\b1[0-9a-z]{12,13}\b/MAIL/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:]+/TIME/g' -e 's/[A-Z][a-z]{2}, [ 0-9]+ [A-Z][a-z]{2} [0-9]{4} [0-9:]+ [+-][0-9]{4}/TIME/g'
}

outcome() {
    local t="(SELECT count(*) FROM tickets u WHERE u.id <= t.id)" out=$FLOW_FOLDER/outgoing/new
    {
        proof_sql "SELECT 'ticket', $t, queue, status, subject, requester_name, requester_address FROM tickets t ORDER BY id"
        proof_sql "SELECT 'message', $t, direction, from_name, from_address, m.subject, date_us, m.kind, quote(m.reply),
            quote(recipients), message_id, attachments, findings, why, hex(r.sha256) FROM messages m JOIN tickets t
            ON t.id = m.ticket_id JOIN raw r ON r.id = m.raw_id ORDER BY m.id"
        proof_sql "SELECT 'field', m.message_id, name, value, f.raw, rule, place, start_byte, end_byte, by_who
            FROM fields f JOIN messages m ON m.id = f.message_id ORDER BY m.id, f.id"
        proof_sql "SELECT 'participant', $t, address, name, role FROM participants p JOIN tickets t ON t.id = p.ticket_id ORDER BY 2, 3"
        proof_sql "SELECT 'link', ticket_id, how FROM links ORDER BY 2, 3" | sed 's/|[0-9]*|/|/'
        proof_sql "SELECT 'event', $t, m.message_id, what, who, detail FROM events e LEFT JOIN tickets t ON t.id = e.ticket_id
            LEFT JOIN messages m ON m.id = e.mail_id WHERE what NOT IN ('copy', 'sent') ORDER BY e.mail_id, e.id"
        proof_sql "SELECT 'sent', $t, m.message_id, what, who, detail FROM events e JOIN tickets t ON t.id = e.ticket_id
            JOIN messages m ON m.id = e.mail_id WHERE what = 'sent' ORDER BY 2, 3, detail"
        proof_sql "SELECT 'held', reason, detail, from_text, subject FROM intake WHERE fate = 'held' ORDER BY id"
        proof_sql "SELECT 'outbox', $t, m.message_id, o.kind, to_address, from_address, envelope_from, o.subject, state FROM outbox o
            JOIN tickets t ON t.id = o.ticket_id JOIN messages m ON m.id = o.mail_id ORDER BY o.id"
        # In the order of the rows; a file's name has the row's id between O and I.
        find "$out" -type f | sed -E 's/.*\.O([0-9]+)I.*/\1 &/' | sort -n | cut -d' ' -f2- | xargs -r cat
        echo "copies $(($(proof_sql "SELECT count(*) FROM intake WHERE fate = 'copy'") - $(proof_sql \
            "SELECT count(*) FROM intake") + 8)), half-written $(find "$FLOW_FOLDER/outgoing/tmp" -type f | wc -l)"
    } 2>&1 | hide_chance
}

# Copies that nobody meant: kept, but the 250 did not arrive. Never more than were sent again.
check_copies() {
    local extra
    extra=$(($(proof_sql "SELECT count(*) FROM intake") - 8))
    [ "$extra" -ge 0 ] && [ "$extra" -le "$RESENT" ] || { echo "$extra more mails than 8, but $RESENT were sent again"; return 1; }
}

forget() {
    rm -rf "$FLOW_FOLDER/store" "$FLOW_FOLDER/outgoing" "$FLOW_FOLDER/serve.log" "$FLOW_FOLDER/history.log"
}

# All mails in, one after the other; the program may stop on the way.
run_through() {
    local i
    RESENT=0
    gate_start "$STOPS" || { echo "does not start: $(cat "$FLOW_FOLDER/serve.log")"; return 1; }
    for i in 1 2 3 4 5 6 7 8; do
        send_until_taken "$MAILS/$i.eml" "$i@customer.test" || { echo "mail $i was never taken"; return 1; }
    done
    settle_all || { echo "does not settle: $(postern stats)"; return 1; }
}

start_again() {
    gate_stop || { echo "exit code $? at the end"; return 1; }
    gate_start "$STOPS" && settle_all
}

compare() {
    local difference
    difference=$(diff "$FLOW_FOLDER/undisturbed" <(outcome) | head -10)
    [ -z "$difference" ] || { echo "$1 differs from the undisturbed run: $difference"; return 1; }
}

# What the neighbours of a killed process may say.
check_words() {
    cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" 2>/dev/null |
        grep -aE '^(error|warning) |AddressSanitizer|runtime error' | grep -avE '(gate|sender outgoing) was killed by signal 9; it starts again' |
        proof_none "words that nobody expected"
}

gate_is_gone() {
    ! kill -0 "$GATE_PID" 2>/dev/null
}

# What stops before it was ever ready ends as a whole: a person or a service manager starts it again.
end_first_start() {
    gate_start "$STOPS"
    flow_wait 20 gate_is_gone || { echo "it goes on"; return 1; }
    wait "$GATE_PID"
    [ $? -eq 70 ] || { echo "its exit code is not 70"; return 1; }
    GATE_PID=
}

# POINT NTH, must|may (be reached)
disturbed() {
    export POSTERN_STOP=$1:$2 POSTERN_STOP_ONCE=$FLOW_FOLDER/once
    : >"$POSTERN_STOP_ONCE"
    [ "$1" != in-migration ] || end_first_start || return 1
    run_through || return 1
    if [ -e "$POSTERN_STOP_ONCE" ] && [ "$3" = must ]; then
        echo "the point was not reached"
        return 1
    fi
    unset POSTERN_STOP POSTERN_STOP_ONCE
    compare "what came out" && check_copies && check_words && proof_raw && proof_store || return 1
    start_again || return 1
    compare "what came out after another start"
}

# In this shell, or the gate would not be its child.
check_point() {
    local output=$FLOW_FOLDER/output
    forget
    if disturbed "$@" >"$output" 2>&1; then
        echo "ok $1:$2$([ ! -e "$FLOW_FOLDER/once" ] || echo ' (not reached)')"
    else
        echo "FAIL $1:$2: $(cat "$output")"
        FLOW_FAILED=1
    fi
    unset POSTERN_STOP POSTERN_STOP_ONCE
    rm -f "$FLOW_FOLDER/once"
    gate_end
}

undisturbed() {
    run_through && check_copies && check_words || return 1
    outcome >"$FLOW_FOLDER/undisturbed"
    # The comparison must have something to compare.
    [ "$(grep -c '^message' "$FLOW_FOLDER/undisturbed")" -eq 6 ] && [ "$(grep -c '^held' "$FLOW_FOLDER/undisturbed")" -eq 1 ] &&
        grep -q '^copies 1, half-written 0' "$FLOW_FOLDER/undisturbed" && grep -q '^field' "$FLOW_FOLDER/undisturbed" ||
        { echo "the mails do not come out as planned"; return 1; }
    start_again && compare "what came out after another start"
}

write_mails
if undisturbed >"$FLOW_FOLDER/output" 2>&1; then
    echo "ok undisturbed"
else
    echo "FAIL undisturbed: $(cat "$FLOW_FOLDER/output")"
    [ ! -s "$FLOW_FOLDER/undisturbed" ] || cat "$FLOW_FOLDER/undisturbed"
    exit 1
fi
gate_end
for point in before-commit after-commit before-250 after-250 in-settle; do
    for nth in 1 2 5; do
        check_point $point $nth must
    done
done
for point in raw-created raw-synced; do
    check_point $point 1 must
    check_point $point 2 must
done
# How many mails the sender takes at once is a matter of time.
for point in sender-before-send sender-after-answer sender-after-mark folder-before-rename; do
    check_point $point 1 must
    check_point $point 2 may
    check_point $point 5 may
done
check_point in-migration 1 must

# The mail server that calls `postern deliver` comes again, too.
deliver_twice() { # COPIES: 1 when the first was kept before it stopped
    local file=$MAILS/3.eml code
    POSTERN_STOP=$1 "$STOPS" -c "$FLOW_FOLDER/postern.yaml" deliver support@desk.test <"$file" 2>"$FLOW_FOLDER/deliver.log"
    code=$?
    [ $code -eq 137 ] || { echo "exit code $code, the point was not reached"; return 1; }
    "$STOPS" -c "$FLOW_FOLDER/postern.yaml" deliver support@desk.test <"$file" || { echo "exit code $?"; return 1; }
    flow_wait 30 settled $((1 + $2)) || { echo "$(postern stats)"; return 1; }
    [ "$(proof_sql 'SELECT count(*) FROM messages')" -eq 1 ] || { echo "not one message"; return 1; }
    proof_raw && proof_store
}

for case in "deliver-before-commit 0" "deliver-after-commit 1" "raw-created 0"; do
    forget
    gate_start "$STOPS" || echo "FAIL start"
    # shellcheck disable=SC2086
    flow_check "${case% *}, postern deliver" deliver_twice $case
    gate_end
done
flow_end
