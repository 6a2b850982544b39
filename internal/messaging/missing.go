package messaging

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"latchkey/internal/access"
)

// MissingGateway is a gateway that active profiles name and that is not set up here.
type MissingGateway struct {
	Name     string
	Profiles []ProfileID // in order
	Texts    int64       // how many wait for it
}

// mostNamed is how many profiles a sentence names.
const mostNamed = 20

// String says for operators what is missing.
func (m MissingGateway) String() string {
	ids := make([]string, min(len(m.Profiles), mostNamed))
	for i := range ids {
		ids[i] = strconv.FormatInt(int64(m.Profiles[i]), 10)
	}
	who, send, texts, wait := "profiles", "send", "texts", "wait"
	if len(m.Profiles) == 1 {
		who, send = "profile", "sends"
	}
	if m.Texts == 1 {
		texts, wait = "text", "waits"
	}
	names := strings.Join(ids, ", ")
	if more := len(m.Profiles) - len(ids); more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("%s %s %s over %s, which is not set up; %d %s %s", who, names, send, m.Name, m.Texts, texts, wait)
}

// MissingGateways gives, in order of their names, the gateways that active profiles name and that are none of these.
func MissingGateways(ctx context.Context, store Store, names []string) ([]MissingGateway, error) {
	var stranded []Stranded
	err := store.View(ctx, func(r Records) (err error) {
		stranded, err = r.Stranded(ctx, names)
		return err
	})
	missing := map[string]MissingGateway{}
	for _, s := range stranded {
		m := missing[s.Profile.Gateway]
		m.Name, m.Profiles, m.Texts = s.Profile.Gateway, append(m.Profiles, s.Profile.ID), m.Texts+s.Texts
		missing[m.Name] = m
	}
	found := make([]MissingGateway, 0, len(missing))
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		found = append(found, missing[name])
	}
	return found, err
}

// MissingGateways gives, in order of their names, the gateways that active profiles name and that are not set up here.
func (s *Services) MissingGateways(ctx context.Context) ([]MissingGateway, error) {
	return MissingGateways(ctx, s.deps.Store, s.gatewayNames())
}

func (s *Services) gatewayNames() []string { return slices.Sorted(maps.Keys(s.deps.Gateways)) }

// activeTenant reports whether a tenant and all above it are active.
func activeTenant(ctx context.Context, r Records, id access.TenantID) (bool, error) {
	for id != 0 {
		tenant, err := r.Tenant(ctx, id)
		if err != nil || !tenant.Active() {
			return false, err
		}
		id = tenant.ParentID
	}
	return true, nil
}
