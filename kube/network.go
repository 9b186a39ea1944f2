package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// The network, for cluster 0:
//
//	host      bridge sk0 172.30.0.1/24, one port per machine
//	cp, n1..  eth0 172.30.0.2, 172.30.0.11 ...; pods of node 1 are 10.200.1.0/24
//
// Every pod has a cable to its machine, and every machine a route to every node's pods, so the host and all pods reach each other
// directly. The host reaches services through the control plane, whose kube-proxy translates them. Nothing leads out: machines have
// no default route, the host does not forward what comes from the bridge, and addresses of pods and services that nobody has end in a
// blackhole.

// routeProtocol marks our routes and rules in the kernel's tables, where a name is not possible.
const routeProtocol = 183

const rulePriority = 1830

// serviceLink is a bridge without ports: a connection to a service needs some route to begin with, and is translated before it would
// take it. What is not translated ends there.
const serviceLink = "services"

func ipNet(cidr string) *net.IPNet {
	_, n, err := net.ParseCIDR(cidr)
	if err != nil {
		panic(err)
	}
	return n
}

func address(ip string) *netlink.Addr {
	return &netlink.Addr{IPNet: &net.IPNet{IP: net.ParseIP(ip).To4(), Mask: net.CIDRMask(24, 32)}}
}

func replaceRoutes(routes ...*netlink.Route) error {
	for _, r := range routes {
		r.Protocol = routeProtocol
		if err := netlink.RouteReplace(r); err != nil {
			return fmt.Errorf("setting the route %s: %w", r.Dst, err)
		}
	}
	return nil
}

func blackhole(cidr string) *netlink.Route {
	return &netlink.Route{Dst: ipNet(cidr), Type: unix.RTN_BLACKHOLE, Priority: 9999}
}

// blackholes catch what has no better route on the host: without them it would take the default route, out of the machine.
func (c *cluster) blackholes() []*netlink.Route {
	return []*netlink.Route{blackhole(c.machineRange()), blackhole(c.podRange()), blackhole(c.serviceRange())}
}

// blackholeRule drops what the host would forward from the bridge, whatever the host's own routes and ip_forward say. Packets for the
// host itself are delivered before any rule is asked.
func (c *cluster) blackholeRule() *netlink.Rule {
	rule := netlink.NewRule()
	rule.IifName = c.bridge()
	rule.Priority = rulePriority + c.Number
	rule.Type = unix.FR_ACT_BLACKHOLE
	rule.Protocol = routeProtocol
	rule.Family = netlink.FAMILY_V4
	return rule
}

// ensureHostNetwork closes the ways out first and opens the ways in last.
func (c *cluster) ensureHostNetwork() error {
	link, err := c.ensureBridge()
	if err != nil {
		return err
	}
	if err := replaceRoutes(c.blackholes()...); err != nil {
		return err
	}
	if err := netlink.RuleAdd(c.blackholeRule()); err != nil && !errors.Is(err, syscall.EEXIST) {
		return fmt.Errorf("adding the rule that keeps packets on this machine: %w", err)
	}
	if err := netlink.AddrReplace(link, address(c.hostIP())); err != nil {
		return fmt.Errorf("giving %s the address %s: %w", c.bridge(), c.hostIP(), err)
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return fmt.Errorf("taking %s up: %w", c.bridge(), err)
	}
	routes := []*netlink.Route{{Dst: ipNet(c.serviceRange()), Gw: net.ParseIP(c.controlIP()), LinkIndex: link.Attrs().Index}}
	return replaceRoutes(append(routes, c.podRoutes(link, 0)...)...)
}

// ensureBridge makes the bridge under a name that only this state folder can have, and gives it its real name when it carries our mark.
// So no kill leaves a bridge that nobody knows, and of two clusters with one number only one gets the name.
func (c *cluster) ensureBridge() (netlink.Link, error) {
	link, err := netlink.LinkByName(c.bridge())
	switch {
	case err == nil && link.Attrs().Alias == c.mark():
		return link, nil
	case err == nil:
		return nil, c.numberTaken(link.Attrs().Alias)
	case !isNotFound(err):
		return nil, fmt.Errorf("looking for the network link %s: %w", c.bridge(), err)
	}
	if err := c.checkRangesFree(); err != nil {
		return nil, err
	}
	if err := netlink.LinkAdd(&netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: c.unclaimedBridge()}}); err != nil {
		return nil, fmt.Errorf("adding the bridge %s: %w", c.bridge(), err)
	}
	if link, err = netlink.LinkByName(c.unclaimedBridge()); err != nil {
		return nil, fmt.Errorf("looking for the new bridge: %w", err)
	}
	if err := netlink.LinkSetAlias(link, c.mark()); err != nil {
		return nil, fmt.Errorf("marking the bridge %s: %w", c.bridge(), err)
	}
	err = netlink.LinkSetName(link, c.bridge())
	if errors.Is(err, syscall.EEXIST) {
		return nil, c.numberTaken("another cluster, started at the same moment")
	}
	if err != nil {
		return nil, fmt.Errorf("naming the bridge %s: %w", c.bridge(), err)
	}
	return link, nil
}

func (c *cluster) unclaimedBridge() string { return "sk-" + c.id() }

func (c *cluster) numberTaken(alias string) error {
	return fmt.Errorf("the network link %s exists and is not ours (it says %q): remove that cluster, or choose another number with --cluster",
		c.bridge(), alias)
}

// checkRangesFree refuses to hide addresses that this machine already uses for something else.
func (c *cluster) checkRangesFree() error {
	addresses, err := netlink.AddrList(nil, netlink.FAMILY_V4)
	if err != nil {
		return fmt.Errorf("listing the machine's addresses: %w", err)
	}
	for _, ours := range []string{c.machineRange(), c.podRange(), c.serviceRange()} {
		for _, a := range addresses {
			if ipNet(ours).Contains(a.IP) || a.Contains(ipNet(ours).IP) {
				return fmt.Errorf("cluster %d would use %s, but this machine has the address %s: choose another number with --cluster",
					c.Number, ours, a.IPNet)
			}
		}
	}
	return nil
}

// podRoutes lead to the pods of all nodes but one.
func (c *cluster) podRoutes(link netlink.Link, except int) []*netlink.Route {
	var routes []*netlink.Route
	for n := 1; n <= c.Nodes; n++ {
		if n != except {
			routes = append(routes, &netlink.Route{Dst: ipNet(c.podsOf(n)), Gw: net.ParseIP(c.nodeIP(n)), LinkIndex: link.Attrs().Index})
		}
	}
	return routes
}

// ensureNetwork plugs the machine into the bridge.
func (m machine) ensureNetwork() error {
	bridge, err := netlink.LinkByName(m.bridge())
	if err != nil {
		return fmt.Errorf("looking for the bridge %s: %w", m.bridge(), err)
	}
	if _, err := netlink.LinkByName(m.link()); isNotFound(err) {
		first, _ := m.recorded(m.initName())
		attributes := netlink.LinkAttrs{Name: m.link(), MasterIndex: bridge.Attrs().Index}
		veth := &netlink.Veth{
			LinkAttrs: attributes, PeerName: "eth0", PeerNamespace: netlink.NsPid(first.PID), PeerHardwareAddr: m.hardwareAddress(),
		}
		if err := netlink.LinkAdd(veth); err != nil {
			return fmt.Errorf("adding the network link of %s: %w", m.Name, err)
		}
	} else if err != nil {
		return fmt.Errorf("looking for the network link of %s: %w", m.Name, err)
	}
	// Inside first: when the link comes up, the machine already has nowhere else to send packets to.
	if err := m.enter(m.configureNetwork); err != nil {
		return fmt.Errorf("configuring the network of %s: %w", m.Name, err)
	}
	return m.setCable(true)
}

// hardwareAddress stays the same when a machine dies and comes back: its neighbours go on using the one they know for a minute.
func (m machine) hardwareAddress() net.HardwareAddr {
	return append(net.HardwareAddr{0x02, 0x00}, net.ParseIP(m.ip()).To4()...)
}

// configureNetwork runs inside the machine.
func (m machine) configureNetwork() error {
	for _, setting := range []string{"ip_forward", "conf/all/route_localnet"} {
		if err := os.WriteFile("/proc/sys/net/ipv4/"+setting, []byte("1"), 0); err != nil {
			return fmt.Errorf("allowing the machine to forward packets: %w", err)
		}
	}
	if _, err := netlink.LinkByName(serviceLink); isNotFound(err) {
		if err := netlink.LinkAdd(&netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: serviceLink}}); err != nil {
			return fmt.Errorf("adding the link %s: %w", serviceLink, err)
		}
	}
	links := map[string]netlink.Link{}
	for _, name := range []string{"lo", "eth0", serviceLink} {
		link, err := netlink.LinkByName(name)
		if err != nil {
			return fmt.Errorf("looking for the link %s: %w", name, err)
		}
		links[name] = link
	}
	if err := netlink.AddrReplace(links["eth0"], address(m.ip())); err != nil {
		return fmt.Errorf("giving eth0 the address %s: %w", m.ip(), err)
	}
	for name, link := range links {
		if err := netlink.LinkSetUp(link); err != nil {
			return fmt.Errorf("taking %s up: %w", name, err)
		}
	}
	nowhere := &netlink.Route{Dst: ipNet("0.0.0.0/0"), Type: unix.RTN_UNREACHABLE, Priority: 9999}
	services := &netlink.Route{
		Dst: ipNet(m.serviceRange()), LinkIndex: links[serviceLink].Attrs().Index, Src: net.ParseIP(m.ip()), Scope: netlink.SCOPE_LINK,
	}
	if err := replaceRoutes(nowhere, blackhole(m.podRange()), services); err != nil {
		return err
	}
	return replaceRoutes(m.podRoutes(links["eth0"], m.Index)...)
}

// setCable plugs or pulls the machine's cable at the bridge: the machine sees its link without a carrier, its addresses and routes
// stay.
func (m machine) setCable(in bool) error {
	link, err := netlink.LinkByName(m.link())
	if err != nil {
		return fmt.Errorf("looking for the network link of %s: %w", m.Name, err)
	}
	if err := netlink.LinkSetAlias(link, m.mark()); err != nil {
		return fmt.Errorf("marking the network link of %s: %w", m.Name, err)
	}
	change := netlink.LinkSetDown
	if in {
		change = netlink.LinkSetUp
	}
	if err := change(link); err != nil {
		return fmt.Errorf("changing the network link of %s: %w", m.Name, err)
	}
	return nil
}

func (m machine) cableIn() bool {
	link, err := netlink.LinkByName(m.link())
	return err == nil && link.Attrs().Flags&net.FlagUp != 0
}

// removeLinks removes the links that carry our mark. One that a killed "up" had no time to mark goes with the machine it leads to.
func (c *cluster) removeLinks() error {
	links, err := netlink.LinkList()
	if err != nil {
		return fmt.Errorf("listing network links: %w", err)
	}
	for _, link := range links {
		if link.Attrs().Alias != c.mark() && link.Attrs().Name != c.unclaimedBridge() {
			continue
		}
		// A link may vanish under our hands: the kernel removes both ends when a machine's namespace goes.
		if err := netlink.LinkDel(link); err != nil && !isNotFound(err) && !errors.Is(err, syscall.ENODEV) {
			return fmt.Errorf("removing the network link %s: %w", link.Attrs().Name, err)
		}
	}
	return nil
}

// removeRoutes comes last of all: until then packets for pods and services stay on this machine. It leaves routes alone while another
// cluster has taken over the number.
func (c *cluster) removeRoutes() error {
	if _, err := netlink.LinkByName(c.bridge()); err == nil {
		return nil
	}
	if err := netlink.RuleDel(c.blackholeRule()); err != nil && !errors.Is(err, syscall.ENOENT) {
		return fmt.Errorf("removing the rule for %s: %w", c.bridge(), err)
	}
	for _, r := range c.blackholes() {
		r.Protocol = routeProtocol
		if err := netlink.RouteDel(r); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("removing the route %s: %w", r.Dst, err)
		}
	}
	return nil
}

func isNotFound(err error) bool {
	var notFound netlink.LinkNotFoundError
	return errors.As(err, &notFound)
}
