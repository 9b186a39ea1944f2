package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sort"
	"strings"
)

const cniPlugins = "/usr/lib/cni"

// neededPrograms says which Debian package brings what the cluster calls.
var neededPrograms = map[string]string{
	"containerd":            "containerd",
	"ctr":                   "containerd",
	"runc":                  "runc",
	"iptables":              "iptables",
	"mount":                 "mount",
	cniPlugins + "/ptp":     "containernetworking-plugins",
	cniPlugins + "/portmap": "containernetworking-plugins",
}

func missingPackages() []string {
	missing := map[string]bool{}
	for program, pack := range neededPrograms {
		if _, err := exec.LookPath(program); err != nil {
			missing[pack] = true
		}
	}
	var names []string
	for name := range missing {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func requireRoot() error {
	if os.Geteuid() != 0 {
		return errors.New("this needs root: nodes are network, mount and process namespaces")
	}
	return nil
}

// ensurePackages installs what is missing with apt-get.
func ensurePackages() error {
	missing := missingPackages()
	if len(missing) == 0 {
		return nil
	}
	list := strings.Join(missing, " ")
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("these packages are missing, and there is no apt-get to install them with: %s", list)
	}
	fmt.Printf("installing %s\n", list)
	install := append([]string{"install", "--yes", "--no-install-recommends"}, missing...)
	for _, args := range [][]string{{"update"}, install} {
		cmd := exec.Command("apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("the packages %s could not be installed: apt-get %s: %w\n%s", list, args[0], err, out)
		}
	}
	if left := missingPackages(); len(left) > 0 {
		return fmt.Errorf("installing %s did not bring the programs that are needed", strings.Join(left, " "))
	}
	return nil
}
