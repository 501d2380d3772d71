#!/bin/bash
# Mailboxes in trouble: made anew under way, killed in the middle of a fetch, full, huge, crowded, with a mail that nobody can
# read, and a gate that is not there. Each mail becomes one ticket, or stays where it is and is told of.
# MAILBOX_WAITING: how many mails wait at the first contact (default 1000).
cd "$(dirname "$0")/../.." || exit 1
. tests/support/mailbox.sh
GATE_AGENTS=
WAITING=${MAILBOX_WAITING:-1000}
TOTAL=0

# expect N: so many mails more have ended their way, and the equation holds.
expect() {
    TOTAL=$((TOTAL + $1))
    flow_wait "${2:-60}" settled "$TOTAL"
}
tickets() {
    postern stats --json | jq .tickets
}
sent() {
    find "$FLOW_FOLDER/outgoing/new" -type f | wc -l
}
# In its own session, so that one process can be found among the children of `serve`.
process_of() { # ROLE: its pid
    pgrep -P "$GATE_PID" -f "postern.* $1"
}
peak() { # PID: KiB
    awk '/^VmHWM/ { print $2 }' "/proc/$1/status"
}

for user in box crowd archive heavy poison; do
    dovecot_user "$user" 3
done
flow_check "a Dovecot of our own starts" dovecot_start

# --- made anew under way ---
for i in 1 2 3; do mail "anew-$i" | dovecot_save box Support; done
mailboxes "$(mailbox front box 'start: all' 'folders: [INBOX, Support]' 'idle: no' 'poll: 1s')"
flow_check "a gate starts" gate_start
flow_check "three mails come in" expect 3
SENT=$(sent)
remake() { # the folder with the same mails, and one more
    dovecot_adm mailbox delete -u box Support && for i in 1 2 3 4; do mail "anew-$i" | dovecot_save box Support || return 1; done
}
flow_check "the folder is deleted and made anew with the same mails and a new one" remake
flow_check "all four come" expect 4
flow_equals "three are known as copies" 3 "$(postern stats --json | jq .copies)"
flow_equals "and only the new one is a ticket" 4 "$(tickets)"
is_sent() {
    [ "$(sent)" = "$1" ]
}
flow_check "only its customer hears from us" flow_wait 10 is_sent $((SENT + 1))
flow_contains "the log says so" "$(cat "$FLOW_FOLDER/serve.log")" 'mailbox front, folder Support: made anew on the server .*UIDVALIDITY'
flow_check "and what came of it" flow_wait 10 grep -q -E 'Support: looked through .* [1-4] mails? came again, 0 were left' "$FLOW_FOLDER/serve.log"

# --- a crowd, and a gate and a fetcher that are killed meanwhile ---
dovecot_fill crowd INBOX "$WAITING"
mailboxes "$(mailbox crowd crowd 'start: all' 'after: move' 'move_to: Done')"
dovecot_adm mailbox create -u crowd Done
gate_stop
BEGUN=$(date +%s%N)
flow_check "a gate with $WAITING waiting mails starts" gate_start
has_begun() {
    [ "$(postern stats --json | jq .accepted)" -gt $((TOTAL + $1)) ]
}
flow_check "it begins" flow_wait 60 has_begun 100
kill -KILL "$(process_of gate)"
flow_check "its gate is killed and starts again" flow_wait 20 has_begun 300
kill -KILL "$(process_of 'fetcher crowd')"
flow_check "its fetcher is killed, and all mails come in" expect "$WAITING" 600
echo "# $WAITING mails in $((($(date +%s%N) - BEGUN) / 1000000)) ms, with two kills"
flow_equals "each once" "$WAITING" "$(mailbox_sql "SELECT count(DISTINCT subject) FROM tickets WHERE subject LIKE 'fill %'")"
flow_equals "and none is a copy more" 3 "$(postern stats --json | jq .copies)"
flow_check "all are moved" flow_wait 120 is_count crowd Done "$WAITING"
is_finished() {
    flow_wait 20 is_ledger crowd finished "$WAITING" || { mailbox_sql "SELECT uid, state, attempts, next_us, detail FROM fetched WHERE state <> 'finished'"; false; }
}
flow_check "and finished" is_finished
flow_equals "none is left" 0 "$(dovecot_count crowd INBOX)"

# --- no room where mail is moved to ---
for i in 1 2 3 4 5; do mail "archive-$i" | dovecot_save archive INBOX; done
dovecot_adm mailbox create -u archive Archive/Done
mailboxes "$(mailbox archive archive 'start: all' 'after: move' 'move_to: Archive/Done' 'idle: no' 'poll: 1s')"
gate_stop
gate_start
flow_check "five mails come in, though only three can be moved" expect 5
flow_check "the others are told of" flow_wait 20 is_state archive polling 'taken, but cannot be moved.*no room for more'
flow_equals "and stay" 2 "$(dovecot_count archive INBOX)"
mail archive-6 | dovecot_save archive INBOX
flow_check "more mail comes in all the same" expect 1
sed -i 's/^\(archive:.*messages=\).*/\130/' "$DOVECOT_FOLDER/users"
dovecot_adm kick archive >/dev/null # the old session keeps its old quota
flow_check "a lost connection is made anew" flow_wait 30 is_state archive polling
mailbox_sql "UPDATE fetched SET next_us = 0 WHERE state = 'taken'"
flow_check "with room again they are moved" flow_wait 30 is_count archive Archive/Done 6
flow_check "and the trouble is over" flow_wait 20 has_no_error archive
flow_check "without being taken twice" settled "$TOTAL"

# --- too large, and not to be read ---
{ mail large; head -c 200000 /dev/zero | tr '\0' 'x' | fold -w 70; } >"$FLOW_FOLDER/large"
mail poison-1 | dovecot_save poison INBOX
dovecot_save poison INBOX "$FLOW_FOLDER/large"
mail unreadable | dovecot_save poison INBOX
mail poison-2 | dovecot_save poison INBOX
UNREADABLE=$(grep -lr 'Subject: mail unreadable' "$DOVECOT_FOLDER/mail/poison/Maildir")
chown root "$UNREADABLE"
chmod 000 "$UNREADABLE"
MAILBOX_EXTRA="limits:
  message_size: 100KiB"
mailboxes "$(mailbox poison poison 'start: all' 'idle: no' 'poll: 1s')"
gate_stop
gate_start
flow_check "mail behind one that is too large and one that cannot be read comes in" expect 2
flow_check "the large one is noted" flow_wait 10 is_ledger poison 'too large' 1
flow_equals "with words" 1 "$(mailbox_sql "SELECT count(*) FROM fetched WHERE state = 'too large' AND detail LIKE '%over the limit of 102400%'")"
has_failed_again() {
    [ "$(mailbox_sql "SELECT attempts > 1 FROM fetched WHERE state = 'failed'")" = 1 ]
}
flow_check "the other is tried again" flow_wait 60 has_failed_again
flow_equals "both are still there" 4 "$(dovecot_count poison INBOX)"
MAILBOX_EXTRA=
mailboxes "$(mailbox poison poison 'start: all' 'idle: no' 'poll: 1s')"
kill -HUP "$GATE_PID"
flow_check "with a higher limit the large one comes in" expect 1
UNREADABLE=$(find "$DOVECOT_FOLDER/mail/poison/Maildir" -type f -perm 000)
chown "$DOVECOT_USER" "$UNREADABLE"
chmod 600 "$UNREADABLE"
mailbox_sql "UPDATE fetched SET next_us = 0 WHERE state = 'failed'"
flow_check "and once it can be read, the other" expect 1

# --- a heavy mail, and a server that dies over it ---
{ mail heavy; head -c 38000000 /dev/urandom | base64; } >"$FLOW_FOLDER/heavy"
flow_equals "a mail of 50 MB" 51 "$(($(stat -c %s "$FLOW_FOLDER/heavy") / 1000000))"
mail light | dovecot_save heavy INBOX
MAILBOX_EXTRA="limits:
  message_size: 64MiB"
mailboxes "$(mailbox heavy heavy 'start: all')"
gate_stop
gate_start
flow_check "a small mail before it" expect 1
FETCHER=$(process_of 'fetcher heavy')
GATE=$(process_of gate)
BEFORE_FETCHER=$(peak "$FETCHER")
BEFORE_GATE=$(peak "$GATE")
dovecot_save heavy INBOX "$FLOW_FOLDER/heavy"
flow_check "it comes in" expect 1 120
echo "# fetcher: $BEFORE_FETCHER KiB before the heavy mail, $(peak "$FETCHER") after; gate: $BEFORE_GATE, $(peak "$GATE")"
# A sanitizer keeps what was freed.
if ! grep -q __asan_init "$PROGRAM"; then
    flow_check "and adds at most 16 MB to the fetcher" test $(($(peak "$FETCHER") - BEFORE_FETCHER)) -le 16384
    flow_check "and to the gate" test $(($(peak "$GATE") - BEFORE_GATE)) -le 16384
fi
flow_equals "byte for byte" "$(sed 's/$/\r/' "$FLOW_FOLDER/heavy" | sha256sum)" \
    "$(sha256sum <"$FLOW_FOLDER/store/raw/$(mailbox_sql "SELECT file FROM raw WHERE size > 50000000")")"
raw_begun() {
    find "$FLOW_FOLDER/store/raw" -newer "$FLOW_FOLDER/mark" -size +1M -size -40M | grep -q .
}
die_in_fetch() {
    sed -i 's/^Subject:.*/Subject: mail heavier/' "$FLOW_FOLDER/heavy"
    touch "$FLOW_FOLDER/mark"
    dovecot_save heavy INBOX "$FLOW_FOLDER/heavy" || return 1
    local end=$((SECONDS + 60))
    until raw_begun; do ((SECONDS < end)) || return 1; done
    dovecot_kill
}
flow_check "the server is killed in the middle of the next" die_in_fetch
flow_check "which is told" flow_wait 30 is_state heavy stopped 'onnect'
flow_check "the half mail is no mail" settled "$TOTAL"
flow_check "the server is back" dovecot_start
flow_check "and the mail comes in whole" expect 1 120
flow_equals "no half original is left" "$(mailbox_sql 'SELECT count(DISTINCT file) FROM raw WHERE file IS NOT NULL')" "$(find "$FLOW_FOLDER/store/raw" -type f | wc -l)"
flow_check "the mailbox works again" flow_wait 30 has_no_error heavy
flow_check "the store is whole" postern check
[ -z "${FLOW_SHOW:-}" ] || cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log"
flow_end
