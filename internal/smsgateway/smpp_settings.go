package smsgateway

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/messaging"
)

// How an SMPP gateway binds.
const (
	BindTransceiver = "transceiver" // one connection, both ways
	BindPair        = "pair"        // a transmitter and a receiver
	BindTransmitter = "transmitter" // one way: no receipts and no inbound texts
)

// How a text longer than one part travels (rules P-9).
const (
	LongByHeader  = "udh"     // in parts, tied together by user data headers
	LongBySAR     = "sar"     // in parts, tied together by the sar_* parameters
	LongByPayload = "payload" // whole, in message_payload; the message centre splits it
)

// How the end of a text's life is written into validity_period.
const (
	ValidityRelative = "relative" // from now on; no two clocks need to agree
	ValidityAbsolute = "absolute" // a time in UTC
	ValidityNone     = "none"     // left to the message centre
)

// What data_coding 0 means in what the message centre sends: SMPP leaves it to each centre.
const (
	AlphabetGSM7   = "gsm7"
	AlphabetLatin1 = "latin1"
)

// NumberingAuto derives type and plan of a number from how it is written.
const NumberingAuto = "auto"

// SMPPSettings are the settings of a gateway to a message centre. The tags say what each is and what it is by default;
// mistakes says what is wrong with them.
type SMPPSettings struct {
	Address    string `toml:"address" help:"The message centre, as host:port."`
	SystemID   string `toml:"system_id" help:"Our name there, at most 15 octets."`
	Password   Secret `toml:"password" help:"Our password there, at most 16 octets (the standard has 8, message centres take more). In place of it, password_file names a file that holds it."`
	SystemType string `toml:"system_type" help:"At most 12 octets; usually empty."`
	Bind       string `toml:"bind" default:"transceiver" help:"transceiver (one connection, both ways), pair (a transmitter and a receiver) or transmitter (no receipts and no texts from people)."`

	TLS        bool   `toml:"tls" help:"Speak TLS."`
	CAFile     Path   `toml:"ca_file" help:"A PEM file with the only authorities whose certificates are believed, in place of the system's."`
	ServerName string `toml:"server_name" help:"The name that the certificate must carry, where it isn't the address's."`

	Window         int           `toml:"window" default:"10" help:"How many submits may be under way at once, 1 to 1000: no more than agreed with the provider."`
	ConnectTimeout time.Duration `toml:"connect_timeout" default:"10s" help:"How long a connection may take to stand, TLS included."`
	BindTimeout    time.Duration `toml:"bind_timeout" default:"30s" help:"How long the answer to a bind may take."`
	AnswerTimeout  time.Duration `toml:"answer_timeout" default:"60s" help:"How long the answer to a submit or an enquire_link may take. A text not answered in that time is in doubt."`
	EnquireEvery   time.Duration `toml:"enquire_every" default:"30s" help:"The time between our own enquire_links."`
	SilenceLimit   time.Duration `toml:"silence_limit" default:"300s" help:"A connection on which nothing was heard for so long is given up."`
	RebindFrom     time.Duration `toml:"rebind_from" default:"1s" help:"The shortest wait before a new connection. It grows with each failure and is different each time."`
	RebindTo       time.Duration `toml:"rebind_to" default:"60s" help:"The longest wait before a new connection."`
	ThrottledPause time.Duration `toml:"throttled_pause" default:"1s" help:"How long everybody waits after ESME_RTHROTTLED; doubled on repeat."`
	QueueFullPause time.Duration `toml:"queue_full_pause" default:"5s" help:"How long everybody waits after ESME_RMSGQFUL; doubled on repeat."`
	LongestPause   time.Duration `toml:"longest_pause" default:"5m" help:"Where the doubling ends."`

	ServiceType     string `toml:"service_type" help:"At most 5 octets; usually empty."`
	SourceNumbering string `toml:"source_numbering" default:"auto" help:"Type and plan of our number, as TON/NPI in decimal, such as 3/0. auto: 1/1 for an international number, 3/0 for a short code, 5/0 for letters."`
	DestNumbering   string `toml:"dest_numbering" default:"auto" help:"The same for the person's number."`
	CodingGSM7      byte   `toml:"coding_gsm7" default:"0" help:"data_coding of a text in the GSM 7-bit alphabet, which is sent unpacked."`
	CodingUCS2      byte   `toml:"coding_ucs2" default:"8" help:"data_coding of any other text, sent as UCS-2."`
	Alphabet        string `toml:"alphabet" default:"gsm7" help:"How the message centre writes texts of data_coding 0: gsm7 or latin1."`
	Long            string `toml:"long" default:"udh" help:"How a text of several parts travels: udh (user data headers), sar (parameters), or payload (whole, in message_payload)."`
	Validity        string `toml:"validity" default:"relative" help:"How the end of a text's life is written: relative (from now on), absolute (a time in UTC) or none."`
	Receipts        bool   `toml:"receipts" default:"true" help:"Ask for delivery receipts."`
	Reference       bool   `toml:"reference" help:"Send a user_message_reference with every part and look for it in receipts, so that a receipt tells even of a part in doubt, whose id nobody knows. Some message centres refuse parameters that they don't know."`

	JoinTimeout time.Duration `toml:"join_timeout" default:"3s" help:"How long the parts of a long text from a person wait for each other. What is here then is taken as texts of its own."`
}

// DefaultSMPP gives the settings with the defaults of their tags (rules P-2 and P-3). Address and login are missing.
func DefaultSMPP() (SMPPSettings, error) {
	var s SMPPSettings
	err := setDefaults(reflect.ValueOf(&s).Elem())
	return s, err
}

// open implements Settings.
func (s SMPPSettings) open(deps Deps) (messaging.Gateway, error) {
	for _, wrong := range s.mistakes() {
		return nil, fmt.Errorf("%s: %s", wrong.Key, wrong.Message)
	}
	security, err := s.security()
	if err != nil {
		return nil, err
	}
	return newSMPP(s, security, deps), nil
}

// mistakes implements fileSettings. The limits of lengths are those of SMPP 3.4 in 4.1 (rules P-12).
func (s SMPPSettings) mistakes() []Mistake {
	var all []Mistake
	wrong := func(bad bool, key, format string, values ...any) {
		if bad {
			all = append(all, Mistake{Key: key, Message: fmt.Sprintf(format, values...)})
		}
	}
	oneOf := func(key, value string, allowed ...string) {
		wrong(!slices.Contains(allowed, value), key, "write one of %s", strings.Join(allowed, ", "))
	}
	_, _, err := net.SplitHostPort(s.Address)
	wrong(err != nil, "address", "write the message centre's host:port")
	wrong(s.SystemID == "" || len(s.SystemID) > 15, "system_id", "it must have 1 to 15 octets")
	wrong(len(s.Password) > 16, "password", "it has more than 16 octets")
	wrong(len(s.SystemType) > 12, "system_type", "it has more than 12 octets")
	wrong(len(s.ServiceType) > 5, "service_type", "it has more than 5 octets")
	wrong(s.Window < 1 || s.Window > 1000, "window", "write a number from 1 to 1000")
	wrong(!s.TLS && s.CAFile != "", "ca_file", "it needs tls = true")
	wrong(!s.TLS && s.ServerName != "", "server_name", "it needs tls = true")
	wrong(s.RebindTo < s.RebindFrom, "rebind_to", "it is less than rebind_from")
	for _, limit := range s.limits() {
		wrong(limit.time <= 0, limit.key, "write a time of more than nothing")
	}
	oneOf("bind", s.Bind, BindTransceiver, BindPair, BindTransmitter)
	oneOf("alphabet", s.Alphabet, AlphabetGSM7, AlphabetLatin1)
	oneOf("long", s.Long, LongByHeader, LongBySAR, LongByPayload)
	oneOf("validity", s.Validity, ValidityRelative, ValidityAbsolute, ValidityNone)
	_, err = readNumbering(s.SourceNumbering)
	wrong(err != nil, "source_numbering", "write auto, or a type and a plan such as 3/0")
	_, err = readNumbering(s.DestNumbering)
	wrong(err != nil, "dest_numbering", "write auto, or a type and a plan such as 1/1")
	return all
}

type limit struct {
	key  string
	time time.Duration
}

// limits are the times that must be more than nothing.
func (s SMPPSettings) limits() []limit {
	return []limit{
		{"connect_timeout", s.ConnectTimeout},
		{"bind_timeout", s.BindTimeout},
		{"answer_timeout", s.AnswerTimeout},
		{"enquire_every", s.EnquireEvery},
		{"silence_limit", s.SilenceLimit},
		{"rebind_from", s.RebindFrom},
		{"throttled_pause", s.ThrottledPause},
		{"queue_full_pause", s.QueueFullPause},
		{"join_timeout", s.JoinTimeout},
	}
}

// numbering is a type of number and a numbering plan: SMPP 3.4 in 5.2.5 and 5.2.6.
type numbering struct{ ton, npi byte }

// readNumbering reads a setting; nil stands for NumberingAuto.
func readNumbering(setting string) (*numbering, error) {
	if setting == NumberingAuto {
		return nil, nil
	}
	ton, npi, _ := strings.Cut(setting, "/")
	t, err := strconv.ParseUint(ton, 10, 8)
	n, err2 := strconv.ParseUint(npi, 10, 8)
	return &numbering{byte(t), byte(n)}, errors.Join(err, err2)
}

// security gives what TLS is to be spoken with, nil for plain TCP.
func (s SMPPSettings) security() (*tls.Config, error) {
	if !s.TLS {
		return nil, nil
	}
	name := s.ServerName
	if name == "" {
		name, _, _ = net.SplitHostPort(s.Address)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: name}
	if s.CAFile != "" {
		pem, err := os.ReadFile(string(s.CAFile))
		if err != nil {
			return nil, fmt.Errorf("reading the CA file: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("the CA file %s holds no certificate", s.CAFile)
		}
	}
	return config, nil
}
