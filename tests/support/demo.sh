#!/bin/bash
# The demo: a gate on an embedded default, some mails, and what became of them.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
DEMO=$BUILD/demo
POSTERN=$BUILD/postern
MAILS=tests/support/demo
GATE=
rm -rf "$DEMO"
mkdir -p "$DEMO"

stop_gate() {
    [ -z "$GATE" ] && return
    kill -TERM "$GATE" 2>/dev/null
    wait "$GATE" 2>/dev/null
    GATE=
}
trap stop_gate EXIT
trap 'echo; exit 130' INT TERM

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then BOLD=$'\033[1m' OFF=$'\033[0m'; else BOLD='' OFF=''; fi
title() { printf '\n%s== %s%s\n\n' "$BOLD" "$1" "$OFF"; }
postern() { "$POSTERN" -c "$DEMO/postern.yaml" "$@"; }
send() { "$BUILD/tests/support/lmtp_send" "$PORT" "$@"; }
# Waits, with a bound, until as many mails as given have ended their way and what they caused is sent.
until_settled() {
    local i
    for ((i = 0; i < 600; i++)); do
        postern stats --json | tr -d ' \n' | grep -q "\"received\":$1,.*\"waiting\":0,.*\"queued\":0," && return
        sleep 0.05
    done
    echo "demo: the mails did not arrive within 30 s; the log is $DEMO/serve.log" >&2
    exit 1
}
# The file of what was sent to an address: sent_file auto-replied|auto-generated ADDRESS TEXT-IN-IT
sent_file() { grep -lr "^To: .*$2" "$DEMO/outgoing/new" | xargs grep -l "^Auto-Submitted: $1" | xargs grep -l "$3" | head -1; }
# The value of a header field of a file, unfolded: field_of NAME FILE
field_of() { sed '/^\r*$/q' "$2" | tr -d '\r' | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n[ \t]/ /g' | sed -n "s/^$1: *//p" | head -1; }
# A mail as its reader sees it: some header fields and the text, decoded from quoted-printable.
read_mail() {
    for name in From To Reply-To Subject; do echo "$name: $(field_of $name "$1")"; done
    echo
    tr -d '\r' <"$1" | sed -n '/^Content-Type: text\/plain/,/^--=_/p' | sed -e '1,/^$/d' -e '/^--=_/d' |
        perl -pe 's/=\n//; s/=([0-9A-F]{2})/chr hex $1/ge' | sed -e '$ { /^$/d }'
}

title "A gate on the starter configuration; outgoing mail goes into a folder"
"$POSTERN" init "$DEMO" >"$DEMO/init.log" || exit 1
# Any free port, so that the demo never meets another server.
sed -i 's/127\.0\.0\.1:2424/127.0.0.1:0/' "$DEMO/postern.yaml"
"$POSTERN" -c "$DEMO/postern.yaml" serve 2>"$DEMO/serve.log" &
GATE=$!
for ((i = 0; i < 200; i++)); do
    grep -q 'gate: ready' "$DEMO/serve.log" && break
    kill -0 "$GATE" 2>/dev/null || { cat "$DEMO/serve.log" >&2; exit 1; }
    sleep 0.05
done
PORT=$(sed -n 's/.*LMTP on port \([0-9]*\).*/\1/p' "$DEMO/serve.log")
echo "running with $DEMO/postern.yaml, LMTP on port $PORT"

title "Mails come in"
send anna.berg@customer.example support@example.com $MAILS/1-publishing.eml
send chidi@shop.example support@example.com $MAILS/2-trace.eml
send zoe@kiosk.example support@example.com $MAILS/3-phone.eml
until_settled 3
ACK=$(sent_file auto-replied anna.berg@customer.example .)
REPLY_TO=$(field_of Reply-To "$ACK" | sed 's/.*<\(.*\)>.*/\1/')
MESSAGE_ID=$(field_of Message-ID "$ACK" | tr -d '<> ')
for mail in 4-out-of-office 5-reply; do
    sed -e "s|@REPLY_TO@|$REPLY_TO|" -e "s|@MESSAGE_ID@|$MESSAGE_ID|" $MAILS/$mail.eml.in >"$DEMO/$mail.eml"
done
send '' "$REPLY_TO" "$DEMO/4-out-of-office.eml"
send anna.berg@customer.example "$REPLY_TO" "$DEMO/5-reply.eml"
send victim@bystander.example support@example.com $MAILS/6-hostile.eml
until_settled 6

title "The tickets"
postern ticket list
echo
echo "6-hostile.eml came with a header hidden in its subject, a script, and a file name that climbs folders:"
echo "all of that is nothing but text now, and the acknowledgement repeats none of it."
ANNA=$(sed -n 's/^X-Postern-Ticket: *\([A-Z0-9-]*\).*/\1/p' "$ACK")
title "One ticket, with its fields and where each came from: postern ticket show $ANNA"
postern ticket show "$ANNA"
title "The acknowledgement as Anna reads it"
read_mail "$ACK"
title "The notice as the agent reads it"
NOTICE=$(sent_file auto-generated kim@example.com "$ANNA: a new request")
read_mail "$NOTICE"
BACK=$(field_of Reply-To "$NOTICE" | sed 's/.*<\(.*\)>.*/\1/')
{
    printf 'From: Kim Lee <kim@example.com>\nTo: <%s>\nSubject: Re: %s\nMessage-ID: <answer@example.com>\n' "$BACK" "$(field_of Subject "$NOTICE")"
    printf 'In-Reply-To: %s\n\n/severity high\n/wait\n\nHello Anna,\n\nwe have found it: please publish once more.\n\nKim\n\n' "$(field_of Message-ID "$NOTICE")"
    read_mail "$NOTICE" | sed 's/^/> /'
} >"$DEMO/7-answer.eml"
send kim@example.com "$BACK" "$DEMO/7-answer.eml"
until_settled 7
title "Kim pressed Reply, wrote /severity high, /wait and an answer above the page, and Anna reads"
read_mail "$(grep -l '^From: "Kim Lee' "$DEMO"/outgoing/new/* | head -1)"
title "What became of it: postern ticket list"
postern ticket list
OOO=$(postern ticket show "$ANNA" --json | tr -d '\n' | grep -o '"id": *"[0-9a-z]*", *"direction": *"in", *"from": *"[^"]*", *"subject": *"Automatic reply[^"]*"' | sed 's/"id": *"\([0-9a-z]*\)".*/\1/')
title "Why the out-of-office mail got no acknowledgement: postern ticket why $OOO"
postern ticket why "$OOO"
title "Nothing is lost: postern stats"
postern stats

cat <<EOF

${BOLD}A real mailbox and server${OFF} (README.md has all of it):
  sudo make install                      the program and its systemd unit
  sudo postern init /etc/postern         writes a commented configuration
  edit /etc/postern/postern.yaml         domain, queues, agents, mailboxes, outgoing server
  postern check                          says what is still wrong, with line and column
  postern serve                          your mail server hands it mail by LMTP on 127.0.0.1:2424, or it fetches
EOF
if [ -t 0 ] && [ -t 1 ]; then
    cat <<EOF

${BOLD}The gate keeps running for you; Ctrl-C ends it.${OFF} From another terminal:
  cd $PWD
  $BUILD/tests/support/lmtp_send $PORT you@customer.example support@example.com $MAILS/1-publishing.eml
  $POSTERN -c $DEMO/postern.yaml ticket list
  ls $DEMO/outgoing/new
EOF
    trap 'printf "\nEnded. What it kept lies in %s\n" "$DEMO"; exit 0' INT TERM
    wait "$GATE"
fi
