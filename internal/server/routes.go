package server

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/api"
	"latchkey/internal/dialect/intelliview"
	"latchkey/internal/dialect/revio"
	"latchkey/internal/dialect/sosbackup"
	"latchkey/internal/smsgateway"
	"latchkey/internal/soap"
)

// routes is the whole address space.
func (s *Server) routes() (http.Handler, error) {
	programs := make(chan http.Handler, 1)
	go func() { programs <- s.programs() }() // takes as long as all that follows together
	h20, err := revio.New(revio.Deps{
		Access: s.house.Access, Messaging: s.house.Messaging, Telecom: s.house.Telecom, Catalogue: s.house.Catalogue,
		Settings: s.revioSettings(), Incident: requestID, Host: s.host("revio"),
	})
	if err != nil {
		return nil, err
	}
	dashboard, err := intelliview.New(intelliview.Deps{
		Access: s.house.Access, Directory: s.house.Directory, Settings: s.intelliviewSettings(), Incident: requestID,
		Host: s.host("intelliview"),
	})
	if err != nil {
		return nil, err
	}
	accounts, err := sosbackup.New(sosbackup.Deps{Access: s.house.Access, Incident: requestID, Host: s.host("sosbackup")})
	if err != nil {
		return nil, err
	}
	services := serviceRoutes{}
	err = cmp.Or(
		services.add(h20, revio.Path, s.house.Config.Revio.ExtraPaths...),
		services.add(dashboard, intelliview.Path, s.house.Config.Intelliview.ExtraPaths...),
		services.add(accounts, sosbackup.Path, s.house.Config.SOSBackup.ExtraPaths...),
	)
	if err != nil {
		return nil, err
	}

	doors, err := s.doors()
	if err != nil {
		return nil, err
	}
	pages := http.NewServeMux()
	pages.HandleFunc("GET /healthz", s.healthz)
	pages.HandleFunc("GET /readyz", s.readyz)
	pages.Handle("GET /metrics", s.metrics.handler())
	pages.Handle(api.Path, <-programs)
	pages.Handle(smsgateway.CallbackPath, s.callbacks())
	pages.HandleFunc("GET /{$}", s.welcome)
	return services.orElse(doors.Or(guarded(pages))), nil
}

// guarded sets the headers of rules N-23 on whatever has none of its own: plain texts for people and machines.
func guarded(pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		pages.ServeHTTP(w, r)
	})
}

// host is this server as a dialect's service knows it.
func (s *Server) host(dialect string) soap.Host {
	return soap.Host{
		Limits:  soap.Limits{Body: int64(s.house.Config.Limits.BodySize)},
		BaseURL: s.proxies.baseURL, Peer: peer, Done: s.finished(dialect),
	}
}

func (s *Server) revioSettings() revio.Settings {
	set := s.house.Config.Revio
	return revio.Settings{
		LenientNamespace: set.LenientNamespace, AgentOptional: set.AgentOptional,
		W3CStatus: set.W3CStatus, RouteEmptyAction: set.RouteEmptyAction, LaterMembers: set.LaterMembers,
	}
}

func (s *Server) intelliviewSettings() intelliview.Settings {
	set := s.house.Config.Intelliview
	return intelliview.Settings{MaxLife: set.MaxLife, IdleEnd: set.IdleEnd, Forms: set.Forms}
}

// serviceRoutes finds a service by its path. Paths are matched without regard to case, as the original's web server
// did (rules V-1); what follows .asmx/ belongs to the service.
type serviceRoutes map[string]http.Handler

// add puts a service at its path and at further ones; a path that another service has is refused.
func (routes serviceRoutes) add(service http.Handler, path string, more ...string) error {
	for _, path := range append([]string{path}, more...) {
		path = strings.ToLower(path)
		if other, taken := routes[path]; taken && other != service {
			return fmt.Errorf("two services are to answer at %s: take it out of one's extra_paths", path)
		}
		routes[path] = service
	}
	return nil
}

func (routes serviceRoutes) orElse(pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.ToLower(r.URL.Path)
		if end := strings.Index(path, ".asmx/"); end >= 0 {
			path = path[:end+len(".asmx")]
		}
		if service, found := routes[path]; found {
			service.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// welcome shows where everything is.
func (s *Server) welcome(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	list := func(what string, paths ...string) {
		b.WriteString(what + "\n")
		for _, path := range paths {
			b.WriteString("  " + s.proxies.baseURL(r) + path + "\n")
		}
	}
	list("Latchkey is running. Its services, each with a help page and ?WSDL:", revio.Path, intelliview.Path, sosbackup.Path)
	list("Web pages:", "/MyAccount", "/PartnerDashboard")
	list("The JSON interface:", api.Path)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(b.String()))
}

// readyz says whether requests should come here: no stop has begun, the store answers, and changes made elsewhere reach
// this node.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if s.leaving.Load() {
		http.Error(w, "the server is stopping", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	err := s.house.Store.View(ctx, func(r access.Records) error {
		_, err := r.ServerKeys(ctx)
		return err
	})
	if err != nil {
		s.house.Log.Warn("not ready: the store does not answer", "error", err)
		http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		return
	}
	if !s.house.Store.Current() {
		http.Error(w, "changes made on other nodes do not arrive", http.StatusServiceUnavailable)
		return
	}
	s.healthz(w, r)
}

// healthz says that the process is alive.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}
