package cli

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/keyring"
	"latchkey/internal/smsgateway"
)

// shortIdle is an idle time beside which the minute that a record of a last use may be late matters.
const shortIdle = 5 * time.Minute

func (f *findings) checkSettings(c config.Config) {
	before := len(f.all)
	if err := c.Check(); err != nil {
		for message := range strings.SplitSeq(err.Error(), "\n") {
			f.add(isWrong, "settings", "%s", message)
		}
	}
	for _, message := range config.Misspelt(os.Environ()) {
		f.add(isOdd, "settings", "%s", message)
	}
	if c.Data.IsPostgres() && c.Sessions.Idle < shortIdle {
		f.add(isOdd, "settings", "sessions.idle = %v is short for several servers on one database: last uses are recorded once a "+
			"minute, so a session that moves from one server to another may end early; %v and more is safe", c.Sessions.Idle, shortIdle)
	}
	if len(f.all) == before {
		f.add(isFine, "settings", "nothing is wrong with them")
	}
}

// renewWithin is how long before its end a certificate is worth a warning.
const renewWithin = 21 * 24 * time.Hour

func (f *findings) checkCertificate(c config.Config) {
	if !c.TLS() {
		return
	}
	pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		f.add(isWrong, "tls certificate", "%v", err)
		return
	}
	ends := pair.Leaf.NotAfter
	level := isFine
	switch left := time.Until(ends); {
	case left <= 0:
		level = isWrong
	case left < renewWithin:
		level = isOdd
	}
	f.add(level, "tls certificate", "%s ends on %s", c.TLSCert, ends.UTC().Format(time.RFC3339))
}

// checkGateways reads the gateways file. It connects to none of them: latchkey gateway test does.
func (f *findings) checkGateways(c config.Config) {
	if c.SMS.GatewaysFile == "" {
		return
	}
	entries, err := smsgateway.ReadFile(c.SMS.GatewaysFile)
	if err != nil {
		for message := range strings.SplitSeq(err.Error(), "\n") {
			f.add(isWrong, "gateways", "%s", message)
		}
		return
	}
	f.add(isFine, "gateways", "%s sets up %s", c.SMS.GatewaysFile, count(int64(len(entries)), "gateway"))
	if info, err := os.Stat(c.SMS.GatewaysFile); err == nil && openToOthers(info) {
		f.add(isOdd, "gateways", "%s can be read by others (mode %04o); passwords in it belong in files of their own, or chmod 600 it",
			c.SMS.GatewaysFile, info.Mode().Perm())
	}
}

// checkKey looks at the key file and gives its keys, none when they can't be read.
func (f *findings) checkKey(s config.Store) keyring.Ring {
	place := s.KeyFile()
	info, err := os.Stat(place)
	if errors.Is(err, fs.ErrNotExist) {
		f.add(isOdd, "server key", "%s is not there; a server makes it with a new store", place)
		return keyring.Ring{}
	}
	text, readErr := os.ReadFile(place)
	if err := errors.Join(err, readErr); err != nil {
		f.add(isWrong, "server key", "%v", err)
		return keyring.Ring{}
	}
	keys, err := keyring.Parse([]byte(text))
	switch {
	case err != nil:
		f.add(isWrong, "server key", "%s: %v", place, err)
	case openToOthers(info):
		f.add(isWrong, "server key", "%s can be read by others (mode %04o): chmod 600 it", place, info.Mode().Perm())
	default:
		f.add(isFine, "server key", "%s holds %s, the first is %s", place, count(int64(len(keys.Fingerprints())), "key"), keys.Fingerprints()[0].ID)
	}
	return keys
}

func (f *findings) checkFolder(data config.Location) {
	if data.IsPostgres() {
		return
	}
	info, err := os.Stat(string(data))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.add(isOdd, "data folder", "%s is not there; a server makes it", data)
	case err != nil:
		f.add(isWrong, "data folder", "%v", err)
	case !info.IsDir():
		f.add(isWrong, "data folder", "%s is not a folder", data)
	case openToOthers(info):
		f.add(isOdd, "data folder", "%s can be entered by others (mode %04o): chmod 700 it", data, info.Mode().Perm())
	default:
		f.add(isFine, "data folder", "%s is its owner's alone", data)
	}
}

// openToOthers tells whether the mode lets others in; Windows keeps its rights elsewhere.
func openToOthers(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}
