# A private Postfix: sourced after flow.sh, not run. Own configuration, queue, log and ports in a temporary folder; nothing
# of the host's own Postfix is touched. Needs root, because Postfix does.
#
#   postfix_start [MAIN.CF LINE…]   starts it (lines are added to main.cf); 0 when it answers on its ports
#   postfix_stop
#
# Then $POSTFIX_PORT speaks SMTP with STARTTLS, $POSTFIX_TLS_PORT TLS from the first byte. Both want TLS before mail and
# a login: user "gate", password $POSTFIX_PASSWORD. The certificate is for "localhost", by the CA $POSTFIX_CA. Mail to
# NAME@example.org goes to the Maildir $POSTFIX_MAIL/NAME for the names anna, berta and carla; other names are refused.
# $POSTFIX_LOG is the log.

postfix_certificates() {
    local folder=$1
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=Test CA" \
        -keyout "$folder/ca.key" -out "$folder/ca.pem" &&
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=localhost" \
            -keyout "$folder/server.key" -out "$folder/server.csr" &&
        openssl x509 -req -in "$folder/server.csr" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -CAcreateserial \
            -days 2 -extfile <(echo "subjectAltName=DNS:localhost") -out "$folder/server.pem"
}

# Dovecot answers whether a password is right; Postfix has no such thing of its own.
postfix_write_login() {
    local folder=$1
    mkdir -p "$folder/run"
    echo "gate:{PLAIN}$POSTFIX_PASSWORD" >"$folder/passwd"
    cat >"$folder/dovecot.conf" <<END
base_dir = $folder/run
state_dir = $folder/run
log_path = $folder/dovecot.log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {
  driver = passwd-file
  args = $folder/passwd
}
service auth {
  unix_listener $folder/auth {
    mode = 0666
  }
}
END
}

postfix_write_config() {
    local folder=$1
    shift
    cat >"$folder/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $folder/queue
data_directory = $folder/data
maillog_file = $folder/mail.log
maillog_file_prefixes = $folder
myhostname = mail.example.org
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
smtputf8_enable = yes
default_transport = error:nothing leaves this test
relay_transport = error:nothing leaves this test
virtual_mailbox_domains = example.org
virtual_mailbox_base = $folder/mail
virtual_mailbox_maps = inline:{ anna@example.org=anna/, berta@example.org=berta/, carla@example.org=carla/ }
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
virtual_minimum_uid = 1
smtpd_tls_cert_file = $folder/server.pem
smtpd_tls_key_file = $folder/server.key
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $folder/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_peername_lookup = no
END
    printf '%s\n' "$@" >>"$folder/etc/main.cf"
    cat >"$folder/etc/master.cf" <<END
127.0.0.1:$POSTFIX_PORT inet n - n - - smtpd
127.0.0.1:$POSTFIX_TLS_PORT inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
error unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
END
}

postfix_start() {
    local folder=$FLOW_FOLDER/postfix
    POSTFIX_FOLDER=$folder
    POSTFIX_PASSWORD="a pass,word"
    POSTFIX_PORT=$(flow_port)
    POSTFIX_TLS_PORT=$(flow_port)
    POSTFIX_CA=$folder/ca.pem
    POSTFIX_MAIL=$folder/mail
    POSTFIX_LOG=$folder/mail.log
    mkdir -p "$folder/etc" "$folder/queue" "$folder/data" "$folder/mail"
    chown postfix "$folder/data"
    chown nobody "$folder/mail"
    touch "$folder/etc/dynamicmaps.cf"
    flow_at_exit postfix_stop
    postfix_certificates "$folder" >"$folder/openssl.log" 2>&1 || return 1
    postfix_write_login "$folder"
    postfix_write_config "$folder" "$@"
    dovecot -c "$folder/dovecot.conf" || return 1
    postfix -c "$folder/etc" start >"$folder/start.log" 2>&1 || return 1
    flow_wait 20 flow_listens "$POSTFIX_PORT" && flow_wait 20 flow_listens "$POSTFIX_TLS_PORT"
}

postfix_stop() {
    [ -n "${POSTFIX_FOLDER:-}" ] || return 0
    postfix -c "$POSTFIX_FOLDER/etc" abort >/dev/null 2>&1
    dovecot -c "$POSTFIX_FOLDER/dovecot.conf" stop >/dev/null 2>&1
    POSTFIX_FOLDER=
}
