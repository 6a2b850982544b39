package server

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookAgainAfter is how often at most the certificate files are looked at.
const lookAgainAfter = time.Second

// certificate is a certificate from files, read again when they change. A change that cannot be read leaves the old
// one in use.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	lock    sync.Mutex
	current *tls.Certificate
	stamp   [2]time.Time
	looked  time.Time
}

func newCertificate(certFile, keyFile string, log *slog.Logger) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, log: log}
	stamp, err := c.stamps()
	if err != nil {
		return nil, err
	}
	return c, c.load(stamp)
}

func (c *certificate) load(stamp [2]time.Time) error {
	loaded, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("load the TLS certificate: %w", err)
	}
	c.current, c.stamp = &loaded, stamp
	return nil
}

// stamps gives when the two files were last written.
func (c *certificate) stamps() ([2]time.Time, error) {
	var stamp [2]time.Time
	for i, file := range [...]string{c.certFile, c.keyFile} {
		info, err := os.Stat(file)
		if err != nil {
			return stamp, fmt.Errorf("look at the TLS certificate: %w", err)
		}
		stamp[i] = info.ModTime()
	}
	return stamp, nil
}

// get gives the certificate of a handshake.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if time.Since(c.looked) < lookAgainAfter {
		return c.current, nil
	}
	c.looked = time.Now()
	stamp, err := c.stamps()
	if err == nil && stamp != c.stamp {
		err = c.load(stamp)
		if err == nil {
			c.log.Info("the TLS certificate was read again")
		}
	}
	if err != nil {
		c.log.Error("the TLS certificate could not be read again; the old one stays in use", "error", err)
	}
	return c.current, nil
}
