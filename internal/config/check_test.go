package config

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestCheckRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Config)
		says   string
	}{
		{"no place for the data", func(c *Config) { c.Data = "" }, "data"},
		{"another database", func(c *Config) { c.Data = "mysql://x" }, "data"},
		{"PostgreSQL without a key", func(c *Config) { c.Data = "postgres://db/x" }, "secret_key_file"},
		{"a PostgreSQL URL that cannot be read", func(c *Config) { c.Data, c.SecretKeyFile = "postgres://db:port/%z", "k" }, "%XX"},
		{"an address without a port", func(c *Config) { c.Listen = "127.0.0.1" }, "address:port"},
		{"a port that is none", func(c *Config) { c.Listen = "127.0.0.1:http" }, "port"},
		{"a port beyond the last", func(c *Config) { c.Listen = "127.0.0.1:65536" }, "port"},
		{"plain HTTP for other machines", func(c *Config) { c.Listen = "0.0.0.0:80" }, "plain_http"},
		{"plain HTTP on every address", func(c *Config) { c.Listen = ":80" }, "C-4"},
		{"plain HTTP on a name", func(c *Config) { c.Listen = "api.example.com:80" }, "plain_http"},
		{"a certificate without a key", func(c *Config) { c.TLSCert = "check_test.go" }, "both or neither"},
		{"a key without a certificate", func(c *Config) { c.TLSKey = "check_test.go" }, "both or neither"},
		{"a certificate that is not there", func(c *Config) { c.TLSCert, c.TLSKey = "nowhere", "check_test.go" }, "no such file"},
		{"a folder as a key", func(c *Config) { c.TLSCert, c.TLSKey = "check_test.go", "." }, "no such file"},
		{"a public URL without a scheme", func(c *Config) { c.PublicURL = "api.example.com" }, "public_url"},
		{"a public URL of another scheme", func(c *Config) { c.PublicURL = "ftp://api.example.com" }, "public_url"},
		{"a public URL with a path", func(c *Config) { c.PublicURL = "https://api.example.com/latchkey" }, "public_url"},
		{"a public URL with a query", func(c *Config) { c.PublicURL = "https://api.example.com/?a=b" }, "public_url"},
		{"a proxy that is no network", func(c *Config) { c.TrustedProxies = []string{"10.0.0.0/8", "proxy.local"} }, "proxy.local"},
		{"an unknown log format", func(c *Config) { c.LogFormat = "xml" }, "json or text"},
		{"an unknown log level", func(c *Config) { c.LogLevel = "loud" }, "debug"},
		{"a body above the hard ceiling of X-1", func(c *Config) { c.Limits.BodySize, c.Limits.BodyMemory = 16*MiB+1, 64*MiB }, "1KiB to 16MiB"},
		{"a body too small for an envelope", func(c *Config) { c.Limits.BodySize = 0 }, "limits.body_size"},
		{"a request shorter than its body", func(c *Config) { c.Limits.RequestTimeout = 10 * time.Second }, "limits.request_timeout"},
		{"a header that may take for ever", func(c *Config) { c.Limits.HeaderTimeout = 0 }, "limits.header_timeout"},
		{"an idle time above a day (N-5)", func(c *Config) { c.Sessions.Idle = 25 * time.Hour }, "1s to 24h"},
		{"a total above 30 days (N-5)", func(c *Config) { c.Sessions.Total = 721 * time.Hour }, "1s to 720h"},
		{"a total below the idle time", func(c *Config) { c.Sessions.Total = time.Minute }, "sessions.idle"},
		{"remembering for a day", func(c *Config) { c.Sessions.Remember = 24 * time.Hour }, "sessions.remember"},
		{"ended sessions kept for a minute", func(c *Config) { c.Sessions.Retention = time.Minute }, "or 0s"},
		{"no session in memory", func(c *Config) { c.Sessions.InMemory = 0 }, "sessions.in_memory"},
		{"never checking again", func(c *Config) { c.Sessions.Recheck = 0 }, "sessions.recheck"},
		{"no free try", func(c *Config) { c.Throttle.FreeTries = 0 }, "1 to 100"},
		{"more free tries than N-19 allows", func(c *Config) { c.Throttle.FreeTries, c.Throttle.AddressFailures = 101, 200 }, "1 to 100"},
		{"a longest wait below the first", func(c *Config) { c.Throttle.LongestWait = 10 * time.Second }, "throttle.first_wait"},
		{"a ceiling below the free tries", func(c *Config) { c.Throttle.AddressFailures = 4 }, "throttle.free_tries"},
		{"a negative number of hashes", func(c *Config) { c.HashParallel = -1 }, "hash_parallel"},
		{"a grant life below zero", func(c *Config) { c.Impersonation.GrantMaxLife = -time.Hour }, "impersonation.grant_max_life"},
		{"an audit trail of an hour", func(c *Config) { c.Audit.Retention = time.Hour }, "audit.retention"},
		{"a stop of an hour", func(c *Config) { c.StopDelay = time.Hour }, "stop_delay"},
		{"a path without a slash", func(c *Config) { c.Revio.ExtraPaths = []string{"v20.asmx"} }, "v20.asmx"},
		{"an Intelliview life of a second", func(c *Config) { c.Intelliview.MaxLife = time.Second }, "intelliview.max_life"},
		{"an Intelliview idle time below zero", func(c *Config) { c.Intelliview.IdleEnd = -time.Hour }, "or 0s"},
		{"an Intelliview path that is no path", func(c *Config) { c.Intelliview.ExtraPaths = []string{"/a?b"} }, "intelliview.extra_paths"},
		{"an SOS path that is no path", func(c *Config) { c.SOSBackup.ExtraPaths = []string{"x"} }, "sosbackup.extra_paths"},
		{"a gateways file that is not there", func(c *Config) { c.SMS.GatewaysFile = "nowhere" }, "no such file"},
		{"texts of no part", func(c *Config) { c.SMS.MostParts = 0 }, "sms.most_parts"},
		{"a list for nothing", func(c *Config) { c.SMS.OptOutScope = "profile" }, "events or all"},
		{"a STOP for events only", func(c *Config) { c.SMS.StopScope = "events" }, "profile or all"},
		{"a day that is none", func(c *Config) { c.SMS.ProfileScopeUntil = "31 January 2027" }, "2027-01-31"},
		{"an empty stop word", func(c *Config) { c.SMS.StopWords = []string{"ALTO", " "} }, "sms.stop_words"},
		{"a confirmation that comes later than L-4 allows", func(c *Config) { c.SMS.ConfirmWithin = 6 * time.Minute }, "1s to 5m"},
		{"a confirmation of three parts", func(c *Config) { c.SMS.Confirmation = strings.Repeat("x", 307) }, "306"},
		{"a help text of three parts", func(c *Config) { c.SMS.HelpText = strings.Repeat("x", 307) }, "306"},
		{"a shield that is half on", func(c *Config) { c.SMS.Shield = "half" }, "off, report or on"},
		{"a shield without a window", func(c *Config) { c.SMS.ShieldWindow = 0 }, "sms.shield_window"},
		{"texts that wait for a month", func(c *Config) { c.SMS.Validity = 30 * 24 * time.Hour }, "sms.validity"},
		{"receipts awaited for a year", func(c *Config) { c.SMS.ReceiptWait = 365 * 24 * time.Hour }, "sms.receipt_wait"},
		{"a longest pause below the first", func(c *Config) { c.SMS.LongestPause = time.Second }, "sms.first_pause"},
		{"a zone that is none", func(c *Config) { c.SMS.DayZone = "Mars/Olympus" }, "sms.day_zone"},
		{"events for nobody", func(c *Config) { c.SMS.MostRecipients = 0 }, "sms.most_recipients"},
		{"answers without a row", func(c *Config) { c.Records.MostRows = 0 }, "records.most_rows"},
		{"a lease shorter than two looks", func(c *Config) { c.SMS.Lease = time.Second }, "sms.lease"},
		{"the root as a path", func(c *Config) { c.Revio.ExtraPaths = []string{"/"} }, "revio.extra_paths"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := Default()
			test.change(&c)
			wantMessage(t, c.Check(), test.says, " = ")
		})
	}
}

func TestCheckAccepts(t *testing.T) {
	tests := map[string]func(*Config){
		"IPv6 loopback":                  func(c *Config) { c.Listen = "[::1]:0" },
		"localhost":                      func(c *Config) { c.Listen = "localhost:80" },
		"plain HTTP where it is allowed": func(c *Config) { c.Listen, c.PlainHTTP = ":80", true },
		"TLS for other machines":         func(c *Config) { c.Listen, c.TLSCert, c.TLSKey = ":443", "check.go", "check.go" },
		"PostgreSQL with a key":          func(c *Config) { c.Data, c.SecretKeyFile = "postgresql://lk:p%40ss@db/x", "k" },
		"a public URL that ends in /":    func(c *Config) { c.PublicURL = "https://api.example.com:8443/" },
		"no remembering":                 func(c *Config) { c.Sessions.Remember = 0 },
		"ended sessions kept for ever":   func(c *Config) { c.Sessions.Retention = 0 },
		"the longest lives":              func(c *Config) { c.Sessions.Idle, c.Sessions.Total = 24*time.Hour, 720*time.Hour },
		"a path of its own":              func(c *Config) { c.Revio.ExtraPaths = []string{"/api/Default.asmx"} },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			c := Default()
			change(&c)
			if err := c.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCheckTellsEverythingAtOnce(t *testing.T) {
	c := Default()
	c.Data, c.Listen, c.LogFormat, c.Sessions.Idle, c.Throttle.FreeTries = "", "x", "xml", 0, 0
	err := c.Check()
	var list *InvalidError
	if !errors.As(err, &list) || len(list.Messages) != 5 {
		t.Fatalf("error %v, want five messages", err)
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 5 {
		t.Errorf("%d lines, want one for each message", len(lines))
	}
}
