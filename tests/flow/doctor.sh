#!/bin/bash
# postern doctor against real servers: it says what works, what to mend, and changes nothing.
cd "$(dirname "$0")/../.." || exit 1
if [ "$(id -u)" -ne 0 ]; then
    echo "skip doctor: only root can start Postfix"
    exit 0
fi
. tests/support/mailbox.sh
. tests/support/postfix.sh
postfix_start || {
    echo "FAIL doctor: Postfix does not start"
    cat "$POSTFIX_FOLDER"/*.log
    exit 1
}
dovecot_user box
dovecot_start || {
    echo "FAIL doctor: Dovecot does not start"
    exit 1
}
mail unread | dovecot_save box INBOX
printf '%s\n' "$POSTFIX_PASSWORD" >"$FLOW_FOLDER/password"
echo "not the password" >"$FLOW_FOLDER/wrong"
chmod 600 "$FLOW_FOLDER/password" "$FLOW_FOLDER/wrong"

# result WHERE WHAT: "ok", "pity" or "bad" of the last round, and its words
round() {
    postern doctor --json >"$FLOW_FOLDER/doctor.json" 2>"$FLOW_FOLDER/doctor.err"
    CODE=$?
}
result() {
    jq -r --arg where "$1" --arg what "$2" '.[] | select(.where == $where and .what == $what) | .result + " " + .words' \
        "$FLOW_FOLDER/doctor.json"
}
server="server: localhost, port: $POSTFIX_PORT, user: gate, ca_file: $POSTFIX_CA"

# All is well.
PORT=$(flow_port)
GATE_LISTEN="\"127.0.0.1:$PORT\", {unix: gate.sock, mode: \"0666\"}"
GATE_OUTGOING="  - {name: main, $server, password_file: password}
  - {name: spare, server: localhost, port: $POSTFIX_TLS_PORT, security: tls, user: gate, ca_file: $POSTFIX_CA, password_file: password}
  - {name: folder, folder: outgoing}"
GATE_EXTRA="webhooks:
  - {name: crm, url: 'https://localhost:$POSTFIX_TLS_PORT/hook', secret_file: password, ca_file: $POSTFIX_CA, allow_private: yes}
admins: {addresses: [root@agents.test]}
mailboxes:
$(mailbox front box 'after: move' 'move_to: Done')"
dovecot_adm mailbox create -u box Done
gate_config
gate_start || echo "FAIL doctor: the gate does not start: $(cat "$FLOW_FOLDER/serve.log")"
before=$(find "$FLOW_FOLDER/store" -type f ! -name '*-shm' ! -name '*-wal' -exec sha256sum {} + | sort)
round
flow_equals "all is well: exit code" 0 "$CODE"
for step in "main connection" "main login" "main PIPELINING" "spare login"; do
    flow_contains "route $step" "$(result "route ${step% *}" "${step#* }")" '^ok '
done
flow_contains "a certificate that ends soon" "$(result "route spare" TLS)" '^pity its certificate .* ends in 1 day,'
flow_contains "the store" "$(result "this machine" store)" '^ok .*/store can be written'
flow_contains "the folder for mail" "$(result "this machine" "outgoing folder")" '^ok '
flow_contains "space" "$(result "this machine" "free space")" '[GM]iB free'
flow_contains "LMTP over TCP" "$(result "LMTP 127.0.0.1 port $PORT" answer)" '^ok '
flow_contains "LMTP over a socket file" "$(result "LMTP unix:$FLOW_FOLDER/gate.sock" answer)" '^ok '
flow_contains "webhook" "$(result "webhook crm" connection)" '^ok .*no event was sent'
flow_contains "webhook: certificate" "$(result "webhook crm" TLS)" '^pity its certificate is trusted and ends in 1 day,'
for step in TLS login "folder INBOX" IDLE MOVE; do
    flow_contains "mailbox: $step" "$(result "mailbox front" "$step")" '^ok '
done
flow_equals "the mailbox is as it was" "1 0" "$(dovecot_count box INBOX unseen) $(dovecot_count box Done)"
flow_contains "for people" "$(postern doctor)" '^All is well'
flow_lacks "quiet says no word of what is well" "$(postern -q doctor)" '^  ok'
flow_equals "nothing was changed" "$before" \
    "$(find "$FLOW_FOLDER/store" -type f ! -name '*-shm' ! -name '*-wal' -exec sha256sum {} + | sort)"
flow_lacks "Postfix saw no mail" "$(cat "$POSTFIX_LOG")" 'from=<'
gate_stop

# Everything is bad, and each thing is told.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=Another CA" \
    -keyout "$FLOW_FOLDER/other.key" -out "$FLOW_FOLDER/other.pem" 2>"$FLOW_FOLDER/openssl.log"
nobody=$(flow_port)
GATE_OUTGOING="  - {name: away, server: localhost, port: $nobody}
  - {name: login, $server, password_file: wrong}
  - {name: name, server: 127.0.0.1, port: $POSTFIX_PORT, user: gate, ca_file: $POSTFIX_CA, password_file: password}
  - {name: authority, server: localhost, port: $POSTFIX_PORT, user: gate, ca_file: other.pem, password_file: password}
  - {name: secret, $server, password_file: nothing}
  - {name: stranger, server: 127.0.0.1, port: $POSTFIX_PORT, ca_file: other.pem, user: gate, password_file: nothing}
  - {name: folder, folder: /dev/null/outgoing}"
GATE_EXTRA="webhooks:
  - {name: private, url: 'https://localhost:$POSTFIX_TLS_PORT/?key=hush', secret_file: password, ca_file: $POSTFIX_CA}
  - {name: name, url: 'https://127.0.0.1:$POSTFIX_TLS_PORT/', secret_file: nothing, ca_file: $POSTFIX_CA, allow_private: yes}
mailboxes:
$(mailbox door box 'folders: [INBOX, Missing]')
$(mailbox stranger box 'folders: [Sent]' | sed 's/server: localhost/server: 127.0.0.1/')
$(mailbox locked nobody)
$(mailbox gone box 'folders: [Gone]' | sed "s/port: .*/port: $nobody/")
"
GATE_STORE=/dev/null/store
gate_config
sed -i '/^trusted_authserv_id/d' "$FLOW_FOLDER/postern.yaml"
round
flow_equals "something is bad: exit code" 1 "$CODE"
flow_contains "a server that is away" "$(result "route away" connection)" '^bad .*cannot connect'
flow_contains "a wrong password" "$(result "route login" login)" '^bad .*login of user "gate" was denied'
flow_contains "a wrong name" "$(result "route name" TLS)" '^bad .*certificate'
flow_contains "another CA" "$(result "route authority" TLS)" '^bad .*certificate'
flow_contains "no password file" "$(result "route secret" login)" '^bad .*nothing: cannot open'
flow_contains "its certificate is told all the same" "$(result "route secret" TLS)" '^pity its certificate is for localhost'
flow_contains "a bad one as well" "$(result "route stranger" TLS)" '^bad .*certificate'
flow_contains "a folder that is not there" "$(result "mailbox door" "folder Missing")" '^bad '
flow_contains "the folder before it is looked at" "$(result "mailbox door" "folder INBOX")" '^ok '
flow_contains "a mailbox server with another name" "$(jq -r '.[] | select(.where == "mailbox stranger") | .result + " " + .words' \
    "$FLOW_FOLDER/doctor.json")" '^bad .*(name|certificate)'
flow_contains "a login that is refused" "$(result "mailbox locked" login)" '^bad '
flow_contains "a mailbox server that is away" "$(jq -r '.[] | select(.where == "mailbox gone") | .result' "$FLOW_FOLDER/doctor.json")" '^bad$'
flow_contains "a folder that cannot be written" "$(result "this machine" "outgoing folder")" '^bad .*cannot write there'
flow_contains "a store that cannot be written" "$(result "this machine" store)" '^bad .*cannot write there'
flow_contains "nobody listens" "$(result "LMTP 127.0.0.1 port $PORT" answer)" "^bad nobody answers: .*is 'postern serve' running"
flow_contains "nobody proves who wrote" "$(result "this machine" "who wrote")" '^pity '
flow_contains "no admins" "$(result "this machine" admins)" '^pity '
flow_contains "a webhook in the own network" "$(result "webhook private" connection)" '^bad .*private network'
flow_contains "a webhook with another name" "$(result "webhook name" connection)" '^bad .*certificate'
flow_contains "a webhook without key" "$(result "webhook name" key)" '^bad .*nothing'
flow_lacks "no secret is shown" "$(cat "$FLOW_FOLDER/doctor.json" "$FLOW_FOLDER/doctor.err")" "hush|$POSTFIX_PASSWORD|not the password"
flow_contains "for people" "$(postern doctor)" '^[0-9]+ bad: what to mend stands beside each'

# Something else answers where the gate should listen.
GATE_STORE=store
PORT=$POSTFIX_PORT
GATE_LISTEN="\"127.0.0.1:$PORT\""
GATE_OUTGOING="  folder: outgoing"
GATE_EXTRA="sign_ins:
  - {name: company, provider: microsoft, client_id: x}"
gate_config
round
flow_contains "a sign-in that nobody authorized" "$(result "sign-in company" "access token")" '^bad .*postern mailboxes authorize company'
flow_contains "another program on our port" "$(result "LMTP 127.0.0.1 port $PORT" answer)" '^bad it is not Postern'
flow_end
