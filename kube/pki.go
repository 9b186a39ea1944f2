package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// identity is a certificate and its key, both in PEM.
type identity struct{ Cert, Key string }

// authority signs the certificates of one cluster. Its key is never written down: what needs a certificate gets it when the cluster
// is made.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	PEM  string
}

func pemBlock(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func newKey() (*ecdsa.PrivateKey, string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, "", err
	}
	der, err := x509.MarshalECPrivateKey(key)
	return key, pemBlock("EC PRIVATE KEY", der), err
}

func certificateTemplate(subject pkix.Name) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      subject,
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().AddDate(10, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}, err
}

func newAuthority() (*authority, error) {
	key, _, err := newKey()
	if err != nil {
		return nil, err
	}
	cert, err := certificateTemplate(pkix.Name{CommonName: "slotkeeper-kube"})
	if err != nil {
		return nil, err
	}
	cert.IsCA, cert.BasicConstraintsValid = true, true
	cert.KeyUsage |= x509.KeyUsageCertSign
	cert.ExtKeyUsage = nil
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err = x509.ParseCertificate(der)
	return &authority{cert: cert, key: key, PEM: pemBlock("CERTIFICATE", der)}, err
}

// issue makes a certificate for a user of the API, who is also a server if hosts are given.
func (a *authority) issue(user, group string, hosts ...string) (identity, error) {
	key, keyPEM, err := newKey()
	if err != nil {
		return identity{}, err
	}
	subject := pkix.Name{CommonName: user}
	if group != "" {
		subject.Organization = []string{group}
	}
	cert, err := certificateTemplate(subject)
	if err != nil {
		return identity{}, err
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			cert.IPAddresses = append(cert.IPAddresses, ip)
		} else {
			cert.DNSNames = append(cert.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, a.cert, &key.PublicKey, a.key)
	return identity{Cert: pemBlock("CERTIFICATE", der), Key: keyPEM}, err
}

// kubeconfig carries the certificates inside, so that the file can be copied and read by any client.
func (c *cluster) kubeconfig(caPEM string, who identity) string {
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- name: kube
  cluster:
    server: %s
    certificate-authority-data: %s
users:
- name: user
  user:
    client-certificate-data: %s
    client-key-data: %s
contexts:
- name: kube
  context:
    cluster: kube
    user: user
current-context: kube
`, c.apiServerURL(), encode(caPEM), encode(who.Cert), encode(who.Key))
}

// ensurePKI writes all keys, certificates and kubeconfigs once in a cluster's life. admin.conf comes last: it is there when all
// others are.
func (c *cluster) ensurePKI() error {
	if _, err := os.Stat(c.adminConfig()); err == nil {
		return nil
	}
	ca, err := newAuthority()
	if err != nil {
		return fmt.Errorf("making the certificate authority: %w", err)
	}
	files := map[string]string{c.path("pki", "ca.crt"): ca.PEM}
	pair := func(name, user, group string, hosts ...string) identity {
		id, failed := ca.issue(user, group, hosts...)
		if failed != nil {
			err = failed
		}
		files[c.path("pki", name+".crt")], files[c.path("pki", name+".key")] = id.Cert, id.Key
		return id
	}
	config := func(name, user, group string, hosts ...string) string {
		return c.kubeconfig(ca.PEM, pair(name, user, group, hosts...))
	}
	pair("apiserver", "kube-apiserver", "", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
		"kubernetes.default.svc."+clusterDomain, "localhost", "127.0.0.1", c.controlIP(), c.kubernetesIP())
	pair("kubelet-client", "kube-apiserver", "system:masters")
	pair("service-accounts", "service-accounts", "")
	for name, user := range map[string]string{
		"kube-controller-manager": "system:kube-controller-manager",
		"kube-scheduler":          "system:kube-scheduler",
		"kube-proxy":              "system:kube-proxy",
	} {
		files[c.componentConfig(name)] = config(name, user, "")
	}
	for _, name := range []string{"coredns", "provisioner"} {
		files[c.componentConfig(name)] = config(name, "slotkeeper-kube:"+name, "system:masters")
	}
	for _, n := range c.nodes() {
		files[c.componentConfig(n.Name)] = config(n.Name, "system:node:"+n.Name, "system:nodes", n.Name, n.ip())
	}
	admin := config("admin", "admin", "system:masters")
	if err != nil {
		return fmt.Errorf("making certificates: %w", err)
	}
	for path, content := range files {
		if err := writeFile(path, content); err != nil {
			return fmt.Errorf("writing certificates: %w", err)
		}
	}
	return writeFile(c.adminConfig(), admin)
}

func (c *cluster) componentConfig(name string) string { return c.path("pki", name+".conf") }
