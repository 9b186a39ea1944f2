# shellcheck shell=sh
# The witness runs beside the engine and writes down, once a second, what the fence must know should the primary die:
# which replicas were in sync, and when that was. It uses one connection, and in the long run no process but `sleep`.
#
# The account has a first line `BOOT-ID UPTIME REPLICATION-ID`, then a line for each replica in sync, then `end`. Two files take turns,
# so that a death in the middle of a write leaves the other one whole.

witness() { # PID-OF-THE-ENTRYPOINT
    read -r boot </proc/sys/kernel/random/boot_id
    turn=0 ticks=0 settled=no misses=0 return=$(printf '\r')
    while kill -0 "$1" 2>/dev/null; do
        if ! has_loaded; then
            # An account that nobody renews would speak for replicas that have been cut off since.
            misses=$((misses + 1))
            if [ "$misses" -gt 20 ] && [ -e "$run/served" ]; then drop_accounts; fi
            sleep 0.1
            continue
        fi
        misses=0
        if [ ! -e "$run/served" ]; then
            # A new life has begun: what was noted of the last one is worth nothing any more.
            : >"$run/served"
            drop_accounts
        fi
        {
            printf 'AUTH slotkeeper-node %s\n' "$(cat "$secrets/node/password")"
            while kill -0 "$1" 2>/dev/null; do
                echo 'INFO replication'
                sleep 1
            done
        } | "$engine-cli" -h "$address" -p 6379 2>/dev/null | while IFS=: read -r field value; do
            value=${value%"$return"}
            case $field in
                # The connection broke and is a new one, without AUTH.
                NOAUTH*) break ;;
                role) in_sync='' their_role=$value ;;
                slave[0-9]*) note_replica "$value" ;;
                master_replid) history=$value ;;
                repl_backlog_histlen)
                    if [ "$their_role" = master ]; then write_account; else drop_accounts; fi
                    settle
                    ;;
            esac
        done
    done
}

# A replica counts when its first sync is done and it answered within the last two seconds. While it still loads its first
# copy the engine calls it online already, at offset 0.
note_replica() { # ip=…,port=…,state=…,offset=…,lag=…
    case $1, in
        *,offset=0,*) ;;
        *,state=online,*,lag=[012],*)
            ip=${1#ip=}
            in_sync="$in_sync${ip%%,*}
"
            ;;
    esac
}

write_account() {
    read -r up _ </proc/uptime
    turn=$((1 - turn))
    { printf '%s %s %s\n%send\n' "$boot" "${up%.*}" "$history" "$in_sync" >"$data/account.$turn"; } 2>/dev/null ||
        drop_accounts
}

# What a primary noted is worth nothing once it is a replica.
drop_accounts() {
    if [ -e "$data/account.0" ] || [ -e "$data/account.1" ]; then rm -f "$data/account.0" "$data/account.1"; fi
}

# Once the node has a role it may be replicated from, and the volume is marked with its id. Looked at every second until
# then, and once a minute afterwards, since a node can be given another id. (Not by ACL LOAD: Redis 7.0 cuts every
# connection but the default user's when it reads the file again.)
settle() {
    ticks=$((ticks + 1))
    if [ "$settled" = yes ] && [ $((ticks % 60)) != 0 ]; then return; fi
    id=$(node_id)
    if [ "$(sed -n 2p "$identity")" != "$id" ]; then
        write_identity "$id" || true
    fi
    case $settled:$(role) in
        no:primary | no:replica)
            write_acl
            case $(echo 'ACL SETUSER slotkeeper-replication on' | ask "$address") in *OK*OK*) settled=yes ;; esac
            ;;
    esac
}

# The newer whole account: `DEAD-SECONDS|- REPLICATION-ID ADDRESS…`, where - says that nobody knows how long ago it was,
# since the machine was started again.
last_account() {
    read -r boot </proc/sys/kernel/random/boot_id
    for file in "$data/account.0" "$data/account.1"; do
        if [ "$(tail -n 1 "$file" 2>/dev/null)" = end ]; then
            tr '\n' ' ' <"$file"
            echo
        fi
    done | sort -k2,2n | tail -n 1 | awk -v boot="$boot" -v now="$(uptime_seconds)" '
        { printf "%s %s", ($1 == boot && now >= $2 ? now - $2 : "-"), $3; for (i = 4; i < NF; i++) printf " %s", $i; print "" }'
}
