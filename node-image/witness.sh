# shellcheck shell=sh
# The witness runs beside the engine and writes down, once a second, what the fence must know should the primary die:
# which replicas were in sync, and when that was; and for the probe, whether the node is ready. It uses one connection, and in the
# long run no process but `sleep`.
#
# The account has a first line `BOOT-ID UPTIME REPLICATION-ID`, then a line for each replica in sync, then `end`. Two files take turns,
# so that a death in the middle of a write leaves the other one whole.

witness() { # PID-OF-THE-ENTRYPOINT
    read -r boot </proc/sys/kernel/random/boot_id
    turn=0 ticks=0 settled=no part=none early=10 misses=0 return=$(printf '\r')
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
                # Somebody waits for a node to become ready, most of all for one that has just started.
                early=$((early - 1))
                if [ -e "$run/ready" ]; then sleep 1; elif [ "$early" -gt 0 ]; then sleep 0.2; else sleep 0.5; fi
            done
        } | "$engine-cli" -h "$address" -p 6379 2>/dev/null | while IFS=: read -r field value; do
            value=${value%"$return"}
            case $field in
                # The connection broke and is a new one, without AUTH.
                NOAUTH*) break ;;
                role) in_sync='' link='' syncing='' their_role=$value ;;
                master_link_status) link=$value ;;
                master_sync_in_progress) syncing=$value ;;
                slave[0-9]*) note_replica "$value" ;;
                master_replid) history=$value ;;
                repl_backlog_histlen)
                    if [ "$their_role" = master ]; then write_account; else drop_accounts; fi
                    settle
                    note_readiness
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

# Once the node has a role it may be replicated from, and the volume is marked with its id. nodes.conf is read again whenever
# it has changed until that is done and its role is the engine's, and once a minute for ever, since a node can be given another
# id. (Not by ACL LOAD: Redis 7.0 cuts every connection but the default user's when it reads the file again.)
settle() {
    ticks=$((ticks + 1))
    case $settled:$their_role:$part in
        yes:master:primary | yes:slave:replica) if [ $((ticks % 60)) != 0 ]; then return; fi ;;
        # Twice within a tick of the file system's clock looks like once, so it is read now and then anyway.
        *) if [ "$run/looked" -nt "$nodes" ] && [ $((ticks % 10)) != 0 ]; then return; fi ;;
    esac
    : >"$run/looked"
    part=$(role)
    id=$(node_id)
    if [ "$(sed -n 2p "$identity")" != "$id" ]; then
        write_identity "$id" || true
    fi
    case $settled:$part in
        no:primary | no:replica)
            write_acl
            case $(echo 'ACL SETUSER slotkeeper-replication on' | ask "$address") in *OK*OK*) settled=yes ;; esac
            ;;
    esac
}

# The note says when it was written: an engine that stops answering stops being ready.
note_readiness() {
    case $their_role:$part:$link:$syncing in
        master:primary:* | slave:replica:up:0)
            read -r up _ </proc/uptime
            echo "${up%.*}" >"$run/ready"
            ;;
        *) if [ -e "$run/ready" ]; then rm -f "$run/ready"; fi ;;
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
