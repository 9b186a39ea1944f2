package io.slotkeeper.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotkeeper.topology.Address;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ServerInfoTest {
    private static final String SERVER = """
            # Server
            redis_version:7.2.4
            server_name:valkey
            valkey_version:9.1.2
            process_id:42
            run_id:7749fc5c665bccbcf1b4974a12eeb1a597a17af7
            uptime_in_seconds:4
            """;

    @Test
    void theVersionThatValkeyPrintsForOldClientsIsNotBelieved() {
        assertThat(ServerInfo.parse(SERVER + "role:master\n").version()).hasToString("valkey 9.1.2");
    }

    @Test
    void aReplicaWhoseLinkIsDownSaysForHowLong() {
        ServerInfo info = ServerInfo.parse(SERVER.replace("\n", "\r\n") + """
                # Replication\r
                role:slave\r
                master_host:10.0.0.1\r
                master_port:6379\r
                master_link_status:down\r
                master_last_io_seconds_ago:-1\r
                master_sync_in_progress:1\r
                slave_read_repl_offset:120\r
                slave_repl_offset:100\r
                master_link_down_since_seconds:3\r
                connected_slaves:0\r
                master_replid:aa\r
                master_repl_offset:100\r
                second_repl_offset:-1\r
                """);
        Replication.PrimaryLink link = info.replication().primary().orElseThrow();
        assertThat(link.address()).isEqualTo(new Address("10.0.0.1", 6379));
        assertThat(link.up()).isFalse();
        assertThat(link.downFor()).contains(Duration.ofSeconds(3));
        assertThat(link.lastHeard()).isEmpty();
        assertThat(link.firstSyncGoingOn()).isTrue();
        assertThat(link.readOffset()).isEqualTo(120);
        assertThat(link.appliedOffset()).isEqualTo(100);
    }

    @Test
    void aPrimaryKnowsItsReplicasItsMemoryItsFilesAndItsKeys() {
        ServerInfo info = ServerInfo.parse(SERVER + """
                role:master
                connected_slaves:2
                slave0:ip=10.0.0.2,port=6379,state=online,offset=14,lag=1,type=replica
                slave1:ip=10.0.0.3,port=6379,state=wait_bgsave,offset=0,lag=0
                used_memory:2711920
                used_memory_rss:9363456
                maxmemory:10000000
                maxmemory_policy:allkeys-lru
                loading:0
                async_loading:0
                rdb_last_bgsave_status:err
                rdb_last_save_time:1795255500
                aof_enabled:1
                aof_last_write_status:ok
                db0:keys=100,expires=7,avg_ttl=0,subexpiry=0
                db3:keys=5,expires=0,avg_ttl=0
                later_versions:print more
                """);
        assertThat(info.replication().isReplica()).isFalse();
        assertThat(info.replication().connectedReplicas()).isEqualTo(2);
        assertThat(info.replication().replicas()).hasSize(2);
        assertThat(info.replication().replicas().get(0).isOnline()).isTrue();
        assertThat(info.replication().replicas().get(0).confirmedOffset()).isEqualTo(14);
        assertThat(info.replication().replicas().get(1).isOnline()).isFalse();
        assertThat(info.memory()).isEqualTo(new ServerInfo.Memory(2711920, 9363456, 10_000_000, "allkeys-lru"));
        assertThat(info.loading()).isFalse();
        assertThat(info.persistence().lastSaveWorked()).isFalse();
        assertThat(info.persistence().lastSave()).isEqualTo(Instant.ofEpochSecond(1795255500));
        assertThat(info.persistence().appendOnly()).isTrue();
        assertThat(info.persistence().lastAppendWorked()).isTrue();
        assertThat(info.keys()).isEqualTo(105);
        assertThat(info.databases().get(3)).isEqualTo(new ServerInfo.Keyspace(5, 0));
        assertThat(info.field("later_versions")).contains("print more");
    }

    @Test
    void whatIsNoInfoIsRefused() {
        assertThatThrownBy(() -> ServerInfo.parse("hello")).hasMessageContaining("redis_version");
        assertThatThrownBy(() -> ServerInfo.parse(SERVER)).hasMessageContaining("'role'");
        assertThatThrownBy(() -> ServerInfo.parse(SERVER + "role:master\nmaxmemory:much\n"))
                .hasMessageContaining("'maxmemory' is no number");
    }
}
