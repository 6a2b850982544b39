package config

import (
	"net/url"
	"strings"
)

// Location says where the data are: a folder, or the URL of a PostgreSQL database. A URL may hold a password, so
// String hides it; convert to string to get at the whole.
type Location string

// IsPostgres tells whether the data are in PostgreSQL.
func (l Location) IsPostgres() bool {
	return strings.HasPrefix(string(l), "postgres://") || strings.HasPrefix(string(l), "postgresql://")
}

// String gives the location with the password of a URL, wherever in the URL it stands, replaced by [secret]. Of a
// URL that cannot be read it gives the scheme only.
func (l Location) String() string {
	scheme, rest, isURL := strings.Cut(string(l), "://")
	if !isURL {
		return string(l)
	}
	u, err := url.Parse(string(l))
	// A mark that should have been escaped in the password ends the user too early: only one @, behind the user, is
	// read as the writer meant it.
	marks := strings.Count(rest, "@")
	if err != nil || marks > 1 || marks == 1 && u.User == nil {
		return scheme + "://[unreadable]"
	}
	const mask, escapedMask = "[secret]", "%5Bsecret%5D"
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), mask)
	}
	if query := u.Query(); u.RawQuery != "" {
		for name := range query {
			// libpq takes password and sslpassword here too.
			if strings.Contains(strings.ToLower(name), "password") {
				query.Set(name, mask)
			}
		}
		u.RawQuery = query.Encode()
	}
	return strings.ReplaceAll(u.String(), escapedMask, mask)
}

// MarshalText keeps the password out of JSON and logs too.
func (l Location) MarshalText() ([]byte, error) { return []byte(l.String()), nil }
