package mail

import "crypto/x509"

// Trust has a sender accept the certificates that pool vouches for.
func Trust(s *SMTP, pool *x509.CertPool) { s.config.RootCAs = pool }
