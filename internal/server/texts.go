package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/config"
	"latchkey/internal/keyring"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/smsgateway"
	"latchkey/internal/storage/sqlstore"
)

// Gateway is a gateway of the house with what the gateways file calls it.
type Gateway struct {
	messaging.Gateway
	Name, Kind string
}

// Gateway finds a gateway by its name; nil when there is none.
func (h *House) Gateway(name string) *Gateway {
	at := slices.IndexFunc(h.Gateways, func(g Gateway) bool { return g.Name == name })
	if at < 0 {
		return nil
	}
	return &h.Gateways[at]
}

// openGateways makes the gateways of the gateways file, and the inbox, which is there without one. Nothing is connected.
// What is wrong with the file is NotConfigured.
func openGateways(cfg config.Config, keys keyring.Ring, log *slog.Logger) ([]Gateway, error) {
	entries, err := gatewayEntries(cfg)
	if err != nil {
		return nil, err
	}
	deps := smsgateway.Deps{Now: time.Now, Random: rand.Reader, Log: log, CallbackKeys: keys.CallbackKeys()}
	if cfg.PublicURL != "" {
		deps.Callbacks = strings.TrimSuffix(cfg.PublicURL, "/") + smsgateway.CallbackPath
	}
	gateways := make([]Gateway, len(entries))
	for i, entry := range entries {
		deps.Name = entry.Name
		opened, err := smsgateway.New(entry.Settings, deps)
		if err != nil {
			return nil, problem.New(problem.NotConfigured, "%v", err)
		}
		gateways[i] = Gateway{Gateway: opened, Name: entry.Name, Kind: entry.Kind}
	}
	return gateways, nil
}

// GatewayNames gives the names of the gateways that a configuration sets up, in order, with the inbox. What is wrong with
// the gateways file is NotConfigured.
func GatewayNames(cfg config.Config) ([]string, error) {
	entries, err := gatewayEntries(cfg)
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name
	}
	return names, err
}

func gatewayEntries(cfg config.Config) ([]smsgateway.Entry, error) {
	var entries []smsgateway.Entry
	if cfg.SMS.GatewaysFile != "" {
		var err error
		var file *smsgateway.FileError
		entries, err = smsgateway.ReadFile(cfg.SMS.GatewaysFile)
		switch {
		case errors.As(err, &file):
			return nil, problem.New(problem.NotConfigured, "%v", file)
		case err != nil:
			return nil, fmt.Errorf("read the gateways file: %w", err)
		}
	}
	if !slices.ContainsFunc(entries, func(e smsgateway.Entry) bool { return e.Name == messaging.InboxGateway }) {
		entries = append(entries, smsgateway.Entry{
			Name: messaging.InboxGateway, Kind: smsgateway.KindInbox, Settings: smsgateway.InboxSettings{},
		})
	}
	slices.SortFunc(entries, func(a, b smsgateway.Entry) int { return cmp.Compare(a.Name, b.Name) })
	return entries, nil
}

// texting builds what is done with texts.
func texting(
	cfg config.Config, store *sqlstore.Store, keys keyring.Ring, gateways []Gateway, log *slog.Logger,
) (*messaging.Services, error) {
	byName := make(map[string]messaging.Gateway, len(gateways))
	for _, gateway := range gateways {
		byName[gateway.Name] = gateway.Gateway
	}
	return messaging.New(messaging.Deps{
		Store: store.Messaging(), Keys: keys, Gateways: byName, Now: time.Now, Random: rand.Reader,
		Settings: smsSettings(cfg.SMS), Log: log,
	})
}

// smsSettings gives the messaging settings of a configuration.
func smsSettings(set config.SMS) messaging.Settings {
	s := messaging.DefaultSettings()
	s.NumberPlan, s.MostParts = set.NumberPlan, set.MostParts
	s.OptOutScope, s.StopScope = messaging.Scope(set.OptOutScope), messaging.Scope(set.StopScope)
	s.ProfileScopeUntil, s.StopWords = set.ProfileScopeEnd(), set.StopWords
	s.Confirmation, s.ConfirmWithin = set.Confirmation, set.ConfirmWithin
	s.HelpText, s.HelpEvery = set.HelpText, set.HelpEvery
	s.Shield, s.ShieldWindow = messaging.Shield(set.Shield), set.ShieldWindow
	s.Validity, s.ReceiptWait = set.Validity, set.ReceiptWait
	s.AnswerWait, s.StopWait, s.Lease = set.AnswerWait, set.StopWait, set.Lease
	s.FirstPause, s.LongestPause, s.GatewayPause = set.FirstPause, set.LongestPause, set.GatewayPause
	s.DayZone, s.MostRecipients = set.DayZone, set.MostRecipients
	return s
}

// callbacks builds what providers of texts call.
func (s *Server) callbacks() http.Handler {
	gateways := make([]messaging.Gateway, len(s.house.Gateways))
	for i, gateway := range s.house.Gateways {
		gateways[i] = gateway.Gateway
	}
	return smsgateway.Callbacks(gateways, smsgateway.Absent{
		Keys: s.house.Keys.CallbackKeys(), Used: s.house.usesGateway, Log: s.house.Log,
	})
}

// usesGateway reports whether any profile sends over a gateway, or did before it was disabled.
func (h *House) usesGateway(ctx context.Context, name string) (bool, error) {
	profiles, err := h.Messaging.Profiles.List(ctx, messaging.ProfileFilter{Gateway: name, Page: access.Page{Limit: 1}})
	return len(profiles) > 0, err
}

// warnOfGateways says which gateways are missing, so that nobody learns it from texts that expire.
func (h *House) warnOfGateways(ctx context.Context) {
	missing, err := h.Messaging.MissingGateways(ctx)
	for _, m := range missing {
		h.Log.Warn(m.String(), "gateway", m.Name)
	}
	if err != nil && ctx.Err() == nil {
		h.Log.Warn("whether gateways are missing could not be looked at", "error", err)
	}
}
