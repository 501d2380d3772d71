#!/bin/bash
# Sign-ins from the first authorization to mail that leaves through a real Dovecot, which looks at every token itself. The
# server that gives the tokens is scripted: a real one needs a person with a browser.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/support/submission.sh
HTTPS_SERVER=$BUILD/tests/support/https_server
PROBE=$BUILD/tests/support/smtp_probe
USER_NAME=support@desk.test

submission_start || {
    echo "FAIL sign_in: Dovecot does not start"
    cat "$FLOW_FOLDER"/submission/*
    exit 1
}
LOGIN=$FLOW_FOLDER/login
mkdir "$LOGIN" "$FLOW_FOLDER/store"
"$HTTPS_SERVER" "$LOGIN" &
HTTPS_PID=$!
flow_at_exit 'kill $HTTPS_PID 2>/dev/null'
flow_wait 20 test -s "$LOGIN/port" || exit 1
LOGIN_URL=https://localhost:$(cat "$LOGIN/port")

echo client-s3cret >"$FLOW_FOLDER/client-secret"
GATE_OUTGOING="  server: localhost
  port: $SUBMISSION_PORT
  security: starttls
  user: $USER_NAME
  sign_in: work
  ca_file: $SUBMISSION_CA"
GATE_EXTRA="sign_ins:
  - name: work
    provider: other
    client_id: gate
    client_secret_file: client-secret
    token_url: $LOGIN_URL/token
    device_url: $LOGIN_URL/device
    authorize_url: $LOGIN_URL/authorize
    scope: mail offline_access
    ca_file: $LOGIN/ca.pem
  - name: paste-only
    provider: google
    client_id: gate
    token_url: $LOGIN_URL/token
    authorize_url: $LOGIN_URL/authorize
    ca_file: $LOGIN/ca.pem"
OWNER=$(id -un)
# As on a real machine: root runs the command, another user the service.
if [ "$(id -u)" -eq 0 ]; then
    OWNER=nobody
    GATE_EXTRA+=$'\n'"user: $OWNER"
    chown "$OWNER" "$FLOW_FOLDER/store"
fi
gate_config
KEPT=$FLOW_FOLDER/store/sign-ins/work.json

# script LINE…: what the token server does from now on
script() {
    printf '%s\n' "$@" >"$LOGIN/script.new"
    mv "$LOGIN/script.new" "$LOGIN/script"
    rm -f "$LOGIN/log"
}

# granted ACCESS [REFRESH]: a line of the script
granted() {
    local refresh=${2:+,\"refresh_token\":\"$2\"}
    echo "/token answer 200 {\"access_token\":\"$1\"$refresh,\"token_type\":\"Bearer\",\"expires_in\":3600}"
}

# As if an hour had gone.
run_out() {
    jq -c '.expires_us = 0' "$KEPT" >"$FLOW_FOLDER/run-out" && cat "$FLOW_FOLDER/run-out" >"$KEPT"
}

kept() {
    jq -r ".$1" "$KEPT"
}

asked() {
    grep -c '^POST /token' "$LOGIN/log" 2>/dev/null
}

arrived() {
    [ "$(find "$SUBMISSION_MAIL" -type f | wc -l)" -ge "$1" ]
}

# Its words differ from mail to mail: the same again and again is not answered.
customer_writes() {
    printf '%s\r\n' "Subject: $1" 'From: Anna <anna@customer.test>' 'To: support@desk.test' \
        'Date: Sun, 22 Nov 2026 09:30:00 +0000' "Message-ID: <$1@customer.test>" '' "Help with the $(tr 0-9 a-j <<<"$1")!" >"$FLOW_FOLDER/$1.eml"
    send "$FLOW_FOLDER/$1.eml" >"$FLOW_FOLDER/$1.out"
}

outbox_says() {
    postern outbox list --json | jq -r '.[].last_error' | grep -qE "$1"
}

DEVICE="/device answer 200 {\"device_code\":\"device-s3cret\",\"user_code\":\"WXYZ-1234\",\"verification_uri\":\"https://login.test/go\",\"expires_in\":600,\"interval\":1}"

# --- before anybody signed in
out=$(postern mailboxes authorize nobody-knows 2>&1)
flow_equals "an unknown name: exit code" 66 $?
flow_contains "an unknown name" "$out" "no sign-in, mailbox or route 'nobody-knows'"
out=$("$PROBE" "$FLOW_FOLDER/postern.yaml" outgoing)
flow_contains "not authorized: the probe says what to do" "$out" "bad login: .*not authorized yet: postern mailboxes authorize work"

# --- device code
script "$DEVICE" '/token answer 400 {"error":"authorization_pending"}' '/token answer 400 {"error":"access_denied"}'
out=$(postern mailboxes authorize work 2>&1)
flow_equals "refused there: exit code" 69 $?
flow_contains "refused there" "$out" "the person said no"
flow_check "refused there: nothing is kept" test ! -e "$KEPT"

stale=$(submission_token "$USER_NAME" -600)
script "$DEVICE" '/token answer 400 {"error":"authorization_pending"}' "$(granted "$stale" refresh-1-s3cret)"
out=$(postern mailboxes authorize outgoing 2>&1)
flow_equals "by device code, named by its route" 0 $?
flow_contains "the address to open" "$out" "https://login.test/go"
flow_contains "the code to type in" "$out" "WXYZ-1234"
flow_contains "whom to sign in" "$out" "$USER_NAME"
flow_lacks "no secret on the terminal" "$out" "s3cret|$stale"
flow_contains "the client says who it is" "$(cat "$LOGIN/log")" '^client_id=gate&client_secret=client-s3cret&scope=mail%20offline_access$'
flow_equals "the token is kept" "$stale" "$(kept access_token)"
flow_equals "the file is for the service alone" "600 $OWNER" "$(stat -c '%a %U' "$KEPT")"
flow_equals "so is the folder" "700 $OWNER" "$(stat -c '%a %U' "$(dirname "$KEPT")")"

# --- mail: the token looks good to us, Dovecot refuses it, a new one is taken
good=$(submission_token "$USER_NAME" 3600)
script "$(granted "$good" refresh-2-s3cret)"
flow_check "the gate starts" gate_start
customer_writes first
flow_check "mail leaves with a new token" flow_wait 30 arrived 1
flow_check "Dovecot had refused the old one" flow_wait 10 grep -q 'Token has expired' "$SUBMISSION_LOG"
flow_check "and let the new one in" grep -q "Login: user=<$USER_NAME>, method=XOAUTH2" "$SUBMISSION_LOG"
flow_contains "the refresh token was shown" "$(cat "$LOGIN/log")" 'grant_type=refresh_token&refresh_token=refresh-1-s3cret$'
flow_equals "its successor is kept" refresh-2-s3cret "$(kept refresh_token)"
flow_equals "asked once" 1 "$(asked)"

# --- this Dovecot (2.3.19) dies of a MAIL that comes pipelined behind the dot of the mail before, as an agent's notice does
flow_check "the notice has left, too" flow_wait 30 arrived 2
for i in 1 2 3; do
    customer_writes "more-$i"
    flow_check "two mails of ticket $i" flow_wait 30 arrived $((2 * i + 2))
done
tried_all() {
    postern outbox list --json | jq -e 'length == 8 and all(.attempts > 0)'
}
flow_check "all were tried" flow_wait 30 tried_all
flow_equals "only the very first is in doubt" 1 "$(postern outbox list --json | jq '[.[].uncertain] | add')"

# --- the doctor's probe
out=$("$PROBE" "$FLOW_FOLDER/postern.yaml" outgoing)
flow_contains "probe: connection" "$out" "^ok connection: localhost port $SUBMISSION_PORT answers"
flow_contains "probe: certificate" "$out" "^ok TLS: its certificate is for localhost and ends in (89|90) days"
flow_contains "probe: login" "$out" "^ok login: as $USER_NAME, by access token"
flow_contains "probe: PIPELINING" "$out" "^ok PIPELINING: offered"
flow_contains "probe: DSN" "$out" "^(ok|pity) DSN: "
flow_contains "probe: SIZE" "$out" "^ok SIZE: "
flow_contains "probe: no SMTPUTF8" "$out" "^pity SMTPUTF8: not offered"
submission_certificate 5
certificate_is_new() {
    out=$("$PROBE" "$FLOW_FOLDER/postern.yaml" outgoing)
    grep -qE "^pity TLS: .* ends in [45] days, on .*have it renewed" <<<"$out"
}
flow_check "probe: a certificate that ends soon" flow_wait 20 certificate_is_new

# --- several processes at once: the server takes each refresh token but once
run_out
next=$(submission_token "$USER_NAME" 3000)
script "/token slow 300 200 {\"access_token\":\"$next\",\"refresh_token\":\"refresh-3-s3cret\",\"expires_in\":3600}" \
    '/token answer 400 {"error":"invalid_grant"}'
pids=()
for i in 1 2 3; do
    "$PROBE" "$FLOW_FOLDER/postern.yaml" outgoing >"$FLOW_FOLDER/probe.$i" &
    pids+=($!)
done
wait "${pids[@]}"
for i in 1 2 3; do
    flow_contains "process $i of three is let in" "$(cat "$FLOW_FOLDER/probe.$i")" "^ok login"
done
flow_equals "and one has asked" 1 "$(asked)"

# --- withdrawn
gate_stop
run_out
script '/token echo 400 invalid_grant refresh_token'
gate_start
customer_writes second
flow_check "withdrawn: the outbox says what to do" flow_wait 30 outbox_says 'invalid_grant: I do not like … at all.*authorize again: postern mailboxes authorize work'

# --- a new one that Dovecot does not take either
bad=$(submission_token "$USER_NAME" -60)
script "$(granted "$bad")"
out=$("$PROBE" "$FLOW_FOLDER/postern.yaml" outgoing)
flow_contains "refused twice" "$out" "bad login: .*was refused, and a new one too.*authorize again.*postern mailboxes authorize work"

# --- by a pasted address
paste() { # ANSWER: what is pasted, with STATE and REDIRECT of the shown address in their places
    mkfifo "$FLOW_FOLDER/paste"
    postern mailboxes authorize --paste work <"$FLOW_FOLDER/paste" >"$FLOW_FOLDER/paste.out" 2>&1 &
    local pid=$! url state redirect
    exec 5>"$FLOW_FOLDER/paste"
    flow_wait 20 grep -q '^Open' "$FLOW_FOLDER/paste.out"
    url=$(sed -n 's/^Open *//p' "$FLOW_FOLDER/paste.out")
    state=$(sed -n 's/.*[?&]state=\([^&]*\).*/\1/p' <<<"$url")
    redirect=$(sed -n 's/.*[?&]redirect_uri=\([^&]*\).*/\1/p' <<<"$url" | sed 's/%3A/:/g; s/%2F/\//g')
    CHALLENGE=$(sed -n 's/.*[?&]code_challenge=\([^&]*\).*/\1/p' <<<"$url")
    local answer=${1//STATE/$state}
    echo "${answer//REDIRECT/$redirect}" >&5
    exec 5>&-
    rm "$FLOW_FOLDER/paste"
    wait "$pid"
}
fresh=$(submission_token "$USER_NAME" 3600)
script "$(granted "$fresh" refresh-9-s3cret)"
paste 'REDIRECT?code=code-s3cret&state=somebody-elses'
flow_equals "another state: exit code" 65 $?
flow_contains "another state" "$(cat "$FLOW_FOLDER/paste.out")" "another attempt"
flow_check "another state: nothing was asked" test ! -e "$LOGIN/log"
paste 'REDIRECT?code=code-s3cret&state=STATE'
flow_equals "by a pasted address" 0 $?
flow_contains "the code was shown" "$(cat "$LOGIN/log")" 'grant_type=authorization_code&code=code-s3cret&redirect_uri=http%3A%2F%2F127.0.0.1%3A[0-9]+%2F&code_verifier='
verifier=$(sed -n 's/.*code_verifier=\([A-Za-z0-9_-]*\).*/\1/p' "$LOGIN/log")
flow_equals "the challenge belongs to the verifier" "$CHALLENGE" "$(printf %s "$verifier" | openssl dgst -sha256 -binary | submission_base64url)"
flow_equals "the new grant is kept" "$fresh refresh-9-s3cret" "$(kept access_token) $(kept refresh_token)"
out=$(postern mailboxes authorize paste-only </dev/null 2>&1)
flow_equals "nothing was pasted: exit code" 69 $?
flow_contains "where there is no device code, an address is asked for" "$out" "response_type=code&.*access_type=offline"

# --- the gate goes on with it
count=$(find "$SUBMISSION_MAIL" -type f | wc -l)
for id in $(postern outbox list --json | jq -r '.[] | select(.state == "queued") | .id'); do
    postern -q outbox retry "$id"
done
flow_check "authorized again: the waiting mail leaves" flow_wait 60 arrived $((count + 1))
gate_stop

# --- nowhere a secret
{
    cat "$FLOW_FOLDER/serve.log" "$FLOW_FOLDER/history.log" "$FLOW_FOLDER"/probe.* "$FLOW_FOLDER/paste.out"
    postern outbox list --json
    postern stats
} >"$FLOW_FOLDER/all.out" 2>&1
flow_lacks "no token in any log or list" "$(cat "$FLOW_FOLDER/all.out")" "s3cret|$stale|$good|$next|$bad|$fresh|eyJhbGci"
flow_equals "no temporary file is left" "work.json work.lock" "$(cd "$FLOW_FOLDER/store/sign-ins" && echo *)"
flow_end
