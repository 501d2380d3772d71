# shellcheck shell=bash
# For bench.sh: a Dovecot of its own that takes mail by LMTP into Maildirs, with its defaults of mail_fsync. Sourced.
#
#   dovecot_start           sets DOVECOT_PID and DOVECOT_PORT; everything lies in $FLOW_FOLDER/dovecot
#   dovecot_stop

dovecot_config() {
    local folder=$FLOW_FOLDER/dovecot user group
    user=$(id -un) group=$(id -gn)
    [ "$(id -u)" -ne 0 ] || user=mail group=mail
    mkdir -p "$folder/mail"
    chown "$user" "$folder/mail"
    cat >"$folder/dovecot.conf" <<END
protocols = lmtp
base_dir = $folder/run
state_dir = $folder/state
log_path = $folder/log
ssl = no
first_valid_uid = 1
mail_location = maildir:$folder/mail/%n
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=$user gid=$group home=$folder/mail/%n allow_all_users=yes
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $DOVECOT_PORT
  }
}
END
    [ "$(id -u)" -eq 0 ] || cat >>"$folder/dovecot.conf" <<END
default_internal_user = $user
default_internal_group = $group
default_login_user = $user
service anvil {
  chroot =
}
service stats {
  chroot =
}
END
}

dovecot_start() {
    local wrapped=("$@")
    DOVECOT_PORT=$(flow_port)
    dovecot_config
    "${wrapped[@]}" dovecot -F -c "$FLOW_FOLDER/dovecot/dovecot.conf" >"$FLOW_FOLDER/dovecot/out" 2>&1 &
    DOVECOT_PID=$!
    flow_wait 20 flow_listens "$DOVECOT_PORT"
}

dovecot_stop() {
    [ -z "$DOVECOT_PID" ] && return
    kill -TERM "$DOVECOT_PID" 2>/dev/null
    wait "$DOVECOT_PID" 2>/dev/null
    DOVECOT_PID=
}
DOVECOT_PID=
flow_at_exit dovecot_stop
