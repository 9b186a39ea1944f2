package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAStateFolderHasOneNameWhateverPathLeadsToIt(t *testing.T) {
	real := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	a, b := newCluster(filepath.Join(real, "state")), newCluster(filepath.Join(link, "state"))
	if a.cgroupName() != b.cgroupName() || a.mark() != b.mark() {
		t.Errorf("%s and %s are taken for two clusters", a.State, b.State)
	}
	if other := newCluster(filepath.Join(real, "other")); other.cgroupName() == a.cgroupName() {
		t.Error("two state folders share a cgroup")
	}
}

func TestClustersSideBySideShareNoAddress(t *testing.T) {
	seen := map[string]int{}
	for number := 0; number <= 9; number++ {
		c := cluster{Number: number}
		for _, cidr := range []string{c.podRange(), c.serviceRange(), c.machineRange()} {
			network := ipNet(cidr).String()
			if other, taken := seen[network]; taken {
				t.Errorf("clusters %d and %d both use %s", other, number, network)
			}
			seen[network] = number
		}
		if !ipNet(c.podRange()).Contains(ipNet(c.podsOf(9)).IP) {
			t.Errorf("the pods of node 9 are outside of %s", c.podRange())
		}
	}
}

func TestLinkNamesFitIntoTheKernelsFifteenLetters(t *testing.T) {
	c := newCluster("/somewhere")
	c.Number, c.Nodes = 9, 9
	names := []string{c.bridge(), c.unclaimedBridge(), serviceLink}
	for _, m := range c.machines() {
		names = append(names, m.link())
	}
	for _, name := range names {
		if len(name) > 15 {
			t.Errorf("%s is too long", name)
		}
	}
}

func TestARecordSurvivesSaving(t *testing.T) {
	c := newCluster(t.TempDir())
	c.Number, c.Nodes, c.Audit, c.Complete = 3, 2, true, true
	if err := c.save(); err != nil {
		t.Fatal(err)
	}
	again, found, err := loadCluster(c.State)
	if err != nil || !found || *again != *c {
		t.Errorf("saved %+v, loaded %+v (found %v, error %v)", c, again, found, err)
	}
}
