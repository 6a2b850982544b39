// Package config is how an operator sets the server up: one struct, where its values come from, and what is wrong
// with them.
//
// A value comes from the first of these that gives one: a flag, an environment variable, the TOML file, the default.
// The three names of a setting are one name: limits.body_size in the file is LATCHKEY_LIMITS_BODY_SIZE in the
// environment and --limits-body-size on the command line. Start reading at Config, which a command embeds and which
// says every name, default and meaning in its tags; sources.go puts the values together, check.go judges them,
// settings.go lists them for people.
package config

import (
	"net/netip"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// Config is every setting of a server. Default makes one without asking the machine; a command line embeds it and
// passes Sources to kong. Values are as they were given: Check says whether a server can run on them.
type Config struct {
	Store

	Listen         string   `default:"127.0.0.1:8080" env:"LATCHKEY_LISTEN" placeholder:"ADDRESS" group:"Network" help:"Address and port to listen on. Port 0 takes any free one."`
	PlainHTTP      bool     `negatable:"" env:"LATCHKEY_PLAIN_HTTP" group:"Network" help:"Serve without TLS on an address that other machines reach. Passwords travel in every request: only where a proxy in front speaks TLS, or for a closed network."`
	PublicURL      string   `name:"public-url" env:"LATCHKEY_PUBLIC_URL" placeholder:"URL" group:"Network" help:"Scheme and host by which clients know the server, for the WSDL and links; no path, as the web pages stand at the root. Without it, scheme and host of each request are used."`
	TrustedProxies []string `env:"LATCHKEY_TRUSTED_PROXIES" placeholder:"NETWORK" group:"Network" help:"Networks (such as 10.0.0.0/8) whose forwarding headers are believed. None are by default."`
	TLSCert        string   `name:"tls-cert" env:"LATCHKEY_TLS_CERT" placeholder:"FILE" group:"Network" help:"Certificate chain in PEM form; read again when it changes. Needs tls_key."`
	TLSKey         string   `name:"tls-key" env:"LATCHKEY_TLS_KEY" placeholder:"FILE" group:"Network" help:"Private key of tls_cert in PEM form."`

	StopDelay time.Duration `default:"0s" env:"LATCHKEY_STOP_DELAY" placeholder:"TIME" group:"Network" help:"How long a server that is told to stop goes on taking requests while /readyz answers 503, up to 5m. Behind a balancer that looks at /readyz: as long as it needs to turn away, such as 10s."`

	LogFormat  string `default:"json" env:"LATCHKEY_LOG_FORMAT" placeholder:"FORMAT" group:"Log" help:"How log lines are written: json or text."`
	LogLevel   string `default:"info" env:"LATCHKEY_LOG_LEVEL" placeholder:"LEVEL" group:"Log" help:"The least that is logged: debug, info, warn or error."`
	RequestLog bool   `default:"true" negatable:"" env:"LATCHKEY_REQUEST_LOG" group:"Log" help:"Log one line per request. Secrets are never in it."`

	HashParallel int `default:"0" env:"LATCHKEY_HASH_PARALLEL" placeholder:"N" group:"Passwords" help:"How many passwords are hashed at once; each takes 19 MiB for some 25 ms. 0 means one per processor."`

	Limits        Limits        `embed:"" prefix:"limits-" envprefix:"LATCHKEY_LIMITS_" group:"Limits"`
	Sessions      Sessions      `embed:"" prefix:"sessions-" envprefix:"LATCHKEY_SESSIONS_" group:"Sessions"`
	LoginTokens   LoginTokens   `embed:"" prefix:"tokens-" envprefix:"LATCHKEY_TOKENS_" group:"Login tokens"`
	Web           Web           `embed:"" prefix:"web-" envprefix:"LATCHKEY_WEB_" group:"Web pages"`
	Throttle      Throttle      `embed:"" prefix:"throttle-" envprefix:"LATCHKEY_THROTTLE_" group:"Wrong logins"`
	Impersonation Impersonation `embed:"" prefix:"impersonation-" envprefix:"LATCHKEY_IMPERSONATION_" group:"Impersonation"`
	Audit         Audit         `embed:"" prefix:"audit-" envprefix:"LATCHKEY_AUDIT_" group:"Audit"`
	SMS           SMS           `embed:"" prefix:"sms-" envprefix:"LATCHKEY_SMS_" group:"Texts"`
	Records       Records       `embed:"" prefix:"records-" envprefix:"LATCHKEY_RECORDS_" group:"Records"`
	SQLite        SQLite        `embed:"" prefix:"sqlite-" envprefix:"LATCHKEY_SQLITE_" group:"SQLite"`
	Revio         Revio         `embed:"" prefix:"revio-" envprefix:"LATCHKEY_REVIO_" group:"Rev.io"`
	Intelliview   Intelliview   `embed:"" prefix:"intelliview-" envprefix:"LATCHKEY_INTELLIVIEW_" group:"Intelliview"`
	SOSBackup     SOSBackup     `embed:"" prefix:"sosbackup-" envprefix:"LATCHKEY_SOSBACKUP_" group:"SOS Online Backup"`
}

// Store is where the data and their key are: what every command needs that touches them.
type Store struct {
	Data          Location `default:"./data" env:"LATCHKEY_DATA" placeholder:"WHERE" group:"Data" help:"A folder for the embedded database, made at first start, or the URL of a PostgreSQL database (postgres://user:password@host/name)."`
	SecretKeyFile string   `env:"LATCHKEY_SECRET_KEY_FILE" placeholder:"FILE" group:"Data" help:"Key under which secrets are kept. Made at first start as secret.key in the data folder; with PostgreSQL it must be given, and be the same for all nodes."`
}

// Limits bound what one request may cost (rules X-1).
type Limits struct {
	BodySize       Size          `default:"1MiB" env:"BODY_SIZE" placeholder:"SIZE" help:"Largest request body, up to 4MiB. A larger one is answered with 413."`
	HeaderTimeout  time.Duration `default:"5s" env:"HEADER_TIMEOUT" placeholder:"TIME" help:"How long a client may take to send the headers of a request."`
	BodyTimeout    time.Duration `default:"15s" env:"BODY_TIMEOUT" placeholder:"TIME" help:"How long a client may take to send the body of a request."`
	RequestTimeout time.Duration `default:"30s" env:"REQUEST_TIMEOUT" placeholder:"TIME" help:"How long a request may take from its first byte to the last of the answer."`
}

// Sessions says how long proofs of identity last (rules N-4, N-5; design §6).
type Sessions struct {
	Idle         time.Duration `default:"30m" env:"IDLE" placeholder:"TIME" help:"A session ends when it was not used for so long, up to 24h. An account may have its own value."`
	Total        time.Duration `default:"720h" env:"TOTAL" placeholder:"TIME" help:"A session ends after so long even when it is used, 720h (30 days) at most."`
	FreshKeyLife time.Duration `default:"30m" env:"FRESH_KEY_LIFE" placeholder:"TIME" help:"How long the SessionKey that answers a call with Credentials can be taken up as a session."`
	Remember     time.Duration `default:"5m" env:"REMEMBER" placeholder:"TIME" help:"How long verified Credentials are remembered in memory, so that the password is not hashed on every call. A change of password, account or grant ends it at once. 0 switches it off."`
	Recheck      time.Duration `default:"5s" env:"RECHECK" placeholder:"TIME" help:"How long what is kept in memory is believed without asking the database. Changes on other nodes arrive long before by notification; this is the net below."`
	Retention    time.Duration `default:"720h" env:"RETENTION" placeholder:"TIME" help:"How long ended sessions and login tokens stay in the database for inspection. 0 keeps them for ever."`
	InMemory     int           `default:"200000" env:"IN_MEMORY" placeholder:"N" help:"How many sessions are held in memory; others are read from the database when they are used."`
}

// LoginTokens governs the one-time secrets that open a door (rules N-14).
type LoginTokens struct {
	Life time.Duration `default:"5m" env:"LIFE" placeholder:"TIME" help:"How long a login token can be redeemed, from 1s up to 10m."`
}

// Web governs sessions behind the two doors, MyAccount and the Partner Dashboard (rules N-5, N-6, N-11).
type Web struct {
	Idle       time.Duration `default:"30m" env:"IDLE" placeholder:"TIME" help:"A web session ends when it was not used for so long."`
	Total      time.Duration `default:"12h" env:"TOTAL" placeholder:"TIME" help:"A web session ends after so long even when it is used, 24h at most."`
	Sessions   int           `default:"100" env:"SESSIONS" placeholder:"N" help:"How many web sessions an account may have. The one unused for longest makes room for another."`
	FreshLogin time.Duration `default:"15m" env:"FRESH_LOGIN" placeholder:"TIME" help:"How long after signing in sensitive changes can be made without confirming the password: ending sessions, giving leave, disabling accounts, issuing login links."`
}

// Throttle slows down whoever guesses passwords (rules N-19).
type Throttle struct {
	FreeTries       int           `default:"5" env:"FREE_TRIES" placeholder:"N" help:"Wrong logins in a row, per account and address, before the first wait; 100 at most."`
	FirstWait       time.Duration `default:"30s" env:"FIRST_WAIT" placeholder:"TIME" help:"The first wait. Each further wrong login doubles it."`
	LongestWait     time.Duration `default:"1h" env:"LONGEST_WAIT" placeholder:"TIME" help:"What a wait grows to at most."`
	AddressFailures int           `default:"100" env:"ADDRESS_FAILURES" placeholder:"N" help:"Wrong logins of one address within one day (UTC), over all accounts, before it has to wait. An IPv6 address counts by its /64 network. A quarter of it is also how many logins of one address are checked at once on each node; others queue."`
}

// Impersonation governs acting as another account under a grant (rules G-4, C-3).
type Impersonation struct {
	Enabled      bool          `default:"true" negatable:"" env:"ENABLED" help:"Whether grants can be given and used at all."`
	GrantMaxLife time.Duration `default:"0s" env:"GRANT_MAX_LIFE" placeholder:"TIME" help:"The longest life of a grant, also of one that asks for no end. 0 sets no limit, as the original does."`
}

// Audit governs the audit trail (rules N-24).
type Audit struct {
	Retention time.Duration `default:"0s" env:"RETENTION" placeholder:"TIME" help:"How long audit rows are kept; 24h at least. 0 keeps them for ever."`
}

// Records governs what is read of the records of customers.
type Records struct {
	MostRows int `default:"10000" env:"MOST_ROWS" placeholder:"N" help:"How many rows the answer to a query may have, up to 1000000. A query that finds more is refused and told how to narrow it."`
}

// SQLite tunes the embedded database.
type SQLite struct {
	MmapSize Size `default:"0" env:"MMAP_SIZE" placeholder:"SIZE" help:"How much of the database file is mapped into memory, such as 256MiB: faster reads from several callers. Only for local disks, because an input error on a mapped file ends the process. 0 maps nothing."`
}

// Revio holds the switches of the Rev.io dialect; each default is what the original does.
type Revio struct {
	LenientNamespace bool     `negatable:"" env:"LENIENT_NAMESPACE" help:"Accept the namespace without /v20 for every operation, not for SMS_Send alone (rules V-6)."`
	W3CStatus        bool     `name:"w3c-status" negatable:"" env:"W3C_STATUS" help:"Answer a SOAP 1.2 Sender fault with HTTP 400, as the W3C says, in place of 500 (rules A-14)."`
	RouteEmptyAction bool     `negatable:"" env:"ROUTE_EMPTY_ACTION" help:"Find the operation by the body when the SOAPAction is an empty pair of quotes, in place of a fault (rules A-3, B-3)."`
	AgentOptional    bool     `negatable:"" env:"AGENT_OPTIONAL" help:"Let Sessions_Validate answer AgentID 0 for an account that works for no agent, in place of error CN2001."`
	LaterMembers     bool     `negatable:"" env:"LATER_MEMBERS" help:"Show and take, on the wire and in the WSDL, what is newer than the original description: Line_Type_Id of Lines_Update, the order status PROVISIONED, tax exemptions of customers."`
	ExtraPaths       []string `env:"EXTRA_PATHS" placeholder:"PATH" help:"Further paths at which the service answers, beside /v20/default.asmx."`
}

// Intelliview holds the switches of the Intelliview dialect; each default is what the original does.
type Intelliview struct {
	MaxLife        time.Duration `default:"0s" env:"MAX_LIFE" placeholder:"TIME" help:"The longest life of a session, also of one whose caller asks for more or for no end. 0 sets no limit: clients pass a Timeout of 0 and never close (rules C-2)."`
	IdleEnd        time.Duration `default:"0s" env:"IDLE_END" placeholder:"TIME" help:"A session ends when it was not used for so long. 0 sets no limit, as the original does (rules C-2)."`
	Version4Tokens bool          `name:"version4-tokens" negatable:"" env:"VERSION4_TOKENS" help:"Give session tokens the marks of a version 4 GUID, for a client that checks them; it costs 6 of 128 random bits (rules C-1)."`
	Forms          bool          `negatable:"" env:"FORMS" help:"Answer form posts of callers on this machine, and show the test forms on the help pages. The original's description has no such binding (rules A-23)."`
	ExtraPaths     []string      `env:"EXTRA_PATHS" placeholder:"PATH" help:"Further paths at which the service answers, beside /IntelliviewNXT/ServiceApi/DashboardApi.asmx."`
}

// SOSBackup holds the switches of the SOS Online Backup dialect.
type SOSBackup struct {
	ExtraPaths []string `env:"EXTRA_PATHS" placeholder:"PATH" help:"Further paths at which the service answers, beside /WebApi/AccountManagementService/AccountManagementService.asmx."`
}

// Default returns the settings of a server that nobody configured. It looks at neither environment nor files.
func Default() Config {
	var c Config
	// Parsing nothing cannot fail unless a tag of Config is wrong, and then every test does.
	if _, err := newParser(&c).Parse(nil); err != nil {
		panic(err)
	}
	return c
}

// newParser reads the tags of Config and keeps kong from the environment.
func newParser(c *Config) *kong.Kong {
	parser := kong.Must(c, kong.NoDefaultHelp(), kong.Exit(func(int) {}))
	for _, flag := range parser.Model.Flags {
		flag.Tag.Envs = nil
	}
	return parser
}

// KeyFile is where the secret key is: what was given, otherwise secret.key in the data folder. It is empty when the
// data are in PostgreSQL and nothing was given, which Check refuses.
func (s Store) KeyFile() string {
	if s.SecretKeyFile != "" || s.Data.IsPostgres() {
		return s.SecretKeyFile
	}
	return filepath.Join(string(s.Data), "secret.key")
}

// TLS tells whether the server speaks TLS itself.
func (c Config) TLS() bool { return c.TLSCert != "" && c.TLSKey != "" }

// Hashes is how many passwords may be hashed at once, at least one.
func (c Config) Hashes() int {
	if c.HashParallel > 0 {
		return c.HashParallel
	}
	return runtime.NumCPU()
}

// ProxyNetworks gives TrustedProxies in a form to compare with. What cannot be read is left out; Check names it.
func (c Config) ProxyNetworks() []netip.Prefix {
	var networks []netip.Prefix
	for _, text := range c.TrustedProxies {
		if network, err := readNetwork(text); err == nil {
			networks = append(networks, network)
		}
	}
	return networks
}

// readNetwork also takes a single address.
func readNetwork(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		address, err := netip.ParseAddr(text)
		if err != nil {
			return netip.Prefix{}, err
		}
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	return network.Masked(), err
}
