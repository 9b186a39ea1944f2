package main

import (
	"strings"
	"testing"
)

func TestMissingPackagesAreNamedWhereNothingCanInstallThem(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := ensurePackages()
	if err == nil {
		t.Fatal("nothing was said")
	}
	for _, word := range []string{"containerd", "iptables", "runc", "no apt-get"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q is not in %q", word, err)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than a sentence: %q", err)
	}
}
