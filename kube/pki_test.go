package main

import (
	"crypto/x509"
	"encoding/pem"
	"testing"
)

func TestCertificatesAreTrustedForTheirHostsOnly(t *testing.T) {
	ca, err := newAuthority()
	if err != nil {
		t.Fatal(err)
	}
	server, err := ca.issue("server", "", "example", "10.1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM([]byte(ca.PEM)) {
		t.Fatal("the authority's certificate cannot be read")
	}
	block, _ := pem.Decode([]byte(server.Cert))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	for host, good := range map[string]bool{"example": true, "10.1.2.3": true, "elsewhere": false} {
		if _, err := cert.Verify(x509.VerifyOptions{Roots: trusted, DNSName: host}); (err == nil) != good {
			t.Errorf("%s: %v", host, err)
		}
	}
}
