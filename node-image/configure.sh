# shellcheck shell=sh
# Writes the engine's configuration and ACL file into the private run directory, anew at every start.

configure() {
    umask 077
    write_acl
    {
        cat "$here/base.conf"
        for file in "$config"/*.conf; do
            # A file without a last line feed would swallow the next line.
            if [ -e "$file" ]; then cat "$file" && echo; fi
        done
        # These the scripts rest on.
        printf '%s\n' 'port 6379' 'cluster-enabled yes' 'cluster-config-file nodes.conf' 'dbfilename dump.rdb' \
            'appenddirname appendonlydir'
        echo "dir $data"
        echo "aclfile $run/users.acl"
        # An address kept from the last start would be announced to everybody.
        echo "cluster-announce-ip $address"
        echo "replica-announce-ip $address"
        echo "masteruser slotkeeper-replication"
        echo "masterauth $(cat "$secrets/replication/password")"
        # The official image of Redis 8 loads these in an entrypoint of its own, which this one replaces.
        for module in "$modules"/*.so; do
            if [ -e "$module" ]; then echo "loadmodule $module"; fi
        done
    } >"$run/engine.conf"
}

# Three users of ours, each with a password of its own, beside the users' `default`: whatever happens to that one, the
# operator gets in. A node that was never given a role refuses to be replicated from: an emptied pod at a reused address
# would otherwise empty the replicas that still look there.
write_acl() {
    case $(role) in
        none | fresh) replication=off ;;
        *) replication=on ;;
    esac
    {
        echo "user default on $(password default) ~* &* +@all"
        echo "user slotkeeper-operator on $(password operator) ~* &* +@all"
        echo "user slotkeeper-replication $replication $(password replication) +psync +replconf +ping"
        echo "user slotkeeper-node on $(password node) +ping +info +cluster|nodes +cluster|failover +acl|setuser"
    } >"$run/users.acl.new"
    mv "$run/users.acl.new" "$run/users.acl"
}

password() { # USER
    printf '#%s' "$(printf %s "$(cat "$secrets/$1/password")" | sha256sum | cut -d' ' -f1)"
}
