#!/bin/bash
# The running program as an admin sees it: ready, Ctrl-C, dead processes, broken starts, starts on what an earlier run left.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
PORT=$(flow_port)
GATE_LISTEN="\"127.0.0.1:$PORT\""
# A terminal gives Ctrl-C to the whole group; what a script starts in the background would ignore it.
GATE_PREFIX='setsid env --default-signal=INT'
gate_config
CONFIG=$FLOW_FOLDER/postern.yaml
printf '%s\n' 'From: Anna <anna@customer.test>' 'Subject: Hello' '' 'Text' >"$FLOW_FOLDER/mail.eml"
NUMBER=0

# One more mail, unlike all others.
one_more() {
    NUMBER=$((NUMBER + 1))
    sed "s/Text/Text $NUMBER/" "$FLOW_FOLDER/mail.eml" >"$FLOW_FOLDER/more.eml"
    send "$FLOW_FOLDER/more.eml" "sender$NUMBER@customer.test" | grep -q '<-  250 2\.0\.0' || {
        echo "not taken"
        return 1
    }
    flow_wait 20 settled "$NUMBER"
}
# role NAME: the process of a role, by its last word
role() {
    pgrep -P "$GATE_PID" -f " $1( outgoing)?$"
}
is_other() { # ROLE PID
    local now
    now=$(role "$1")
    [ -n "$now" ] && [ "$now" != "$2" ]
}
nobody_lives() { # SESSION
    [ -z "$(pgrep -s "$1")" ]
}
accepts() {
    talk 'LHLO f' 'MAIL FROM:<>' 'RCPT TO:<support@desk.test>' QUIT | grep -q '^250 2\.1\.5'
}
# ends EXPECTED PATTERN PROGRAM…: it ends by itself with this code and these words
ends() {
    local expected=$1 pattern=$2 found
    shift 2
    timeout 20 "$@" >"$FLOW_FOLDER/out" 2>&1
    found=$?
    [ "$found" -eq "$expected" ] && grep -qE -- "$pattern" "$FLOW_FOLDER/out" || {
        echo "code $found instead of $expected, or not said: $pattern; $(cat "$FLOW_FOLDER/out")"
        return 1
    }
}

# Ready, and Ctrl-C.
flow_check "it is ready" gate_start
flow_equals "it says where" "$PORT" "$GATE_PORT"
flow_check "ready means that mail is taken" one_more
flow_equals "three processes and no more than the readers" 3 "$(pgrep -s "$GATE_PID" -f ' (serve|gate|sender outgoing)$' | wc -l)"
session=$GATE_PID
smtp-source -L -s 5 -m 200 -f busy@customer.test -t support@desk.test "inet:127.0.0.1:$PORT" >"$FLOW_FOLDER/source.log" 2>&1 &
load=$!
flow_wait 5 grep -q ticketed "$FLOW_FOLDER/serve.log"
kill -INT -- "-$session"
wait "$GATE_PID"
flow_equals "Ctrl-C ends it with 0" 0 $?
GATE_PID=
wait "$load" 2>/dev/null
flow_check "and leaves nothing running" flow_wait 2 nobody_lives "$session"
flow_equals "Ctrl-C disturbs nobody" "" "$(grep -E '^(warning|error) ' "$FLOW_FOLDER/serve.log")"
flow_check "a second run on the same store" gate_start
all_read() {
    [ "$(postern stats --json | jq '.waiting == 0 and .holds')" = true ]
}
flow_check "nothing is left unread" flow_wait 20 all_read
NUMBER=$(postern stats --json | jq .received)
flow_check "and it takes mail" one_more

# What dies comes back.
for name in sender gate; do
    pid=$(role "$name")
    flow_check "there is a $name" test -n "$pid"
    kill -KILL "$pid"
    flow_check "a killed $name is started again" flow_wait 20 is_other "$name" "$pid"
    flow_contains "and it is told" "$(cat "$FLOW_FOLDER/serve.log")" "^error serve: $name( outgoing)? was killed by signal 9; it starts again"
    flow_check "mail is taken after it" flow_wait 20 accepts
    flow_check "and goes its way" one_more
done
reader=$(pgrep -P "$(role gate)" | head -1)
flow_check "there is a reader" test -n "$reader"
for reader in $(pgrep -P "$(role gate)"); do
    kill -KILL "$reader"
done
flow_check "mail is read after all readers were killed" one_more
sent() {
    [ "$(postern stats --json | jq .outbox.queued)" = 0 ]
}
flow_check "what was due is sent" flow_wait 20 sent

# What a reload cannot change is told.
sed -i "s/127.0.0.1:$PORT/127.0.0.1:$(flow_port)/" "$CONFIG"
kill -HUP "$GATE_PID"
flow_check "a reload with another listener says that it needs a restart" flow_wait 10 grep -q '^warning gate: lmtp.listen has changed.*restart' \
    "$FLOW_FOLDER/serve.log"
flow_check "and the old one stays" one_more
gate_config

# A second one beside it.
flow_check "a second serve with the same store ends" ends 75 'already|in use|another' "$PROGRAM" -c "$CONFIG" serve
sed 's/^store: .*/store: elsewhere/' "$CONFIG" >"$FLOW_FOLDER/port.yaml"
flow_check "a port in use: ends, and says which" ends 75 "127.0.0.1.*$PORT.*(in use|listens)" "$PROGRAM" -c "$FLOW_FOLDER/port.yaml" serve
flow_check "the first one is not disturbed" one_more

# Without the one that watches.
session=$GATE_PID
{
    kill -KILL "$GATE_PID"
    wait "$GATE_PID"
} 2>/dev/null
GATE_PID=
flow_check "its children end when the supervisor is killed" flow_wait 20 nobody_lives "$session"
flow_check "and all goes on after the next start" gate_start
flow_check "with mail" one_more
flow_check "SIGTERM ends it with 0" gate_stop
flow_check "and leaves nothing" flow_wait 2 nobody_lives "$session"

# Starts that cannot be.
printf 'domain: desk.test\nqueues:\n  - name: support\n' >"$FLOW_FOLDER/bad.yaml"
flow_check "a broken configuration" ends 78 'bad.yaml:[0-9]+:[0-9]+: error: ' "$PROGRAM" -c "$FLOW_FOLDER/bad.yaml" serve
flow_check "no configuration" ends 78 'postern init' "$PROGRAM" -c "$FLOW_FOLDER/none.yaml" serve
sed "s|^store: .*|store: $CONFIG/store|" "$CONFIG" >"$FLOW_FOLDER/nostore.yaml"
flow_check "a store that cannot be" ends 73 'postern.yaml/store: cannot create' "$PROGRAM" -c "$FLOW_FOLDER/nostore.yaml" serve
sed 's/^domain:/user: no-such-user-here\ndomain:/' "$CONFIG" >"$FLOW_FOLDER/user.yaml"
if [ "$(id -u)" -eq 0 ]; then
    flow_check "a user that is none" ends 77 "no user 'no-such-user-here'" "$PROGRAM" -c "$FLOW_FOLDER/user.yaml" serve
    mkdir "$FLOW_FOLDER/own"
    chown nobody "$FLOW_FOLDER/own"
    cp "$PROGRAM" "$FLOW_FOLDER/postern"
    sed 's/^domain:/user: nobody\ndomain:/; s/^store: .*/store: own\/store/; s/^  folder: .*/  folder: own\/outgoing/' "$CONFIG" >"$FLOW_FOLDER/nobody.yaml"
    mv "$FLOW_FOLDER/nobody.yaml" "$CONFIG"
    flow_check "a start as another user" gate_start "$FLOW_FOLDER/postern"
    flow_equals "nobody of it is root" nobody "$(ps -o user= -s "$GATE_PID" | sort -u | tr '\n' ' ' | sed 's/ $//')"
    NUMBER=0
    flow_check "mail goes its way" one_more
    flow_check "out, too" flow_wait 20 sent
    flow_equals "the store is the user's alone" "nobody 600" "$(stat -c '%U %a' "$FLOW_FOLDER/own/store/postern.db")"
    gate_stop
    sed -i '/^user: /d' "$CONFIG"
    { cat tests/mail/base64-padding.eml && yes "a mail that lies beside the database" | head -1000; } >"$FLOW_FOLDER/large.eml"
    flow_check "root hands a large mail in, without a 'user'" "$FLOW_FOLDER/postern" -c "$CONFIG" deliver -f anna@customer.test \
        support@desk.test <"$FLOW_FOLDER/large.eml"
    flow_equals "and it is the store owner's" nobody "$(stat -c %U "$FLOW_FOLDER"/own/store/raw/* | sort -u)"
    (umask 077 && echo secret >"$FLOW_FOLDER/root-password")
    printf 'mailboxes:\n  - {name: box, server: localhost, user: box, password_file: root-password, queue: support}\n' >>"$CONFIG"
    flow_contains "a password that the owner cannot read: whose it must be" "$("$FLOW_FOLDER/postern" -c "$CONFIG" check)" \
        "root-password: cannot open: Permission denied; it must belong to user 'nobody'"
fi
flow_end
