package io.slotkeeper.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.Engine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who leads a shard whose primary died: what the peers answer is drawn, and the decision is read. */
@Tag("unit")
class LeaderRuleTest {
    private static final String ME = "a".repeat(40);
    private static final String FIRST = "b".repeat(40);
    private static final String SECOND = "c".repeat(40);
    private static final String OTHER = "d".repeat(40);
    private static final String THIRD = "e".repeat(40);
    private static final String HISTORY = "1".repeat(40);
    private static final String OLD_HISTORY = "2".repeat(40);

    private String disk = "aof";
    private String account = "5 " + HISTORY + " 10.0.0.2";
    private int waited = 0;
    private int awaited = 0;
    private int patience = 11;
    private String first = "replica";
    private final StringBuilder answers = new StringBuilder();

    @Test
    void aLivingReplicaLeadsEvenOverAppendOnlyFiles() {
        replica("10.0.0.2", FIRST).downFor(5).answers();
        assertThat(decision()).isEqualTo("promote 10.0.0.2 0 a living replica, in sync when this node died");
    }

    @Test
    void whereTheDiskComesFirstAppendOnlyFilesBeatEvenALivingReplica() {
        first = "disk";
        replica("10.0.0.2", FIRST).downFor(5).answers();
        assertThat(decision()).isEqualTo("serve the disk, which comes first");
        disk = "rdb 900 " + HISTORY;
        assertThat(decision()).startsWith("promote 10.0.0.2");
    }

    @Test
    void aReplicaCutOffLongBeforeTheDeathDoesNotLiveAnyMore() {
        replica("10.0.0.2", FIRST).downFor(60).answers();
        assertThat(decision()).startsWith("serve");
    }

    /** Its count goes on while this node's stands still. */
    @Test
    void aLivingReplicaStaysOneHoweverLongItIsWaitedFor() {
        replica("10.0.0.2", FIRST).downFor(105).answers();
        assertThat(decision()).startsWith("serve");
        waited = 100;
        assertThat(decision()).startsWith("promote 10.0.0.2 0 a living replica");
    }

    @Test
    void aReplicaThatWasNotInSyncDoesNotCountAsLiving() {
        account = "5 " + HISTORY;
        replica("10.0.0.2", FIRST).downFor(5).answers();
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void aReplicaInASyncDoesNotLeadButIsWaitedForOverAnEmptyDisk() {
        replica("10.0.0.2", FIRST).downFor(5).syncing().answers();
        assertThat(decision()).startsWith("serve");
        disk = "none";
        assertThat(decision()).startsWith("wait for 10.0.0.2, which is loading");
    }

    @Test
    void aReplicaThatWasStartedAgainDoesNotLeadOverAppendOnlyFiles() {
        replica("10.0.0.2", FIRST).startedAgain().answers();
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void withNothingOnDiskAReplicaThatWasStartedAgainWithKeysLeads() {
        disk = "none";
        replica("10.0.0.2", FIRST).startedAgain().answers();
        assertThat(decision()).startsWith("promote 10.0.0.2");
    }

    @Test
    void withNothingAnywhereThePrimaryStaysWhatItWas() {
        disk = "none";
        replica("10.0.0.2", FIRST).startedAgain().keys(0).answers();
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void aReplicaThatReachesFurtherThanTheSnapshotLeads() {
        disk = "rdb 900 " + HISTORY;
        replica("10.0.0.2", FIRST).startedAgain().offset(901).answers();
        assertThat(decision()).startsWith("promote 10.0.0.2");
    }

    @Test
    void atEqualTermsThePrimaryStaysWhatItWas() {
        disk = "rdb 900 " + HISTORY;
        replica("10.0.0.2", FIRST).startedAgain().offset(900).answers();
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void copiesOfDifferentHistoriesAreNotCompared() {
        disk = "rdb 900 " + HISTORY;
        replica("10.0.0.2", FIRST)
                .startedAgain()
                .history(OLD_HISTORY)
                .offset(5000)
                .answers();
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void aReplicaOfTheLastLifeReachesFurtherThanASnapshotOfAnEarlierOne() {
        disk = "rdb 9000 " + OLD_HISTORY;
        replica("10.0.0.2", FIRST).downFor(60).offset(10).answers();
        assertThat(decision()).startsWith("promote 10.0.0.2");
    }

    @Test
    void ofTwoLivingReplicasTheOneThatReachesFurtherLeads() {
        account = "5 " + HISTORY + " 10.0.0.2 10.0.0.3";
        replica("10.0.0.2", FIRST).downFor(5).offset(10).answers();
        replica("10.0.0.3", SECOND).downFor(5).offset(11).answers();
        assertThat(decision()).startsWith("promote 10.0.0.3");
    }

    @Test
    void ofTwoEqualReplicasTheOneWithTheLowestIdLeads() {
        account = "5 " + HISTORY + " 10.0.0.2 10.0.0.3";
        replica("10.0.0.3", SECOND).downFor(5).answers();
        replica("10.0.0.2", FIRST).downFor(5).answers();
        assertThat(decision()).startsWith("promote 10.0.0.2");
    }

    @Test
    void aReplicaThatWasInSyncAndDoesNotAnswerIsWaitedForButNotForEver() {
        silent("10.0.0.2", FIRST);
        assertThat(decision()).isEqualTo("wait for 10.0.0.2, which was in sync and does not answer");
        waited = 11;
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void aReplicaThatAnswersAtItsNewAddressIsNotWaitedForAtItsOldOne() {
        silent("10.0.0.2", FIRST);
        replica("10.0.0.9", FIRST).startedAgain().answers();
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void aStrangerAtItsAddressDoesNotAnswerForAReplica() {
        answers.append("peer 10.0.0.2 ").append(FIRST);
        answers.append("\nOK\nrole:slave\nmaster_link_status:up\nloading:0\n# Keyspace\ndb0:keys=100,expires=0\n");
        node(SECOND, "myself,slave", OTHER, "connected", "");
        assertThat(decision()).startsWith("serve");
        disk = "none";
        assertThat(decision()).isEqualTo("wait for 10.0.0.2, which may hold a copy and does not answer");
    }

    @Test
    void overASnapshotEverybodyWhoMayHoldACopyIsWaitedForBeforeAnotherOneLeads() {
        disk = "rdb 900 " + HISTORY;
        account = "5 " + HISTORY;
        replica("10.0.0.2", FIRST).startedAgain().answers();
        silent("10.0.0.3", SECOND);
        assertThat(decision()).isEqualTo("await 10.0.0.3, which may hold a copy and does not answer");
        waited = 11;
        assertThat(decision()).startsWith("promote 10.0.0.2");
        disk = "aof";
        waited = 0;
        assertThat(decision()).startsWith("serve");
    }

    /** Whoever was sent into an election needs its vote; and a node that is off for long is voted out of its place. */
    @Test
    void onceTheVoterRunsItIsNotStoppedForSomebodyWhoMayNeverCome() {
        disk = "none";
        silent("10.0.0.3", SECOND);
        replica("10.0.0.2", FIRST).startedAgain().answers();
        assertThat(decision()).startsWith("wait for 10.0.0.3");
        awaited = 1;
        assertThat(decision()).startsWith("await 10.0.0.3");
    }

    @Test
    void aLivingReplicaThatNoMajorityHearsHoldsUpAppendOnlyFilesForThePatienceOnly() {
        replica("10.0.0.2", FIRST)
                .downFor(5)
                .hearing("disconnected", "connected")
                .answers();
        assertThat(decision()).startsWith("await a majority");
        waited = 11;
        assertThat(decision()).startsWith("serve");
        disk = "rdb 900 " + HISTORY;
        assertThat(decision()).startsWith("await a majority");
    }

    @Test
    void ofTwoNodesSeenAtOneAddressTheOneThatAnswersCounts() {
        silent("10.0.0.2", SECOND);
        replica("10.0.0.2", FIRST).downFor(5).answers();
        assertThat(decision()).startsWith("promote 10.0.0.2");
    }

    @Test
    void withAShortPatienceALivingReplicaStillLeads() {
        account = "5 " + HISTORY + " 10.0.0.2 10.0.0.3";
        patience = 1;
        replica("10.0.0.2", FIRST).downFor(5).answers();
        silent("10.0.0.3", SECOND);
        waited = 1;
        assertThat(decision()).startsWith("promote 10.0.0.2");
    }

    @Test
    void halfAnAnswerOfANewOwnerIsNoNews() {
        answers.append("peer 10.0.0.2 ").append(FIRST).append("\nOK\nrole:master\n");
        node(FIRST, "myself,master", "-", "connected", "0-5460");
        node(ME, "slave", FIRST, "connected", "");
        assertThat(decision()).startsWith("wait for 10.0.0.2, which was in sync");
    }

    /**
     * After all pods came back at each other's addresses: it hears of its primary's address from that one alone, which must not wait
     * for it then.
     */
    @Test
    void aReplicaWithoutItsPrimarysAddressAnswersInFull() {
        silent("10.0.0.2", FIRST);
        answers.append("peer 10.0.0.9 \nOK\nrole:master\nmaster_replid:" + HISTORY + "\nmaster_repl_offset:1000\n");
        answers.append("loading:0\n# Keyspace\ndb0:keys=100,expires=0\n");
        node(FIRST, "myself,slave", ME, "connected", "");
        assertThat(decision()).startsWith("serve");
        disk = "rdb 900 " + HISTORY;
        assertThat(decision()).startsWith("promote 10.0.0.9 0 a replica whose copy reaches further");
        disk = "rdb 1000 " + HISTORY;
        assertThat(decision()).startsWith("serve");
    }

    /** It was asked while it changed: it says nothing of its link. */
    @Test
    void whoeverIsAPrimaryByOneWordAndAReplicaByAnotherDoesNotCountAsLiving() {
        answers.append("peer 10.0.0.2 ").append(FIRST);
        answers.append("\nOK\nrole:master\nloading:0\n# Keyspace\ndb0:keys=100,expires=0\n");
        node(FIRST, "myself,slave", ME, "connected", "");
        assertThat(decision()).startsWith("serve");
    }

    /** It may have been in sync at another address, and to load ends. */
    @Test
    void whoeverLoadsIsWaitedForAlsoWhereAnotherOneReachesFurther() {
        disk = "none";
        account = "- " + HISTORY + " 10.0.0.9";
        answers.append("peer 10.0.0.3 \nOK\nrole:slave\nloading:1\n");
        replica("10.0.0.2", FIRST).startedAgain().answers();
        assertThat(decision()).startsWith("wait for 10.0.0.3, which is loading");
        waited = 100;
        assertThat(decision()).startsWith("await 10.0.0.3, which is loading");
    }

    @Test
    void twoNodesWithoutAnAddressAreTwo() {
        disk = "none";
        silent("nowhere", FIRST);
        silent("nowhere", SECOND);
        replica("10.0.0.2", FIRST).startedAgain().keys(0).answers();
        assertThat(decision()).isEqualTo("wait for " + SECOND + ", which may hold a copy and does not answer");
    }

    @Test
    void withASnapshotOnDiskAReplicaThatLoadsIsWaitedFor() {
        disk = "rdb 900 " + HISTORY;
        answers.append("peer 10.0.0.2 ").append(FIRST).append("\nOK\nrole:slave\nloading:1\n");
        assertThat(decision()).isEqualTo("wait for 10.0.0.2, which is loading its copy");
        waited = 100;
        assertThat(decision()).isEqualTo("await 10.0.0.2, which is loading its copy");
    }

    @Test
    void aNodeAtAPodsNameThatCannotTellWhatItHoldsIsWaitedFor() {
        disk = "none";
        answers.append("peer 10.0.0.2 \nBUSY a script runs\n");
        assertThat(decision()).isEqualTo("wait for 10.0.0.2, which is there but cannot tell what it holds");
        waited = 100;
        assertThat(decision()).isEqualTo("await 10.0.0.2, which is there but cannot tell what it holds");
    }

    @Test
    void overASnapshotItIsWaitedForInTheEndOnlyIfItWasInSync() {
        disk = "rdb 900 " + HISTORY;
        answers.append("peer 10.0.0.2 \nBUSY a script runs\n");
        waited = 100;
        assertThat(decision()).isEqualTo("await 10.0.0.2, which is there but cannot tell what it holds");
        account = "5 " + HISTORY;
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void ofTwoThatCannotTellTheOneThatWasInSyncCounts() {
        disk = "rdb 900 " + HISTORY;
        answers.append("peer 10.0.0.9 \nBUSY\npeer 10.0.0.2 \nBUSY\npeer 10.0.0.1 \nBUSY\n");
        waited = 100;
        assertThat(decision()).isEqualTo("await 10.0.0.2, which is there but cannot tell what it holds");
    }

    @Test
    void whoeverCannotTellDoesNotHoldUpOneThatReachesFurther() {
        disk = "none";
        answers.append("peer 10.0.0.3 \nBUSY a script runs\n");
        replica("10.0.0.2", FIRST).startedAgain().answers();
        waited = 100;
        assertThat(decision()).startsWith("promote 10.0.0.2");
    }

    @Test
    void halfAnAnswerCountsForNothingBesideAWholeOneOfTheSameNode() {
        disk = "none";
        answers.append("peer 10.0.0.2 \nOK\nrole:slave\nloading:0\n");
        replica("10.0.0.2", FIRST).startedAgain().keys(0).answers();
        answers.append("peer 10.0.0.2 \nOK\nrole:slave\nloading:0\n");
        assertThat(decision()).startsWith("serve");
    }

    /** Nodes of a cluster tell who they are to everybody; what they hold they may be too busy to say. */
    @Test
    void anAnswerWithoutItsKeysIsHalfAnAnswer() {
        disk = "none";
        account = "";
        answers.append("peer 10.0.0.2\nOK\nrole:slave\nloading:0\nBUSY a script runs\n");
        node(FIRST, "myself,slave", ME, "connected", "");
        assertThat(decision()).isEqualTo("wait for 10.0.0.2, which is there but cannot tell what it holds");
    }

    @Test
    void whoeverIsAtAnAddressOfOldIsNotWaitedForWhenItCannotTellWhoItIs() {
        disk = "none";
        answers.append("peer 10.0.0.2 ").append(FIRST).append("\nWRONGPASS\n");
        waited = 100;
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void aReplicaOfThePrimaryBeforeIsAwaitedWhenItHoldsMoreThanTheDisk() {
        account = "";
        disk = "rdb 0 " + HISTORY;
        replica("10.0.0.2", FIRST).following(SECOND).downFor(1).answers();
        waited = 100;
        assertThat(decision()).isEqualTo("await that 10.0.0.2 follows this node, since it holds more than the disk");
        disk = "rdb 1000 " + HISTORY;
        assertThat(decision()).startsWith("serve");
        disk = "aof";
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void aReplicaThatFetchesFromOneThatAnswersIsNotAwaited() {
        disk = "none";
        account = "";
        replica("10.0.0.2", FIRST).following(SECOND).linked().answers();
        waited = 11;
        assertThat(decision()).startsWith("await that 10.0.0.2 follows this node");
        replica("10.0.0.3", SECOND).keys(0).answers();
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void aReplicaOfAnotherShardIsNotAwaited() {
        disk = "none";
        replica("10.0.0.2", FIRST).following(OTHER).downFor(1).answers();
        waited = 100;
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void aReplicaThatFollowsThisNodeIsNotHeldUpForEverByOneThatDoesNot() {
        disk = "none";
        account = "";
        replica("10.0.0.2", FIRST).following(SECOND).downFor(1).answers();
        replica("10.0.0.3", SECOND).downFor(1).answers();
        assertThat(decision()).startsWith("await that 10.0.0.2");
        waited = 11;
        assertThat(decision()).startsWith("promote 10.0.0.3");
    }

    @Test
    void withAppendOnlyFilesNobodyIsWaitedForWhoCannotTellWhatItHolds() {
        answers.append("peer 10.0.0.2 \nBUSY a script runs\n");
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void whereAnotherNodeHasTheSlotsThisOneWaitsForTheNews() {
        answers.append("peer 10.0.0.2 ")
                .append(FIRST)
                .append("\nOK\nrole:master\nloading:0\n# Keyspace\ndb0:keys=100,expires=0\n");
        node(FIRST, "myself,master", "-", "connected", "0-5460");
        node(ME, "slave", FIRST, "connected", "");
        node(OTHER, "master", "-", "connected", "5461-16383");
        assertThat(decision()).isEqualTo("await the news that 10.0.0.2 owns its slots now");
        first = "disk";
        assertThat(decision()).isEqualTo("await the news that 10.0.0.2 owns its slots now");
    }

    @Test
    void halfAnAnswerIsSilence() {
        disk = "none";
        answers.append("peer 10.0.0.2 ").append(FIRST).append("\nOK\nrole:slave\nloading:0\n");
        assertThat(decision()).startsWith("wait for 10.0.0.2, which was in sync");
    }

    @Test
    void aSnapshotThatTellsNoHistoryDoesNotLoseToAReplicaOfAnotherOne() {
        disk = "rdb - -";
        replica("10.0.0.2", FIRST).downFor(86400).history(OLD_HISTORY).answers();
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void aReplicaOfTheLastLifeBeatsOneOfAnOlderHistoryWhateverTheOffsets() {
        disk = "none";
        account = "5 " + HISTORY;
        replica("10.0.0.2", FIRST).downFor(60).offset(10).answers();
        replica("10.0.0.3", SECOND)
                .startedAgain()
                .history(OLD_HISTORY)
                .offset(99999)
                .answers();
        assertThat(decision()).startsWith("promote 10.0.0.2");
    }

    @Test
    void afterARebootOfTheMachineTheAccountAloneDecides() {
        account = "- " + HISTORY + " 10.0.0.2";
        replica("10.0.0.2", FIRST).downFor(600).answers();
        assertThat(decision()).startsWith("promote 10.0.0.2");
    }

    @Test
    void whileAnotherReplicaMayReachFurtherTheFirstOneWaitsTwoSeconds() {
        account = "5 " + HISTORY + " 10.0.0.2 10.0.0.3";
        replica("10.0.0.2", FIRST).downFor(5).answers();
        silent("10.0.0.3", SECOND);
        assertThat(decision()).startsWith("wait for 10.0.0.3");
        waited = 2;
        assertThat(decision()).startsWith("promote 10.0.0.2");
    }

    @Test
    void aReplicaOfSomebodyElseIsNobodyHere() {
        disk = "none";
        answers.append("peer 10.0.0.2\nOK\nrole:slave\nmaster_link_status:up\nmaster_sync_in_progress:0\n")
                .append("loading:0\n# Keyspace\ndb0:keys=100,expires=0\n");
        node(FIRST, "myself,slave", OTHER, "connected", "");
        assertThat(decision()).startsWith("serve");
    }

    @Test
    void aCandidateThatNoMajorityHearsIsNotSentIntoAnElection() {
        replica("10.0.0.2", FIRST)
                .downFor(5)
                .hearing("disconnected", "connected")
                .answers();
        assertThat(decision()).startsWith("await a majority that hears 10.0.0.2");
    }

    @Test
    void withTheVoterOfThisNodeThereIsAMajorityAndAnOrder() {
        replica("10.0.0.2", FIRST)
                .downFor(5)
                .hearing("disconnected", "connected")
                .hearingMe()
                .answers();
        assertThat(decision()).startsWith("promote 10.0.0.2 3 ");
    }

    private String decision() {
        List<String> command = new ArrayList<>(List.of("awk", "-v", "id=" + ME, "-v", "disk=" + disk));
        command.addAll(List.of("-v", "account=" + account, "-v", "waited=" + waited, "-v", "patience=" + patience));
        command.addAll(List.of("-v", "awaited=" + awaited, "-v", "first=" + first));
        command.addAll(List.of("-v", "owners=" + String.join(" ", ME, OTHER, THIRD)));
        command.addAll(List.of(
                "-f", Engine.repository().resolve("node-image/leader.awk").toString()));
        try {
            Process awk = new ProcessBuilder(command).redirectErrorStream(true).start();
            awk.getOutputStream().write(answers.toString().getBytes(UTF_8));
            awk.getOutputStream().close();
            return new String(awk.getInputStream().readAllBytes(), UTF_8).trim();
        } catch (IOException e) {
            throw new IllegalStateException("running " + command, e);
        }
    }

    private void silent(String address, String id) {
        answers.append("peer ").append(address).append(' ').append(id).append('\n');
    }

    private void node(String id, String flags, String primary, String link, String slots) {
        answers.append(id + " 10.0.0.1:6379@16379 " + flags + " " + primary + " 0 0 1 " + link + " " + slots + "\n");
    }

    private Drawn replica(String address, String id) {
        return new Drawn(address, id);
    }

    /** A replica of this node, as it answers. */
    private final class Drawn {
        private final String address;
        private final String id;
        private String history = HISTORY;
        private String link = "down";
        private int down = -1;
        private int syncing = 0;
        private int offset = 1000;
        private int keys = 100;
        private String second = "connected";
        private String third = "connected";
        private String primary = ME;
        private String me = "disconnected";

        Drawn(String address, String id) {
            this.address = address;
            this.id = id;
        }

        Drawn downFor(int seconds) {
            down = seconds;
            return this;
        }

        Drawn linked() {
            link = "up";
            return this;
        }

        Drawn startedAgain() {
            down = -1;
            return this;
        }

        Drawn following(String node) {
            primary = node;
            return this;
        }

        Drawn syncing() {
            syncing = 1;
            return this;
        }

        Drawn offset(int value) {
            offset = value;
            return this;
        }

        Drawn keys(int value) {
            keys = value;
            return this;
        }

        Drawn history(String value) {
            history = value;
            return this;
        }

        Drawn hearing(String secondPrimary, String thirdPrimary) {
            second = secondPrimary;
            third = thirdPrimary;
            return this;
        }

        Drawn hearingMe() {
            me = "connected";
            return this;
        }

        void answers() {
            answers.append("peer " + address + " " + id + "\nOK\nrole:slave\nmaster_link_status:" + link + "\n");
            answers.append("master_sync_in_progress:" + syncing + "\nmaster_link_down_since_seconds:" + down + "\n");
            answers.append("slave_repl_offset:" + offset + "\nmaster_replid:" + history + "\n");
            answers.append("master_replid2:" + "0".repeat(40) + "\nasync_loading:0\nloading:0\n# Keyspace\n"
                    + (keys > 0 ? "db0:keys=" + keys + ",expires=0\n" : ""));
            node(id, "myself,slave", primary, "connected", "");
            node(ME, "master,fail?", "-", me, "0-5460");
            node(OTHER, "master", "-", second, "5461-10922");
            node(THIRD, "master", "-", third, "10923-16383");
        }
    }
}
