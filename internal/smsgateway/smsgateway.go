// Package smsgateway carries texts to the network and hears what comes back: the kinds of gateway that a profile can name.
//
//   - smpp speaks SMPP 3.4 to a message centre (smpp.go, then link.go for one bound connection);
//   - http calls a provider's web interface and takes its callbacks (http.go);
//   - inbox keeps what it is given to itself, for demo data and tests (inbox.go).
//
// Each is a messaging.Gateway, and messaging/gateway.go says what that promises. The one promise that everything here
// is built around: a part is never sent twice, and a part of which it isn't certain whether the network has it comes back
// as in doubt, never as not sent. Start reading at New, then SMPP.Submit.
package smsgateway

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"latchkey/internal/messaging"
)

// The kinds of gateway, as the gateways file names them.
const (
	KindInbox = "inbox"
	KindSMPP  = "smpp"
	KindHTTP  = "http"
)

// Deps is what every gateway is given.
type Deps struct {
	Name   string           // the gateway's name in the gateways file; it stands in every Report and Inbound
	Now    func() time.Time // the clock
	Random io.Reader        // for waits that should not fall together
	Log    *slog.Logger     // what operators read; no text, number or password ever goes there

	// Callbacks is the address under which Callbacks answers, as providers reach it, such as
	// https://sms.example.com/sms/callback/; empty: it isn't reached. CallbackKeys make the addresses below it
	// unguessable: the first is used for new ones, all are accepted.
	Callbacks    string
	CallbackKeys [][]byte
}

// Settings say of which kind a gateway is and how it behaves: InboxSettings, SMPPSettings, HTTPSettings.
type Settings interface {
	// open makes the gateway, or says in words for the operator what is wrong with the settings. It connects to nothing.
	open(deps Deps) (messaging.Gateway, error)
}

// New makes a gateway; it connects to nothing before Run. The error is for the operator and names the gateway.
func New(settings Settings, deps Deps) (messaging.Gateway, error) {
	gateway, err := settings.open(deps)
	if err != nil {
		return nil, fmt.Errorf("gateway %s: %w", deps.Name, err)
	}
	return gateway, nil
}

// Secret is a password or key of a gateway. However it is printed, logged or marshalled it comes out as [secret];
// Reveal gives the text itself.
type Secret string

// Reveal gives the secret itself, to be put on the wire and nowhere else.
func (s Secret) Reveal() string { return string(s) }

// Format prints [secret] for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[secret]") }

// MarshalText gives [secret], which covers JSON and slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }
