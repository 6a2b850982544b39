// Package server assembles everything, once: the house with its store, keys and services, the dialects at their
// addresses, the request log and the metrics, TLS, and an orderly start and stop.
//
// Start reading at routes (routes.go), which shows the whole address space on one screen, then Serve below.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Server answers requests in a house.
type Server struct {
	house   *House
	handler http.Handler
	metrics *metrics
	proxies proxies
	bodies  *bodyRoom
	conns   *connections
	admin   http.Handler // nil: no admin socket
	leaving atomic.Bool  // whether a stop has begun
}

// New builds the server of a house. admin answers on the admin socket, where there is one; it may be nil.
func New(house *House, admin http.Handler) (*Server, error) {
	s := &Server{
		house: house, admin: admin, bodies: newBodyRoom(int64(house.Config.Limits.BodyMemory), int64(house.Config.Limits.BodySize)),
		conns:   newConnections(house.Config.Limits.Connections),
		proxies: proxies{trusted: house.Config.ProxyNetworks(), publicURL: house.Config.PublicURL},
	}
	s.metrics = newMetrics(house.Messaging.Counts, s.conns)
	routes, err := s.routes()
	if err != nil {
		return nil, err
	}
	s.handler = s.accompany(routes)
	return s, nil
}

// Handler gives the whole server as a handler, for tests and for other servers to hold.
func (s *Server) Handler() http.Handler { return s.handler }

// answerWithin is what is left for an answer when a request has used up its time.
const answerWithin = 5 * time.Second

// stopGrace is what a stop allows on top of the longest request.
const stopGrace = 2 * answerWithin

// Serve answers on the listener until ctx ends. From then on it is not ready any more; after the delay that the
// settings give a balancer to notice, the listener closes, and what is in flight finishes; texts are sent until then, and
// the answers of their gateways are awaited. ready is called once, when the server answers.
func (s *Server) Serve(ctx context.Context, listener net.Listener, ready func()) error {
	defer widenHeap()()
	cfg := s.house.Config
	web, err := s.webServer()
	if err != nil {
		return err
	}
	var work sync.WaitGroup
	inside, stop := context.WithCancel(context.Background())
	defer work.Wait()
	defer stop()
	work.Go(func() { s.house.Access.Run(inside) })
	work.Go(func() { s.house.Messaging.Run(inside) })
	s.house.warnOfGateways(ctx)
	closeAdmin, err := s.serveAdmin()
	if err != nil {
		return err
	}
	defer closeAdmin()

	failed := make(chan error, 1)
	go func() { failed <- serveOn(web, listener) }()
	ready()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.leaving.Store(true)
	if cfg.StopDelay > 0 {
		s.house.Log.Info("stopping: not ready any more; new requests are still answered for a while", "stop_delay", cfg.StopDelay)
		select {
		case err := <-failed:
			return err
		case <-time.After(cfg.StopDelay):
		}
	}
	s.house.Log.Info("stopping: requests in flight are finished first")
	grace, cancel := context.WithTimeout(context.Background(), cfg.Limits.RequestTimeout+stopGrace)
	defer cancel()
	return web.Shutdown(grace)
}

// webServer gives the HTTP server with a time-out on every read and write (rules X-1).
func (s *Server) webServer() (*http.Server, error) {
	cfg := s.house.Config
	web := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: cfg.Limits.HeaderTimeout,
		ReadTimeout:       cfg.Limits.HeaderTimeout + cfg.Limits.BodyTimeout,
		WriteTimeout:      cfg.Limits.RequestTimeout + answerWithin,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ConnState:         s.conns.changed,
		ErrorLog:          quietLog(s.house.Log),
	}
	if !cfg.TLS() {
		return web, nil
	}
	certificate, err := newCertificate(cfg.TLSCert, cfg.TLSKey, s.house.Log)
	if err != nil {
		return nil, err
	}
	web.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: certificate.get}
	return web, nil
}

func serveOn(web *http.Server, listener net.Listener) error {
	var err error
	listener = guestListener{listener}
	if web.TLSConfig != nil {
		err = web.ServeTLS(listener, "", "")
	} else {
		err = web.Serve(listener)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
