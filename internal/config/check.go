package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The bounds that hold whatever an operator sets.
const (
	leastBodySize = KiB
	mostBodySize  = 4 * MiB             // rules X-1
	mostIdle      = 24 * time.Hour      // rules N-5
	mostTotal     = 30 * 24 * time.Hour // rules N-5
	forever       = 100 * 365 * 24 * time.Hour
	mostFreeTries = 100 // rules N-19
	mostRows      = 1_000_000
)

// InvalidError lists what is wrong with the settings, one sentence each, which names the setting, its value and
// what to do.
type InvalidError struct {
	Messages []string // at least one
}

// Error gives the messages, one per line.
func (e *InvalidError) Error() string { return strings.Join(e.Messages, "\n") }

func invalid(messages []string) error {
	if len(messages) == 0 {
		return nil
	}
	return &InvalidError{Messages: messages}
}

// row is one line of the table of what can be wrong.
type row struct {
	bad     bool
	message string
}

// Check tells whether a server can run on these settings. It reports everything that is wrong at once, as an
// *InvalidError. It looks whether named files are there; it does not read them and connects to nothing. It is not
// called Validate, because kong would then call it before latchkey config could show what is wrong.
func (c Config) Check() error {
	return invalid(failed(slices.Concat(
		c.Store.checks(), c.networkChecks(), c.logChecks(), c.Limits.checks(), c.Sessions.checks(),
		c.Web.checks(), c.Throttle.checks(), c.SMS.checks(), c.otherChecks(),
	)))
}

// Check tells whether the data can be found with these settings alone; for commands that do not serve.
func (s Store) Check() error { return invalid(failed(s.checks())) }

func failed(rows []row) []string {
	var messages []string
	for _, r := range rows {
		if r.bad {
			messages = append(messages, r.message)
		}
	}
	return messages
}

// say puts a message together: key, value, what to do.
func say(key string, value any, advice string, args ...any) string {
	return fmt.Sprintf("%s = %s: ", key, shown(format(value))) + fmt.Sprintf(advice, args...)
}

func (s Store) checks() []row {
	isURL := strings.Contains(string(s.Data), "://")
	return []row{
		{s.Data == "", say("data", s.Data, "name a folder or a postgres:// URL")},
		{isURL && !s.Data.IsPostgres(), say("data", s.Data, "the only databases are a folder (SQLite) and postgres:// (PostgreSQL)")},
		{s.Data.IsPostgres() && !readablePostgres(s.Data), say("data", s.Data,
			"the URL cannot be read; write postgres://user:password@host:port/name with special characters in %%XX form")},
		{s.Data.IsPostgres() && s.SecretKeyFile == "", say("secret_key_file", s.SecretKeyFile,
			"with PostgreSQL every node needs the same key: name its file")},
	}
}

func readablePostgres(l Location) bool {
	_, err := url.Parse(string(l))
	return err == nil
}

func (c Config) networkChecks() []row {
	host, port, err := net.SplitHostPort(c.Listen)
	portNumber, portErr := strconv.ParseUint(port, 10, 16)
	checks := []row{
		outside("tokens.life", c.LoginTokens.Life, leastTokenLife, mostTokenLife),
		{err != nil, say("listen", c.Listen, "write address:port, such as 127.0.0.1:8080 or [::1]:8080")},
		{err == nil && (portErr != nil || portNumber > 65535), say("listen", c.Listen, "the port must be a number from 0 to 65535")},
		{err == nil && !isLoopback(host) && !c.PlainHTTP && !c.TLS(), say("listen", c.Listen,
			"other machines reach this address and passwords would travel in the clear; "+
				"set tls_cert and tls_key, or plain_http where a proxy in front speaks TLS (rules C-4)")},
		{(c.TLSCert == "") != (c.TLSKey == ""), say("tls_cert", c.TLSCert, "tls_cert and tls_key go together: set both or neither")},
		{c.PublicURL != "" && !isPublicURL(c.PublicURL), say("public_url", c.PublicURL,
			"write scheme and host, such as https://api.example.com; no path, as the web pages need the root of their host")},
		{missing(c.TLSCert), say("tls_cert", c.TLSCert, "there is no such file")},
		{missing(c.TLSKey), say("tls_key", c.TLSKey, "there is no such file")},
	}
	for _, network := range c.TrustedProxies {
		_, err := readNetwork(network)
		checks = append(checks, row{err != nil, say("trusted_proxies", network, "write a network such as 10.0.0.0/8, or one address")})
	}
	return checks
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

func isPublicURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil &&
		(u.Path == "" || u.Path == "/") && u.RawQuery == "" && !u.ForceQuery && u.Fragment == ""
}

func missing(path string) bool {
	if path == "" {
		return false
	}
	info, err := os.Stat(path)
	return err != nil || info.IsDir()
}

func (c Config) logChecks() []row {
	return []row{
		{!slices.Contains([]string{"json", "text"}, c.LogFormat), say("log_format", c.LogFormat, "write json or text")},
		{
			!slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel),
			say("log_level", c.LogLevel, "write debug, info, warn or error"),
		},
	}
}

func (l Limits) checks() []row {
	const longest = 10 * time.Minute
	return []row{
		{l.BodySize < leastBodySize || l.BodySize > mostBodySize, say("limits.body_size", l.BodySize, "write %v to %v", leastBodySize, mostBodySize)},
		outside("limits.header_timeout", l.HeaderTimeout, time.Second, longest),
		outside("limits.body_timeout", l.BodyTimeout, time.Second, longest),
		outside("limits.request_timeout", l.RequestTimeout, time.Second, longest),
		{l.RequestTimeout < max(l.HeaderTimeout, l.BodyTimeout), say("limits.request_timeout", l.RequestTimeout,
			"a request takes at least as long as its header (%s) and its body (%s) may", format(l.HeaderTimeout), format(l.BodyTimeout))},
	}
}

// outside is the row for a duration that must be within bounds.
func outside(key string, value, least, most time.Duration) row {
	return row{value < least || value > most, say(key, value, "write %s to %s", format(least), format(most))}
}

// outsideOrOff is outside, with 0 allowed too.
func outsideOrOff(key string, value, least, most time.Duration) row {
	r := outside(key, value, least, most)
	r.bad = r.bad && value != 0
	r.message += ", or 0s"
	return r
}

func (s Sessions) checks() []row {
	return []row{
		outside("sessions.idle", s.Idle, time.Second, mostIdle),
		outside("sessions.total", s.Total, time.Second, mostTotal),
		{s.Total < s.Idle, say("sessions.total", s.Total, "must not be shorter than sessions.idle, which is %s", format(s.Idle))},
		outside("sessions.fresh_key_life", s.FreshKeyLife, time.Second, mostIdle),
		outsideOrOff("sessions.remember", s.Remember, time.Second, time.Hour),
		outside("sessions.recheck", s.Recheck, 10*time.Millisecond, 5*time.Minute),
		outsideOrOff("sessions.retention", s.Retention, time.Hour, forever),
		{s.InMemory < 1, say("sessions.in_memory", s.InMemory, "write 1 or more")},
	}
}

// Least and most that a login token may live (rules N-14); less than the least nobody can follow.
const (
	leastTokenLife = time.Second
	mostTokenLife  = 10 * time.Minute
)

func (w Web) checks() []row {
	return []row{
		outside("web.idle", w.Idle, time.Second, mostIdle),
		outside("web.total", w.Total, time.Second, mostIdle),
		{w.Total < w.Idle, say("web.total", w.Total, "must not be shorter than web.idle, which is %s", format(w.Idle))},
		{w.Sessions < 1, say("web.sessions", w.Sessions, "write 1 or more")},
		outside("web.fresh_login", w.FreshLogin, time.Second, mostIdle),
	}
}

func (t Throttle) checks() []row {
	const longest = 24 * time.Hour
	return []row{
		{t.FreeTries < 1 || t.FreeTries > mostFreeTries, say("throttle.free_tries", t.FreeTries, "write 1 to %d", mostFreeTries)},
		outside("throttle.first_wait", t.FirstWait, time.Second, longest),
		outside("throttle.longest_wait", t.LongestWait, time.Second, longest),
		{t.LongestWait < t.FirstWait, say("throttle.longest_wait", t.LongestWait,
			"must not be shorter than throttle.first_wait, which is %s", format(t.FirstWait))},
		{t.AddressFailures < t.FreeTries, say("throttle.address_failures", t.AddressFailures,
			"must not be less than throttle.free_tries, which is %d", t.FreeTries)},
	}
}

func (c Config) otherChecks() []row {
	const mostHashes = 1024
	checks := []row{
		{c.HashParallel < 0 || c.HashParallel > mostHashes, say("hash_parallel", c.HashParallel, "write 1 to %d, or 0 for one per processor", mostHashes)},
		outsideOrOff("stop_delay", c.StopDelay, time.Millisecond, 5*time.Minute),
		outsideOrOff("impersonation.grant_max_life", c.Impersonation.GrantMaxLife, time.Minute, forever),
		outsideOrOff("audit.retention", c.Audit.Retention, 24*time.Hour, forever),
		{c.Records.MostRows < 1 || c.Records.MostRows > mostRows, say("records.most_rows", c.Records.MostRows, "write 1 to %d", mostRows)},
		outsideOrOff("intelliview.max_life", c.Intelliview.MaxLife, time.Minute, forever),
		outsideOrOff("intelliview.idle_end", c.Intelliview.IdleEnd, time.Minute, forever),
	}
	checks = append(checks, pathChecks("revio.extra_paths", c.Revio.ExtraPaths)...)
	checks = append(checks, pathChecks("intelliview.extra_paths", c.Intelliview.ExtraPaths)...)
	return append(checks, pathChecks("sosbackup.extra_paths", c.SOSBackup.ExtraPaths)...)
}

func pathChecks(key string, paths []string) []row {
	var checks []row
	for _, path := range paths {
		bad := !strings.HasPrefix(path, "/") || path == "/" || strings.ContainsAny(path, "?#% \t") || strings.Contains(path, "//")
		checks = append(checks, row{bad, say(key, path, "write a path that begins with a slash, such as /v20/Api.asmx")})
	}
	return checks
}
