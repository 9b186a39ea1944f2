# shellcheck shell=sh
# Refuses to start where starting would lose or mix up data, each time with a sentence that says what to do.
# Nothing in here changes anything on the volume but one small file that it removes again.

check_inputs() {
    [ -n "$address" ] || die "POD_IP is not set: give the container the pod's address (fieldRef status.podIP)"
    case $address in *:*) die "the pod's address $address is not IPv4, and nothing else is supported yet" ;; esac
    [ -n "$cluster" ] || die "SLOTKEEPER_CLUSTER is not set: name the cluster this node belongs to, as namespace/name"
    mkdir -p "$run" 2>/dev/null && [ -w "$run" ] ||
        die "cannot write to $run: mount an emptyDir (medium Memory) there"
    for user in operator replication node default; do
        file=$secrets/$user/password
        [ -s "$file" ] || die "the Secret file $file is missing or empty: mount the Secret with key 'password' there"
        case $user:$(cat "$file") in
            default:*) ;;
            *[!A-Za-z0-9:._~-]*) die "the password in $file may only have letters, digits and . _ ~ -" ;;
        esac
    done
}

check_volume() {
    [ -d "$data" ] || die "there is no directory $data: mount the node's volume there"
    # The shell names the file and the system's reason; only the reason is of interest.
    reason=$({ head -c 65536 /dev/zero >"$data/.write-check"; } 2>&1) || {
        rm -f "$data/.write-check" 2>/dev/null || true
        case $reason in
            *'No space left'*) die "the volume at $data is full: grow the claim or free some space" ;;
            *'Read-only'*) die "the volume at $data is read-only: mount it writable" ;;
            *) die "cannot write to $data as user $(id -u): set the pod's fsGroup, or give the volume to this user" ;;
        esac
    }
    rm -f "$data/.write-check"
    for file in "$nodes" "$data/dump.rdb" "$data/appendonlydir" "$identity"; do
        [ ! -e "$file" ] || { [ -r "$file" ] && [ -w "$file" ]; } ||
            die "$file belongs to somebody else (this is user $(id -u)): set the pod's fsGroup, or chown the volume"
    done
}

# A volume belongs to one node of one cluster; the file `identity` says to which.
check_identity() {
    if [ ! -s "$nodes" ]; then
        for file in "$data/dump.rdb" "$data"/appendonlydir/*.manifest; do
            # An engine that finds data and no nodes.conf claims every slot that has a key.
            [ ! -s "$file" ] || die "$file is there, but nodes.conf is not: put nodes.conf back, or move the data away"
        done
    else
        [ -s "$identity" ] || die "$nodes was not written by Slotkeeper (no file 'identity' beside it): move it away"
        check_nodes_file
    fi
    if [ ! -s "$identity" ]; then
        write_identity
        return
    fi
    { read -r owner && { read -r id || id=''; }; } <"$identity"
    [ "$owner" = "$cluster" ] || die "the volume at $data belongs to cluster $owner, not to $cluster: use another claim"
    [ ! -s "$nodes" ] || [ -z "$id" ] || [ "$id" = "$(node_id)" ] ||
        die "$nodes is that of node $(node_id), but this volume belongs to node $id: put its own nodes.conf back"
}

# Written aside first: a volume whose identity was cut off in the middle would be refused for ever.
write_identity() { # [NODE-ID]
    printf '%s\n' "$cluster" "$@" >"$identity.new" && sync "$identity.new" && mv "$identity.new" "$identity"
}

# Two engines on one volume would each take the other for dead. What holds the lock is the engine, not this shell alone,
# so it outlives an entrypoint that was killed.
lock_volume() {
    exec 9>"$data/lock"
    flock -w 60 9 || die "another engine still runs on $data: stop it first"
}

check_nodes_file() {
    wrong=$(awk '
        $1 == "vars" && NF == 5 { vars = NR; next }
        $1 == "vars" { next }
        length($1) != 40 || $1 ~ /[^0-9a-f]/ || NF < 8 || $2 !~ /:[0-9]+@[0-9]+/ { print "line " NR " is damaged"; exit }
        $3 ~ /myself/ { mine++ }
        END { if (vars != NR) print "it is cut off"; else if (mine != 1) print "it names " mine+0 " nodes as its own" }
    ' "$nodes" | head -1)
    # The last line is whole when it ends with a line feed, which the shell drops.
    if [ -z "$wrong" ] && [ -n "$(tail -c 1 "$nodes")" ]; then wrong='it is cut off'; fi
    [ -z "$wrong" ] || die "$nodes cannot be used: $wrong. Put a good copy back, or delete this node's claim and let it" \
        "join again as a replica"
}

# With append-only on, the engine reads the append-only files alone: a volume with nothing but a snapshot would come
# up empty, and take its slots' keys with it.
check_persistence() {
    if [ "$(setting appendonly)" = yes ] && [ "$(role)" = primary ] && [ "$(copy_on_disk | cut -d' ' -f1)" = none ] &&
        [ -s "$data/dump.rdb" ]; then
        die "append-only is on, but $data only holds dump.rdb: start once with 'appendonly no' and switch it on live"
    fi
}

# Says what an engine that stopped by itself most likely died of.
explain_exit() { # EXIT-CODE
    if [ "$1" = 137 ]; then
        die "the engine was killed (signal 9): out of memory, or somebody's kill"
    fi
    for file in "$data"/appendonlydir/*.manifest; do
        if [ -s "$file" ] && [ ! -e "$run/served" ]; then
            die "the engine gave up with exit code $1 before it had loaded $data/appendonlydir, for the reason in its last" \
                "lines above; nothing was changed. Where the files are damaged in the middle, repair a copy with" \
                "$engine-check-aof --fix, or delete this node's claim if another copy of its shard is complete"
        fi
    done
    die "the engine stopped with exit code $1, for the reason in its last lines above; nothing on the volume was removed"
}
