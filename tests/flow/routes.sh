#!/bin/bash
# Several routes at once, to a Postfix with TLS and login and to two smtp-sinks: which mail takes which, what happens when
# one is down and when it comes back, answers that mean "soon", "later" and "never", and what people are shown of it.
cd "$(dirname "$0")/../.." || exit 1
if [ "$(id -u)" -ne 0 ]; then
    echo "skip routes: only root can start Postfix"
    exit 0
fi
. tests/support/gate.sh
. tests/support/postfix.sh

postfix_start "smtpd_recipient_restrictions = check_recipient_access inline:{ {carla@example.org = 450 4.7.1 Greylisted, come again}
    {berta@example.org = 452 4.2.2 Mailbox full} }" || {
    echo "FAIL routes: Postfix does not start"
    cat "$POSTFIX_FOLDER"/*.log
    exit 1
}
mkdir "$FLOW_FOLDER/dump" && chmod 777 "$FLOW_FOLDER/dump"
MAIN_PORT=$(flow_port)
SPARE_PORT=$(flow_port)
touch "$FLOW_FOLDER/dump/main" "$FLOW_FOLDER/dump/spare" && chmod 666 "$FLOW_FOLDER"/dump/*
declare -A SINK=()

# sink NAME PORT: what it gets is in dump/NAME
sink() {
    smtp-sink -u nobody -D "$FLOW_FOLDER/dump/$1" "127.0.0.1:$2" 10 &
    SINK[$1]=$!
    flow_at_exit "unsink $1"
    flow_wait 10 flow_listens "$2"
}
unsink() {
    kill "${SINK[$1]}" 2>/dev/null
    wait "${SINK[$1]}" 2>/dev/null
}
# Mails to ADDRESS that this sink took.
took() { # SINK ADDRESS
    grep -c "^X-Rcpt-Args: <$2>" "$FLOW_FOLDER/dump/$1"
}
has_taken() { # SINK ADDRESS COUNT
    [ "$(took "$1" "$2")" -eq "$3" ]
}
in_mailbox() { # NAME COUNT
    [ "$(find "$POSTFIX_MAIL/$1/new" -type f 2>/dev/null | wc -l)" -eq "$2" ]
}

# write FROM QUEUE: a new mail of this customer to this queue, taken and read
COUNT=0
write() {
    COUNT=$((COUNT + 1))
    printf '%s\n' "From: $1" "To: $2@desk.test" "Subject: Question $COUNT" "Message-ID: <$COUNT@customer.test>" '' "Text $COUNT" \
        >"$FLOW_FOLDER/mail.eml"
    send "$FLOW_FOLDER/mail.eml" "$1" "$2@desk.test" >/dev/null
    flow_wait 20 settled "$COUNT" || echo "FAIL mail $COUNT is not settled"
}
# of ADDRESS FIELD: of the newest row to that address
of() {
    postern outbox list --json | jq -r --arg to "$1" "[.[] | select(.to == \$to)][0] | .$2"
}
waits() { # ADDRESS: minutes until its next try, rounded
    of "$1" next_at | jq -R '((fromdate - now) / 60) | round'
}
is() { # ADDRESS FIELD VALUE
    [ "$(of "$1" "$2")" = "$3" ]
}
log_count() { # PATTERN
    cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" 2>/dev/null | grep -cE -- "$1"
}
log_has() { # PATTERN COUNT
    [ "$(log_count "$1")" -eq "$2" ]
}

GATE_OUTGOING="  - name: login
    server: localhost
    port: $POSTFIX_PORT
    security: starttls
    user: gate
    password_file: password
    ca_file: $POSTFIX_CA
    queues: [billing]
  - name: main
    server: 127.0.0.1
    port: $MAIN_PORT
    security: none
    from: [support@desk.test]
  - name: spare
    server: 127.0.0.1
    port: $SPARE_PORT
    security: none"
(umask 077 && printf '%s\n' "$POSTFIX_PASSWORD" >"$FLOW_FOLDER/password")
gate_config
sink main "$MAIN_PORT"
sink spare "$SPARE_PORT"
flow_check "the gate starts with three routes" gate_start

# Which way.
write anna@example.org billing
flow_check "mail of one queue takes its route, with TLS and login" flow_wait 20 in_mailbox anna 1
flow_check "and the outbox says which" flow_wait 10 is anna@example.org route login
write anna@customer.test support
flow_check "mail with one From address takes its route" flow_wait 20 has_taken main anna@customer.test 1
flow_check "the agent's notice, too" flow_wait 20 has_taken main kim@agents.test 1
flow_equals "the spare one gets nothing" 0 "$(took spare '.*')"
dump=$(cat "$FLOW_FOLDER/dump/main")
flow_contains "no report is wanted of what has no sender" "$dump" '^X-Rcpt-Args: <anna@customer.test> NOTIFY=NEVER$'
flow_contains "one is wanted of the rest" "$dump" '^X-Rcpt-Args: <kim@agents.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;kim@agents.test$'
flow_contains "which names our Message-ID" "$dump" '^X-Mail-Args: <support\+[^>]*@desk.test>.* RET=HDRS ENVID=[^ ]+@desk.test$'
flow_check "it is known to be sent" flow_wait 10 is kim@agents.test state sent
id=$(of kim@agents.test id)
shown=$(postern outbox show "$id")
flow_contains "the dialogue is shown: what we said" "$shown" '^  C: RCPT TO:<kim@agents.test> NOTIFY'
flow_contains "what was answered" "$shown" '^  S: 354 '
flow_contains "and the mail as a number" "$shown" '^  C: \([0-9]+ bytes of mail\)$'
flow_contains "and the route" "$shown" '^Route +main$'
flow_equals "and all of it in JSON" "main 2.0.0 true" "$(postern outbox show "$id" --json |
    jq -r '"\(.route) \(.status) \(.dialogue | contains("C: MAIL FROM:<support+"))"')"
flow_lacks "no login in any dialogue" "$(postern outbox show "$(of anna@example.org id)" --json | jq -r .dialogue)" 'AUTH'
postern outbox retry "$id" >"$FLOW_FOLDER/out" 2>&1
flow_equals "a retry of what was sent is a no" 1 $?
flow_contains "and says why" "$(cat "$FLOW_FOLDER/out")" 'it was sent already'
postern outbox drop "$id" >"$FLOW_FOLDER/out" 2>&1
flow_equals "a drop, too" 1 $?

# One is down.
unsink main
write berta@customer.test support
flow_check "the first is down: the next one takes it" flow_wait 20 has_taken spare berta@customer.test 1
flow_check "and the outbox says so" flow_wait 10 is berta@customer.test route spare
write carla@customer.test support
write dora@customer.test support
flow_check "and what follows" flow_wait 20 has_taken spare dora@customer.test 1
flow_check "each notice went the same way" flow_wait 20 has_taken spare kim@agents.test 3
flow_equals "nothing twice" "1 1 1" "$(took spare berta@customer.test) $(took spare carla@customer.test) $(took spare dora@customer.test)"
flow_equals "the log tells it once" 1 "$(log_count "^warning [^:]*: route main is down: .*cannot connect")"
flow_equals "and nothing of each mail" 0 "$(log_count '^warning [^:]*: .*@customer.test: later')"
unsink spare
write emil@customer.test support
flow_check "both are down: it waits" flow_wait 20 log_has "route spare is down" 1
flow_equals "and is not lost" "queued queued" "$(of emil@customer.test state) $(of kim@agents.test state)"
sink spare "$SPARE_PORT"
flow_check "one is back: it goes" flow_wait 90 has_taken spare emil@customer.test 1
flow_check "once" has_taken spare emil@customer.test 1
flow_check "the log tells that it is back" flow_wait 10 log_has "route spare works again" 1
sink main "$MAIN_PORT"
flow_check "the first is back, without any mail to try it with" flow_wait 150 log_has "route main works again" 1
write fred@customer.test support
flow_check "and takes what is new" flow_wait 20 has_taken main fred@customer.test 1

# A login that is refused.
cp "$FLOW_FOLDER/password" "$FLOW_FOLDER/password.good"
printf 'wrong\n' >"$FLOW_FOLDER/password"
kill -HUP "$GATE_PID"
flow_check "a reload starts the senders again" flow_wait 20 log_has 'reload|configuration' 1
write gerd@customer.test billing
flow_check "a refused login: the next route takes it" flow_wait 40 has_taken spare gerd@customer.test 1
flow_equals "and the log says what to mend" 1 "$(log_count "route login is down: .*login of user .*gate.* was denied.*535")"
cp "$FLOW_FOLDER/password.good" "$FLOW_FOLDER/password"
kill -HUP "$GATE_PID"
flow_check "with the right one it works again" flow_wait 60 log_has "route login works again" 1

# Answers that mean soon, later, never.
write carla@example.org billing
flow_check "greylisted" flow_wait 20 is carla@example.org status 4.7.1
flow_equals "waits for its next try" "queued 1" "$(of carla@example.org state) $(of carla@example.org attempts)"
flow_check "within minutes" test "$(waits carla@example.org)" -le 2
flow_contains "and shows what was said" "$(postern outbox show "$(of carla@example.org id)")" '^  S: 450 4.7.1 .*Greylisted, come again'
write berta@example.org billing
flow_check "a full mailbox" flow_wait 20 is berta@example.org status 4.2.2
flow_check "is left in peace for longer" test "$(waits berta@example.org)" -ge 40
postconf -c "$POSTFIX_FOLDER/etc" -e 'smtpd_recipient_restrictions ='
# A reload would leave the connection that is open to the old rules.
postfix -c "$POSTFIX_FOLDER/etc" abort >/dev/null 2>&1
postfix -c "$POSTFIX_FOLDER/etc" start >/dev/null 2>&1
flow_wait 20 flow_listens "$POSTFIX_PORT"
postern outbox retry "$(of carla@example.org id)" >/dev/null
flow_check "the greylisting server lets it in" flow_wait 30 in_mailbox carla 1
flow_check "and it is sent" flow_wait 10 is carla@example.org state sent
flow_check "once" in_mailbox carla 1

# Two mails wait for the same address. While a route is down, one at a time asks.
postfix -c "$POSTFIX_FOLDER/etc" abort >/dev/null 2>&1
unsink spare
write nobody@example.org billing
write nobody@example.org billing
flow_check "a server that is away says nothing about an address" flow_wait 20 log_has "route spare is down" 2
postfix -c "$POSTFIX_FOLDER/etc" start >/dev/null 2>&1
to_nobody() { # FILTER: of the rows to that address
    postern outbox list --json | jq -r "[.[] | select(.to == \"nobody@example.org\" and .state == \"failed\")] | $1"
}
have_failed() {
    [ "$(to_nobody length)" -eq 2 ]
}
flow_check "no such recipient: refused for good" flow_wait 60 have_failed
sink spare "$SPARE_PORT"
flow_equals "one was tried" 1 "$(to_nobody 'map(select(.last_error | startswith("550 5.1.1 <nobody@example.org>"))) | length')"
flow_contains "the other is left, and says why" "$(to_nobody '.[].last_error')" \
    '^not sent: mail to this address failed on 20[0-9-]+ \(550 5.1.1 .*\); it gets no automatic mail until 20'
flow_equals "both say the status" "5.1.1 5.1.1" "$(to_nobody '[.[].status] | join(" ")')"
flow_contains "and an event is on the ticket" "$(postern ticket show "$(of nobody@example.org ref)" --json | jq -r '.events[].what')" 'not delivered'
first=$(to_nobody 'map(select(.last_error | startswith("550")))[0].id')
tries=$(to_nobody 'map(select(.last_error | startswith("550")))[0].attempts')
flow_contains "a person can open the address" "$(postern outbox retry "$first")" '^nobody@example.org gets automatic mail again; it was blocked until'
tried_again() {
    [ "$(postern outbox show "$first" --json | jq -r '"\(.state) \(.attempts)"')" = "failed $((tries + 1))" ]
}
flow_check "and then it is tried" flow_wait 20 tried_again

# Lists.
flow_equals "a list by state" failed "$(postern outbox list --state failed --json | jq -r '[.[].state] | unique[]')"
flow_equals "a list by queue" true "$(postern outbox list --queue billing --json | jq '[.[].route] | all(. != "main")')"
postern outbox list --state faild >"$FLOW_FOLDER/out" 2>&1
flow_equals "an unknown state is a mistake" 64 $?
flow_contains "with a hint" "$(cat "$FLOW_FOLDER/out")" "did you mean 'failed'"

# A pace.
gate_stop
GATE_AGENTS=
GATE_OUTGOING="  - name: slow
    server: 127.0.0.1
    port: $MAIN_PORT
    security: none
    per_minute: 3"
gate_config
flow_check "another configuration, other routes" gate_start
flow_check "what waited for a route that is gone takes the new one" flow_wait 30 is berta@example.org route slow
for name in a b c d e; do
    write "pace-$name@customer.test" support
done
flow_check "so many a minute" flow_wait 20 has_taken main 'pace-.@customer.test' 3
flow_equals "and the rest waits untried" 2 "$(postern outbox list --json | jq '[.[] | select(.state == "queued" and .attempts == 0)] | length')"
flow_equals "nothing is out of order" "" "$(cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" | grep -E '^error ')"
flow_end
