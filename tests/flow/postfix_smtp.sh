#!/bin/bash
# The SMTP transport against a real Postfix: STARTTLS and TLS with verification, login, refusals, exact bytes.
cd "$(dirname "$0")/../.." || exit 1
if [ "$(id -u)" -ne 0 ]; then
    echo "skip postfix_smtp: only root can start Postfix"
    exit 0
fi
. tests/support/flow.sh
. tests/support/postfix.sh
SEND=${BUILD:-build}/tests/support/smtp_send

postfix_start "message_size_limit = 100000" || {
    echo "FAIL postfix_smtp: Postfix does not start"
    cat "$POSTFIX_FOLDER"/*.log
    exit 1
}
export SMTP_SEND_PASSWORD=$POSTFIX_PASSWORD

# send PATTERN ARGUMENTS…: some line of the output has to match, and no other outcome may stand there
send() {
    local pattern=$1 output
    shift
    output=$("$SEND" --hello gate.example.com -f support@example.com "$@" 2>&1)
    grep -qE "^($pattern)" <<<"$output" && ! grep -qvE "^($pattern)" <<<"$output" || {
        echo "expected $pattern, got: $output"
        return 1
    }
}

arrived() {
    local name=$1 count=$2
    [ "$(find "$POSTFIX_MAIL/$name/new" -type f 2>/dev/null | wc -l)" -eq "$count" ]
}

# Postfix puts fields before ours; from our first one on everything has to be the same.
same_bytes() {
    local name=$1 mail=$2 file
    file=$(find "$POSTFIX_MAIL/$name/new" -type f | head -n 1)
    sed -n '/^Subject: exact/,$p' "$file" | cmp - <(tr -d '\r' <"$mail")
}

mail=$FLOW_FOLDER/mail.eml
printf '%s\r\n' 'Subject: exact' 'From: Support <support@example.com>' 'To: Anna <anna@example.org>' \
    'Date: Sun, 22 Nov 2026 09:30:00 +0000' 'Message-ID: <1@example.com>' '' '.' '..' '.a' 'Grüße' '' '.' >"$mail"
starttls=(-h localhost -p "$POSTFIX_PORT" -s starttls --ca "$POSTFIX_CA" -u gate)
tls=(-h localhost -p "$POSTFIX_TLS_PORT" -s tls --ca "$POSTFIX_CA" -u gate)

flow_check "STARTTLS and login" send "sent anna@example.org: 250 2.0.0" "${starttls[@]}" "$mail" anna@example.org
flow_check "it arrives" flow_wait 20 arrived anna 1
flow_check "same bytes" same_bytes anna "$mail"
flow_check "TLS and login" send "sent berta@example.org: 250 2.0.0" "${tls[@]}" "$mail" berta@example.org
flow_check "hundred mails" send "sent carla" "${starttls[@]}" -n 100 "$mail" carla@example.org
flow_check "hundred arrive" flow_wait 30 arrived carla 100
flow_check "unknown recipient" send "refused nobody@example.org: 550 5.1.1|sent berta" "${starttls[@]}" "$mail" \
    nobody@example.org berta@example.org
flow_check "relaying is refused" send "refused x@example.net: 5" "${starttls[@]}" "$mail" x@example.net
flow_check "null sender" send "sent berta" "${starttls[@]}" -f "" "$mail" berta@example.org
flow_check "letters beyond ASCII in the local part" send "refused jörg@example.org: 550" "${starttls[@]}" "$mail" jörg@example.org

{
    cat "$mail"
    yes 'a line too much' | head -n 7000 | sed 's/$/\r/'
} >"$FLOW_FOLDER/large.eml"
flow_check "too large is refused before it is sent" send "refused anna.*takes at most 100000" "${starttls[@]}" \
    "$FLOW_FOLDER/large.eml" anna@example.org

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=Another CA" \
    -keyout "$FLOW_FOLDER/other.key" -out "$FLOW_FOLDER/other.pem" 2>"$FLOW_FOLDER/openssl.log"
flow_check "another CA" send "later anna.*certificate" -h localhost -p "$POSTFIX_PORT" -s starttls \
    --ca "$FLOW_FOLDER/other.pem" -u gate "$mail" anna@example.org
flow_check "the system's CAs" send "later anna.*certificate" -h localhost -p "$POSTFIX_TLS_PORT" -s tls -u gate "$mail" \
    anna@example.org
flow_check "another name than in the certificate" send "later anna.*certificate" -h 127.0.0.1 -p "$POSTFIX_PORT" \
    -s starttls --ca "$POSTFIX_CA" -u gate "$mail" anna@example.org
flow_check "no such CA file" send "later anna.*CA file" -h localhost -p "$POSTFIX_PORT" -s starttls \
    --ca "$FLOW_FOLDER/none.pem" -u gate "$mail" anna@example.org
flow_check "the server wants TLS: not the mail's fault" send "later anna.*530" -h localhost -p "$POSTFIX_PORT" -s none "$mail" \
    anna@example.org
flow_check "login in the clear is not even offered" send "later anna.*no way to log in" -h localhost \
    -p "$POSTFIX_PORT" -s none -u gate "$mail" anna@example.org
flow_check "TLS on the STARTTLS port" send "later anna.*TLS handshake" -h localhost -p "$POSTFIX_PORT" -s tls \
    --ca "$POSTFIX_CA" "$mail" anna@example.org
flow_check "no login, no relaying" send "refused x@example.net.*5" -h localhost -p "$POSTFIX_PORT" -s starttls --ca "$POSTFIX_CA" \
    "$mail" x@example.net
SMTP_SEND_PASSWORD=wrong flow_check "wrong password" send 'later anna.*login of user "gate" was denied: "535' \
    "${starttls[@]}" "$mail" anna@example.org
unset SMTP_SEND_PASSWORD
flow_check "no password" send 'later anna.*no password is configured' "${starttls[@]}" "$mail" anna@example.org
flow_check "nothing more arrived" arrived anna 1
flow_end
