package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// kubernetesCommands are the unmodified programs of a Kubernetes release; calling this program by one of the names, or with the
// name as its first argument, is calling that program.
var kubernetesCommands = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllers.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kube-proxy":              proxy.NewProxyCommand,
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
}

func isComponent(name string) bool {
	switch name {
	case "etcd", "coredns", "provisioner":
		return true
	}
	return kubernetesCommands[name] != nil
}

// runComponent becomes the component and does not return.
func runComponent(name string, args []string) {
	os.Args = args
	switch name {
	case "etcd":
		etcdmain.Main(args)
	case "coredns":
		runDNS()
	case "provisioner":
		runProvisioner(args[1:])
	default:
		os.Exit(cli.Run(kubernetesCommands[name]()))
	}
	os.Exit(0)
}

// kubectlCall recognises "kubectl ..." in all the ways to say it: by the program's own name or as a command, with or without our
// --state before it. Everything behind it belongs to kubectl, which parses flags itself.
func kubectlCall(args []string) (state string, rest []string, found bool) {
	state = defaultState()
	if strings.HasSuffix(os.Args[0], "kubectl") {
		return state, args, true
	}
	for len(args) > 0 {
		switch {
		case args[0] == "kubectl":
			return state, args[1:], true
		case args[0] == "--state" && len(args) > 1:
			state, args = args[1], args[2:]
		case strings.HasPrefix(args[0], "--state="):
			state, args = strings.TrimPrefix(args[0], "--state="), args[1:]
		default:
			return "", nil, false
		}
	}
	return "", nil, false
}

// runKubectl becomes kubectl and does not return. "kube kubectl" always means our cluster; the name kubectl honours KUBECONFIG.
func runKubectl(state string, rest []string) {
	calledByName := strings.HasSuffix(os.Args[0], "kubectl")
	if !calledByName || os.Getenv("KUBECONFIG") == "" {
		config := newCluster(state).adminConfig()
		if _, err := os.Stat(config); err != nil && !calledByName {
			fmt.Fprintf(os.Stderr, "kube: there is no cluster in %s: start one with \"kube up\"\n", filepath.Dir(config))
			os.Exit(1)
		}
		_ = os.Setenv("KUBECONFIG", config)
	}
	os.Args = append([]string{"kubectl"}, rest...)
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		kubectlutil.CheckErr(err)
	}
	os.Exit(0)
}
