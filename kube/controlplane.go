package main

import (
	"fmt"
	"os"
)

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
`

// startAPIServer starts etcd and the API server. etcd listens inside the control plane's namespace only, and need not survive a power
// cut: without waiting for the disk everything is several times as fast.
func (c *cluster) startAPIServer() error {
	cp := c.controlPlane()
	if err := cp.run("etcd", "etcd", "--data-dir="+cp.dir("etcd"),
		"--listen-client-urls=http://127.0.0.1:2379", "--advertise-client-urls=http://127.0.0.1:2379",
		"--listen-peer-urls=http://127.0.0.1:2380", "--unsafe-no-fsync", "--log-level=warn"); err != nil {
		return err
	}
	args := []string{"kube-apiserver",
		"--etcd-servers=http://127.0.0.1:2379",
		"--bind-address=0.0.0.0", "--secure-port=6443", "--advertise-address=" + c.controlIP(),
		"--service-cluster-ip-range=" + c.serviceRange(),
		"--client-ca-file=" + c.path("pki", "ca.crt"),
		"--tls-cert-file=" + c.path("pki", "apiserver.crt"), "--tls-private-key-file=" + c.path("pki", "apiserver.key"),
		"--service-account-key-file=" + c.path("pki", "service-accounts.crt"),
		"--service-account-signing-key-file=" + c.path("pki", "service-accounts.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--kubelet-client-certificate=" + c.path("pki", "kubelet-client.crt"),
		"--kubelet-client-key=" + c.path("pki", "kubelet-client.key"),
		"--kubelet-certificate-authority=" + c.path("pki", "ca.crt"),
		// Node names are not in any DNS that the API server asks: logs and exec go to addresses.
		"--kubelet-preferred-address-types=InternalIP",
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--allow-privileged",
	}
	if c.Audit {
		if err := writeFile(cp.dir("audit-policy.yaml"), auditPolicy); err != nil {
			return err
		}
		args = append(args, "--audit-policy-file="+cp.dir("audit-policy.yaml"), "--audit-log-path="+c.path("audit.log"),
			"--audit-log-maxsize=2000")
	}
	return cp.run("kube-apiserver", args...)
}

// startControllers starts what works through the API server. All of these retry or wait, so their order does not matter; the
// controller manager gives up early, which is why the API server has to answer first.
func (c *cluster) startControllers() error {
	cp := c.controlPlane()
	if err := cp.run("kube-controller-manager", "kube-controller-manager",
		"--kubeconfig="+c.componentConfig("kube-controller-manager"),
		"--service-account-private-key-file="+c.path("pki", "service-accounts.key"),
		"--root-ca-file="+c.path("pki", "ca.crt"), "--use-service-account-credentials", "--leader-elect=false",
		"--allocate-node-cidrs=false",
		// A node that stays silent is NotReady after 16 s instead of 50 s: tests wait for it.
		"--node-monitor-grace-period=16s", "--node-monitor-period=2s",
		"--kube-api-qps=300", "--kube-api-burst=600", "--concurrent-statefulset-syncs=20"); err != nil {
		return err
	}
	// An unschedulable pod is tried again after two seconds at most: a test that frees its place should not wait for a back-off.
	if err := writeFile(cp.dir("scheduler.yaml"), fmt.Sprintf(`apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection: {kubeconfig: %q, qps: 300, burst: 600}
leaderElection: {leaderElect: false}
podInitialBackoffSeconds: 1
podMaxBackoffSeconds: 2
`, c.componentConfig("kube-scheduler"))); err != nil {
		return err
	}
	if err := cp.run("kube-scheduler", "kube-scheduler", "--config="+cp.dir("scheduler.yaml")); err != nil {
		return err
	}
	if err := writeFile(cp.dir("Corefile"), fmt.Sprintf(`.:53 {
  errors
  cache 2
  kubernetes %s in-addr.arpa {
    kubeconfig %s
    ttl 2
  }
}
`, clusterDomain, c.componentConfig("coredns"))); err != nil {
		return err
	}
	if err := cp.run("coredns", "coredns", "-conf", cp.dir("Corefile")); err != nil {
		return err
	}
	if err := os.MkdirAll(c.volumesFolder(), 0o755); err != nil {
		return err
	}
	if err := cp.run("provisioner", "provisioner", c.componentConfig("provisioner"), c.volumesFolder()); err != nil {
		return err
	}
	// kube-proxy waits for the node it works for; the control plane is none, so it borrows the first node's name.
	return cp.runProxy(c.node(1).Name)
}

func (m machine) runProxy(nodeName string) error {
	return m.run(m.Name+"-kube-proxy", "kube-proxy", "--kubeconfig="+m.componentConfig("kube-proxy"),
		"--proxy-mode=iptables", "--cluster-cidr="+m.podRange(), "--hostname-override="+nodeName,
		"--iptables-min-sync-period=200ms",
		// Connection tracking limits belong to the host.
		"--conntrack-max-per-core=0", "--conntrack-tcp-timeout-established=0", "--conntrack-tcp-timeout-close-wait=0",
		"--healthz-bind-address="+m.ip()+":10256", "--metrics-bind-address=127.0.0.1:10249")
}
