package smsgateway

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"sync"
	"syscall"
)

// newTransport makes the connections of an HTTP gateway: HTTP/1.1, with nothing from the environment. Redirects are not
// followed, because nothing above a transport is used.
func newTransport(s HTTPSettings) (*http.Transport, error) {
	security, err := s.tlsConfig()
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: s.ConnectTimeout}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialPlain(ctx, dialer, network, address)
		},
		TLSClientConfig:        security,
		TLSHandshakeTimeout:    s.ConnectTimeout,
		MaxConnsPerHost:        s.Window,
		MaxIdleConnsPerHost:    s.Window,
		IdleConnTimeout:        s.KeepConnection,
		DisableKeepAlives:      s.KeepConnection == 0,
		MaxResponseHeaderBytes: mostAnswer,
		DisableCompression:     true, // an answer is small, and may not grow while it is read
		Protocols:              &http.Protocols{},
	}
	transport.Protocols.SetHTTP1(true)
	if s.Proxy != "" {
		proxy, err := url.Parse(s.Proxy.Reveal())
		if err != nil {
			return nil, errors.New("the proxy's address can't be read") // err repeats it, and it may hold a password
		}
		transport.Proxy = http.ProxyURL(proxy)
		return transport, nil
	}
	transport.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		return dialTLS(ctx, dialer, security, network, address)
	}
	return transport, nil
}

func dialPlain(ctx context.Context, dialer *net.Dialer, network, address string) (net.Conn, error) {
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return &countedConn{Conn: conn}, nil
}

// dialTLS counts above the encryption, so that a handshake doesn't count as something written.
func dialTLS(ctx context.Context, dialer *net.Dialer, security *tls.Config, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialer.Timeout)
	defer cancel()
	conn, err := (&tls.Dialer{NetDialer: dialer, Config: security}).DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return &countedConn{Conn: conn}, nil
}

func (s HTTPSettings) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: s.ServerName}
	if s.CAFile != "" {
		pem, err := os.ReadFile(string(s.CAFile))
		if err != nil {
			return nil, fmt.Errorf("reading ca_file: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", s.CAFile)
		}
	}
	if s.CertFile != "" {
		own, err := tls.LoadX509KeyPair(string(s.CertFile), string(s.KeyFile))
		if err != nil {
			return nil, fmt.Errorf("reading cert_file and key_file: %w", err)
		}
		config.Certificates = []tls.Certificate{own}
	}
	return config, nil
}

// countedConn knows whether anything was written to it, which decides whether a text was certainly not sent.
type countedConn struct {
	net.Conn
	mu      sync.Mutex
	written int64 // bytes that were handed to the connection, whether they arrived or not
	sealed  bool
}

var errSealed = errors.New("the connection was given up")

// Write counts before it writes: what failed half-way counts too.
func (c *countedConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	if c.sealed {
		c.mu.Unlock()
		return 0, errSealed
	}
	c.written += int64(len(b))
	c.mu.Unlock()
	return c.Conn.Write(b)
}

func (c *countedConn) count() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.written
}

// seal keeps anything more from being written and tells what was.
func (c *countedConn) seal() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sealed = true
	return c.written
}

// watch follows one request over the connections it is given.
type watch struct {
	mu    sync.Mutex
	conns []watchedConn
	other bool // a connection that doesn't count was used
}

type watchedConn struct {
	conn   *countedConn
	before int64
}

// follow gives a context in which the request is watched.
func (w *watch) follow(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		w.mu.Lock()
		defer w.mu.Unlock()
		conn, ok := info.Conn.(*countedConn)
		if !ok {
			w.other = true // TLS behind a proxy: the transport's own
			return
		}
		w.conns = append(w.conns, watchedConn{conn, conn.count()})
	}})
}

// end reports, after the request has failed, whether it had a connection and whether any of it was written; it sees to
// it that no more is.
func (w *watch) end() (connected, written bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	written = w.other
	for _, c := range w.conns {
		if c.conn.seal() > c.before {
			written = true
		}
	}
	return w.other || len(w.conns) > 0, written
}

// trouble says in words why a request failed. It repeats no address and nothing that the other side wrote, because
// either may hold a password, a number or a text.
func trouble(err error) string {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "given up by us"
	case errors.As(err, &dns):
		return "the host's name can't be looked up"
	case errors.As(err, &certificate):
		return "the host's certificate is not believed: " + certificate.Err.Error()
	case errors.As(err, &record):
		return "the host doesn't speak TLS"
	case errors.As(err, &alert):
		return "TLS failed: " + alert.Error()
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "the host can't be reached"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	}
	return "the connection was cut"
}
