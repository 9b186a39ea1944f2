package main

import (
	"slices"
	"testing"
)

func TestCgroupHierarchiesAreFoundInTheMountTable(t *testing.T) {
	table := `24 1 254:0 / / rw,relatime - ext4 /dev/vda rw
31 24 0:27 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw
32 31 0:28 / /sys/fs/cgroup/pids rw,relatime shared:3 - cgroup cgroup rw,pids
33 31 0:29 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`
	if roots := cgroupMounts(table); !slices.Equal(roots, []string{"/sys/fs/cgroup/pids", "/sys/fs/cgroup/unified"}) {
		t.Errorf("found %v", roots)
	}
}
