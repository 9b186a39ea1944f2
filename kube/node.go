package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/vishvananda/netlink"
)

// start brings a node up as far as it is not up. Its order is the order of dependence: namespaces, network, containerd, the rest.
func (m machine) start() error {
	if err := m.ensureMachine(); err != nil {
		return err
	}
	if err := m.startContainerd(); err != nil {
		return err
	}
	return m.startKubelet()
}

// ensureMachine makes the namespaces and the network of a machine; if the machine had died, what is left of it goes first.
func (m machine) ensureMachine() error {
	if _, ok := m.recorded(m.initName()); !ok {
		if err := m.clearRemains(); err != nil {
			return err
		}
	}
	if err := m.ensureNamespaces(); err != nil {
		return err
	}
	return m.ensureNetwork()
}

// clearRemains takes away what a dead machine had outside of its namespaces: its network link, which the kernel would remove a little
// later, and the cgroups of its pods, which the next kubelet would take for running ones.
func (m machine) clearRemains() error {
	if link, err := netlink.LinkByName(m.link()); err == nil && link.Attrs().Alias == m.mark() {
		if err := netlink.LinkDel(link); err != nil && !errors.Is(err, syscall.ENODEV) {
			return fmt.Errorf("removing the network link of %s: %w", m.Name, err)
		}
	}
	if m.Index == 0 {
		return nil
	}
	group := m.cgroupName() + "/" + m.Name
	if err := killCgroup(group, endLimit); err != nil {
		return err
	}
	if err := removeCgroup(group, endLimit); err != nil {
		return fmt.Errorf("removing the cgroup of the dead node %s: %w", m.Name, err)
	}
	return m.ensureCgroups()
}

func (m machine) socket() string { return m.dir("containerd.sock") }

// startContainerd gives the node a container runtime of its own: kubelets that share one remove each other's pods.
func (m machine) startContainerd() error {
	if _, ok := m.recorded(m.Name + "-containerd"); ok {
		return nil
	}
	// Running containers are remembered in /run, which a reboot empties; images and their layers stay in the state folder.
	if err := writeFile(m.dir("containerd.toml"), fmt.Sprintf(`version = 2
root = %q
state = "/run/containerd"
[grpc]
  address = %q
[plugins."io.containerd.internal.v1.opt"]
  path = "/run/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = %q
  # Some virtual machines do not permit to lower it, and runc gives up.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = %q
    conf_dir = %q
`, m.dir("containerd"), m.socket(), pauseImage, cniPlugins, m.dir("cni"))); err != nil {
		return err
	}
	// A cable for each pod and no bridge between them: what every pod must know of every other one on a bridge is kept in a table of
	// 1,024 lines that all namespaces of the machine share, and some sixty pods of one cluster fill it.
	if err := writeFile(m.dir("cni", "10-pods.conflist"), fmt.Sprintf(`{
  "cniVersion": "1.0.0", "name": "pods",
  "plugins": [
    {"type": "ptp",
     "ipam": {"type": "host-local", "dataDir": "/run/cni-addresses", "ranges": [[{"subnet": %q}]], "routes": [{"dst": "0.0.0.0/0"}]}},
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
`, m.podsOf(m.Index))); err != nil {
		return err
	}
	_ = os.Remove(m.socket())
	if err := m.run(m.Name+"-containerd", "containerd", "--config", m.dir("containerd.toml"), "--log-level", "warn"); err != nil {
		return err
	}
	if err := m.waitForContainerd(); err != nil {
		return err
	}
	return m.load(m.pauseArchive())
}

// startKubelet starts the kubelet and kube-proxy.
func (m machine) startKubelet() error {
	if err := writeFile(m.dir("kubelet.yaml"), fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: %[1]s
authentication: {anonymous: {enabled: false}, x509: {clientCAFile: %[2]q}, webhook: {enabled: true}}
authorization: {mode: Webhook}
tlsCertFile: %[3]q
tlsPrivateKeyFile: %[4]q
clusterDNS: [%[5]q]
clusterDomain: %[6]s
resolvConf: ""
podCIDR: %[7]s
containerRuntimeEndpoint: "unix://%[8]s"
podLogsDir: /var/log/pods
volumePluginDir: /run/volume-plugins
cgroupDriver: cgroupfs
cgroupRoot: %[9]q
failCgroupV1: false
failSwapOn: false
# The disk is the host's and shared with everything else on it.
evictionHard: {memory.available: 100Mi, nodefs.available: 1%%, nodefs.inodesFree: 1%%, imagefs.available: 1%%}
imageGCHighThresholdPercent: 100
serializeImagePulls: false
registryPullQPS: 0
eventRecordQPS: 0
kubeAPIQPS: 300
kubeAPIBurst: 600
nodeStatusUpdateFrequency: 4s
# Tests kill the same container many times; by default it would soon wait for minutes. A kubelet that finds a container in its
# back-off looks again after 10 to 15 s only: with 5 s here a restart takes 14 s, with 1 s it takes one or two.
featureGates: {KubeletCrashLoopBackOffMax: true}
crashLoopBackOff: {maxContainerRestartPeriod: 1s}
`, m.ip(), m.path("pki", "ca.crt"), m.path("pki", m.Name+".crt"), m.path("pki", m.Name+".key"), m.controlIP(), clusterDomain,
		m.podsOf(m.Index), m.socket(), "/"+m.cgroupName()+"/"+m.Name)); err != nil {
		return err
	}
	if err := m.run(m.Name+"-kubelet", "kubelet", "--config="+m.dir("kubelet.yaml"),
		"--kubeconfig="+m.componentConfig(m.Name), "--hostname-override="+m.Name, "--node-ip="+m.ip(), "--root-dir="+m.dir("kubelet"),
		fmt.Sprintf("--node-labels=%s=z%d", zoneLabel, m.Index)); err != nil {
		return err
	}
	return m.runProxy(m.Name)
}

// runNode carries out "kube node NAME ACTION".
func runNode(state, name, action string, command []string) error {
	c, err := runningCluster(state)
	if err != nil {
		return err
	}
	var m machine
	for _, n := range c.nodes() {
		if n.Name == name {
			m = n
		}
	}
	if m.cluster == nil {
		return fmt.Errorf("there is no node %q: the cluster has n1 to n%d", name, c.Nodes)
	}
	if action == "exec" {
		return m.exec(command)
	}
	if len(command) > 0 {
		return fmt.Errorf("%q takes nothing after it", action)
	}
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	switch action {
	case "cut":
		return m.setCable(false)
	case "heal":
		return m.setCable(true)
	case "stop":
		first, ok := m.recorded(m.initName())
		if !ok {
			return fmt.Errorf("node %s is not running", name)
		}
		first.kill()
		if err := first.waitForEnd(endLimit); err != nil {
			return fmt.Errorf("stopping %s: %w", name, err)
		}
		return m.clearRemains()
	case "start":
		if err := c.ensureCgroups(); err != nil {
			return err
		}
		return m.start()
	}
	return fmt.Errorf("unknown action %q: a node can be cut, healed (heal), stopped (stop), started (start) or entered (exec)", action)
}

// exec runs a command in the node's namespaces with our own input and output.
func (m machine) exec(command []string) error {
	if len(command) == 0 {
		return errors.New("exec needs a command: kube node " + m.Name + " exec -- ip route")
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := m.enter(cmd.Start); err != nil {
		return fmt.Errorf("running %q on %s: %w", strings.Join(command, " "), m.Name, err)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%q on %s: %w", strings.Join(command, " "), m.Name, err)
	}
	return nil
}
