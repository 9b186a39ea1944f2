package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

func connect(kubeconfig string) (*kubernetes.Clientset, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", kubeconfig, err)
	}
	config.QPS, config.Burst = 200, 400
	return kubernetes.NewForConfig(config)
}

func apiReady(ctx context.Context, api kubernetes.Interface) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if _, err := api.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx); err != nil {
		return fmt.Errorf("the API server does not answer: %w", err)
	}
	return nil
}

// nodeProblem says why pods cannot be scheduled to a node, or nothing.
func nodeProblem(node *core.Node) string {
	for _, condition := range node.Status.Conditions {
		if condition.Type == core.NodeReady && condition.Status != core.ConditionTrue {
			return "not ready: " + condition.Message
		}
	}
	for _, taint := range node.Spec.Taints {
		if strings.HasPrefix(taint.Key, "node.kubernetes.io/") && taint.Key != core.TaintNodeUnschedulable {
			return "tainted " + taint.Key
		}
	}
	if len(node.Status.Conditions) == 0 {
		return "has not reported yet"
	}
	return ""
}

// nodeProblems has an entry for every node, empty for a good one.
func (c *cluster) nodeProblems(ctx context.Context, api kubernetes.Interface) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	list, err := api.CoreV1().Nodes().List(ctx, meta.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("listing nodes: %w", err)
	}
	problems := map[string]string{}
	for _, n := range c.nodes() {
		problems[n.Name] = "has not registered"
	}
	for i := range list.Items {
		problems[list.Items[i].Name] = nodeProblem(&list.Items[i])
	}
	return problems, nil
}

// nodesReady asks the kubelets as well: what the API says about a node may be older than the node's last death.
func (c *cluster) nodesReady(ctx context.Context, api kubernetes.Interface) error {
	for _, n := range c.nodes() {
		if err := n.kubeletAnswers(); err != nil {
			return err
		}
	}
	problems, err := c.nodeProblems(ctx, api)
	if err != nil {
		return err
	}
	for name, problem := range problems {
		if problem != "" {
			return fmt.Errorf("node %s %s", name, problem)
		}
	}
	return nil
}

func (m machine) kubeletAnswers() error {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(m.ip(), "10250"), time.Second)
	if err != nil {
		return fmt.Errorf("the kubelet of %s does not answer: %w", m.Name, err)
	}
	return conn.Close()
}

// accountsReady tells whether pods can be created: until the controllers have made the default account, they are refused.
func accountsReady(ctx context.Context, api kubernetes.Interface) error {
	_, err := api.CoreV1().ServiceAccounts("default").Get(ctx, "default", meta.GetOptions{})
	return err
}

// dnsReady asks the cluster's DNS for the one name that always exists.
func (c *cluster) dnsReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(c.controlIP(), "53"))
	}}
	found, err := resolver.LookupHost(ctx, "kubernetes.default.svc."+clusterDomain+".")
	if err == nil && (len(found) != 1 || found[0] != c.kubernetesIP()) {
		err = fmt.Errorf("kubernetes.default resolves to %v", found)
	}
	return err
}

// servicesReady connects from the host to the API server by its service address, which the control plane's kube-proxy translates.
func (c *cluster) servicesReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	// Only the way there is looked at; who answers has been checked by the API client.
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(c.kubernetesIP(), "443"))
	if err != nil {
		return err
	}
	return conn.Close()
}

// health looks at every part and returns one line for each.
func (c *cluster) health() (healthy bool, lines []string) {
	healthy = true
	say := func(part, problem, fine string) {
		if problem != "" {
			healthy = false
			fine = "FAILED: " + problem
		}
		lines = append(lines, fmt.Sprintf("%-24s %s", part, fine))
	}
	problemOf := func(err error) string {
		if err != nil {
			return err.Error()
		}
		return ""
	}
	for _, name := range []string{
		"cp-init", "etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "coredns", "provisioner", "cp-kube-proxy",
	} {
		p, alive := c.recorded(name)
		problem := ""
		if !alive {
			problem = "not running"
		}
		say(name, problem, fmt.Sprintf("running, pid %d", p.PID))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	api, err := connect(c.adminConfig())
	if err == nil {
		err = apiReady(ctx, api)
	}
	say("API", problemOf(err), "ready at "+c.apiServerURL())
	problems := map[string]string{}
	if err == nil {
		if problems, err = c.nodeProblems(ctx, api); err == nil {
			say("services", problemOf(c.servicesReady(ctx)), "reachable from the host")
			say("DNS", problemOf(c.dnsReady(ctx)), "answers at "+c.controlIP())
		}
	}
	for _, n := range c.nodes() {
		say("node "+n.Name, n.problem(err, problems[n.Name]), "ready at "+n.ip())
	}
	return healthy, lines
}

// problem says what is wrong with a node, the cause before the consequence.
func (m machine) problem(apiError error, reported string) string {
	if _, alive := m.recorded(m.initName()); !alive {
		return "stopped"
	}
	var dead []string
	for _, component := range []string{"containerd", "kubelet", "kube-proxy"} {
		if _, alive := m.recorded(m.Name + "-" + component); !alive {
			dead = append(dead, component)
		}
	}
	switch {
	case len(dead) > 0:
		return strings.Join(dead, ", ") + " not running"
	case !m.cableIn():
		return "cut off"
	case m.kubeletAnswers() != nil:
		return "its kubelet does not answer"
	case apiError != nil:
		return "unknown, the API does not answer"
	}
	return reported
}

func runStatus(state string) error {
	c, found, err := loadCluster(state)
	if err != nil {
		return err
	}
	if !found {
		return errors.New("there is no cluster in " + c.State)
	}
	healthy, lines := c.health()
	fmt.Println(strings.Join(lines, "\n"))
	if !healthy {
		return quietError{}
	}
	return nil
}
