#!/bin/bash
# Stops the program at every named point (include/postern/base/stop.h) on the way of a mail out of a mailbox, and at those of
# the watch that tells the admins; lets it go on, and looks at both sides: each mail a ticket, once, moved, and one word to the
# admins about the mail that is too large.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/mailbox.sh
. tests/support/proof.sh
. tests/support/family.sh
STOPS=$BUILD/postern-stops
GATE_AGENTS=
MAILS=4
MAILBOX_EXTRA="admins:
  addresses: [ada@home.test]
limits:
  message_size: 64KiB"

# POINT NTH
POINTS="fetcher-before-answer 1,fetcher-after-answer 1,fetcher-after-answer 3,fetcher-before-move 1,fetcher-before-move 3,
fetcher-after-move 1,fetcher-after-move 3,before-commit 1,after-commit 1,before-250 1,after-250 1,watch-before-commit 1,watch-after-commit 1"
# Before it starts: Dovecot looks for new users once a second at most.
while read -r point nth; do
    dovecot_user "$point-$nth"
done < <(tr -d '\n' <<<"$POINTS" | tr ',' '\n'; echo)
flow_check "a Dovecot of our own starts" dovecot_start

# A mailbox with some mails, and one that is too large.
fill() {
    local name=$1 i
    for ((i = 1; i <= MAILS; i++)); do
        mail "$name-$i" | dovecot_save "$name" INBOX
    done
    { mail "$name-large" && head -c 100000 /dev/zero | tr '\0' x | fold -w 70; } | dovecot_save "$name" INBOX
    dovecot_adm mailbox create -u "$name" Done
}

all_done() { # USER
    is_ledger box finished $MAILS && is_ledger box 'too large' 1 && [ "$(told)" = 1 ] &&
        [ "$(postern stats --json | jq '.waiting == 0 and .holds')" = true ]
}
told() {
    proof_sql "SELECT count(*) FROM outbox WHERE kind = 'stuck-mail'"
}
both_sides() { # USER
    [ "$(proof_sql "SELECT count(*) FROM intake WHERE fate = 'ticketed'")" = $MAILS ] || { echo "intake: $(proof_sql 'SELECT id, fate FROM intake')"; return 1; }
    is_count "$1" Done $MAILS || { echo "in Done: $(dovecot_count "$1" Done)"; return 1; }
    is_count "$1" INBOX 1 || { echo "in INBOX: $(dovecot_count "$1" INBOX)"; return 1; }
    proof_nothing_doubled && proof_acknowledged && proof_raw && proof_store
}

disturbed() { # POINT NTH USER
    mailboxes "$(mailbox box "$3" 'start: all' 'after: move' 'move_to: Done' 'poll: 1s')"
    export POSTERN_STOP=$1:$2 POSTERN_STOP_ONCE=$FLOW_FOLDER/once
    : >"$POSTERN_STOP_ONCE"
    gate_start "$STOPS" || { echo "does not start: $(cat "$FLOW_FOLDER/serve.log")"; return 1; }
    flow_wait 30 all_done "$3" || { echo "not done: $(postern mailboxes) $(proof_sql 'SELECT uid, state FROM fetched')"; return 1; }
    [ ! -e "$POSTERN_STOP_ONCE" ] || { echo "the point was not reached"; return 1; }
    both_sides "$3"
}

check_point() { # POINT NTH; in this shell, or the gate would not be its child
    local user=$1-$2 output=$FLOW_FOLDER/output
    rm -rf "$FLOW_FOLDER/store" "$FLOW_FOLDER/outgoing" "$FLOW_FOLDER/serve.log"
    fill "$user"
    if disturbed "$1" "$2" "$user" >"$output" 2>&1; then
        echo "ok $1:$2"
    else
        echo "FAIL $1:$2: $(cat "$output")"
        FLOW_FAILED=1
    fi
    unset POSTERN_STOP POSTERN_STOP_ONCE
    rm -f "$FLOW_FOLDER/once"
    [ -z "$GATE_PID" ] || family_kill
}

while read -r point nth <&3; do
    check_point "$point" "$nth"
done 3< <(tr -d '\n' <<<"$POINTS" | tr ',' '\n'; echo)
flow_end
