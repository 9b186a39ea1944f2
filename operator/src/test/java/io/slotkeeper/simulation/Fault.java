package io.slotkeeper.simulation;

/** What can go wrong. Each kind must really happen in a run, or the run proves nothing about it. */
enum Fault {
    /** A process dies and is started again at once; what was not on a disk is gone. */
    PROCESS_DIES,
    /** It is started again only when everybody has noticed. */
    PROCESS_STAYS_DOWN,
    /** A process does not answer anybody for a while, and then goes on as if nothing had been. */
    PROCESS_HANGS,
    /** A pod is deleted in good order. */
    POD_IS_DELETED,
    /** The machine under a pod is gone. */
    MACHINE_IS_LOST,
    /** A machine is lost and may come back: Kubernetes wants its pod gone, and waits for a word from there. */
    MACHINE_IS_SILENT,
    /** Nothing new is to come to a machine, and what is there is to leave. */
    MACHINE_IS_CORDONED,
    /** A pod is taken for gone, as somebody does whose machine is silent, while its process lives on. */
    POD_IS_FORSAKEN,
    /** All pods at once, in good order or not: nobody finds anybody any more. */
    ALL_PODS_ARE_GONE,
    /** A pod and its disk are gone. */
    DISK_IS_LOST,
    /** A pod is gone, and its disk is on a machine that is lost for a while. */
    DISK_IS_STRANDED,
    /** No machine has room for a pod. */
    NO_ROOM,
    /** An image that cannot be pulled; the mended template only counts for new pods. */
    WRONG_IMAGE,
    /** The network between some nodes is cut. */
    NETWORK_IS_CUT,
    /** The operator does not reach some nodes. */
    OPERATOR_IS_CUT_OFF,
    /** Something between the operator and some nodes refuses for them, although they live. */
    OPERATOR_IS_REJECTED,
    /** A node does not take our password for a while. */
    SEEMS_FOREIGN,
    /** A replica falls behind. */
    REPLICATION_IS_SLOW,
    /** Another cluster's pod is given an address that was ours. */
    STRANGER_TAKES_ADDRESS,
    /** Killed between any two words of a plan. */
    OPERATOR_DIES,
    /** Two operators for a while: one acts on what it saw some time ago. */
    TWO_OPERATORS,
    /** The user wants another timeout, coverage, or one replica more. */
    WISH_CHANGES,
    /** The RedisCluster is deleted and created again; disks that are kept are found again. */
    CREATED_ANEW,
    /** A pod is given a disk from before the RedisCluster was created again: with slots, and among nodes that nobody knows. */
    OLD_DISK_IS_FOUND
}
